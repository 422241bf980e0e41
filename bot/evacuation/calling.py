"""Calling a roll household by household: who is asked about next, and how it is put."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.cases.evacuation import PersonState
from bot.stores.evacuation.roll import Line


@dataclass(frozen=True, slots=True)
class Door:
    """One door: a household, or somebody found who stands on no list. `key` is the household's, or minus the row's."""

    key: int
    lines: tuple[Line, ...]

    @property
    def open_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.missing)

    @property
    def untold(self) -> bool:
        """Whether nobody who was there said anything of some of them."""
        return any(not line.verified for line in self.open_lines)

    @property
    def frail(self) -> bool:
        return any(line.needs for line in self.open_lines)


def doors(lines: Sequence[Line]) -> Sequence[Door]:
    """Return the doors in the order of their rows."""
    together: dict[int, list[Line]] = {}
    for line in lines:
        together.setdefault(line.household or -line.id, []).append(line)
    return [Door(key, tuple(rows)) for key, rows in together.items()]


def next_door(lines: Sequence[Line], seen: Sequence[int]) -> Door | None:
    """Return the next door at which somebody is missing: the untold first, of these who needs help to move."""
    waiting = [door for door in doors(lines) if door.open_lines and door.key not in seen]
    return min(waiting, key=lambda door: (not door.untold, not door.frail, door.lines[0].number), default=None)


def door_of(lines: Sequence[Line], key: int) -> Door | None:
    return next((door for door in doors(lines) if door.key == key), None)


def shown(line: Line) -> Mapping[str, object]:
    """Return a row as sentences name it."""
    return {
        "number": line.number,
        "name": line.name or "",
        "state": line.state.value,
        "needs": [code for code in line.needs if code != "away"],
        "open": line.missing,
    }


def totals(lines: Sequence[Line]) -> dict[str, object]:
    """Return how the roll stands: people and households out of danger, and who is not."""
    whole = doors(lines)
    out = [line for line in lines if line.missing]
    return {
        "people": len(lines),
        "settled": len(lines) - len(out),
        "households": len(whole),
        "whole": sum(not door.open_lines for door in whole),
        "missing": [shown(line) for line in out[:12]],
        "missing_count": len(out),
        "unsure": sum(line.missing and line.state in {PersonState.SAFE, PersonState.MOVED} for line in lines),
    }
