"""擅自返回: who is meant by a name or a row, and reporting that they went back, by whoever may say it there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.cases.evacuation import PersonState, Way
from bot.conversing import Room
from bot.evacuation import desk as doors
from bot.evacuation.charge import Charge, charges_of, said_of
from bot.evacuation.desk import Arrival, Desk
from bot.stores.evacuation.roll import Line

AT_MOST: Final = 8  # people to choose from


@dataclass(frozen=True, slots=True)
class Meant:
    """A row, where it stands, and by which charge or at which shelter's door it is said."""

    line: Line
    place: str
    by: Charge | Desk

    @property
    def drill(self) -> bool:
        return self.by.order.drill if isinstance(self.by, Charge) else self.by.drill


async def may_say(room: Room) -> bool:
    """Say whether somebody calls any roll, or keeps any shelter's door."""
    return bool(await charges_of(room) or await doors.desks_of(room.tx, room.speaker, room.now))


async def look_up(room: Room, said: str) -> Sequence[Meant]:
    """Return who is meant by a row's number or a part of a name; whoever calls the roll says it as such."""
    found: dict[int, Meant] = {}
    for charge in await charges_of(room):
        for line in await charge.lines(room.tx):
            if _is_meant(line, said):
                found.setdefault(line.id, Meant(line, charge.place, charge))
    if not said.isdigit():
        for desk in await doors.desks_of(room.tx, room.speaker, room.now):
            for each in await doors.look_up(room.tx, desk, said):
                found.setdefault(each.line.id, Meant(each.line, each.place, desk))
    return list(found.values())[:AT_MOST]


def is_plain(found: Sequence[Meant], said: str) -> bool:
    """Say whether there is no doubt who is meant: one person, by number or the whole name."""
    return len(found) == 1 and (said.isdigit() or found[0].line.name == said)


async def report(room: Room, meant: Meant, dedupe: str) -> None:
    """Keep it; the alarm to the village's persons A and B and to the township is raised with it."""
    if isinstance(meant.by, Charge):
        said = said_of(room, meant.by, [meant.line], PersonState.WENT_BACK, dedupe)
        await meant.by.report(room.tx, said, room.now)
        return
    means = Way.SMS if room.platform == "sms" else Way.DESK
    how = Arrival(happened_at=room.happened_at, means=means, dedupe=dedupe, state=PersonState.WENT_BACK)
    await doors.note(room.tx, meant.by, [meant.line.id], how, room.now)


def _is_meant(line: Line, said: str) -> bool:
    if said.isdigit():
        return str(line.number) == said.lstrip("0")
    return said.casefold() in (line.name or "").casefold()
