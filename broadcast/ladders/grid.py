"""The level × hour table of who is woken, drawn from policies in their order; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final

from broadcast.ladders.policy import Occasion, Policy
from ground.clock import BEIJING, DAY, HOUR, SECOND

LEVELS: Final = (1, 2, 3, 4)
HOURS: Final = range(24)  # Beijing time
OTHERS: Final = ""  # stands for every event that no policy names
MIDNIGHT: Final = DAY - round(BEIJING.utcoffset(None).total_seconds()) * SECOND

Row = tuple[Policy | None, ...]  # one for each hour; None: nobody is called
Rows = Mapping[int, Row]  # by level


@dataclass(frozen=True, slots=True)
class Span:
    """Hours that follow one another and are alike; `until` is the first that is not of them."""

    since: int
    until: int
    policy: Policy | None


@dataclass(frozen=True, slots=True)
class Grid:
    """Who is woken at which level and hour; `events` are beginnings of codes, none: all that no policy names."""

    events: tuple[str, ...]
    rows: Rows


@cache
def hours_between(window: tuple[int, int] | None) -> frozenset[int]:
    """Return the hours at which a policy with such a window holds, as the policy itself says."""
    probe = Occasion(Policy("", (), (), code=False, rungs=()), frozenset({LEVELS[0]}), hours=window)
    return frozenset(hour for hour in HOURS if probe.fits(LEVELS[0], OTHERS, MIDNIGHT + hour * HOUR))


def rows_of(occasions: Sequence[Occasion], event: str) -> Rows:
    """Return which policy holds for an event at each level and hour: the first that fits, as in `policy_for`."""
    fitting = [each for each in occasions if not each.events or event.startswith(each.events)]
    held = [(each, hours_between(each.hours)) for each in fitting]
    return {level: tuple(_first(held, level, hour) for hour in HOURS) for level in LEVELS}


def named_events(occasions: Sequence[Occasion]) -> tuple[str, ...]:
    """Return the beginnings of event codes that the policies name: events that begin alike are called alike.

    Of an event the longest of these that it begins with speaks; if there is none, OTHERS does.
    """
    return tuple(dict.fromkeys(event for each in occasions for event in each.events))


def grids(occasions: Sequence[Occasion]) -> Sequence[Grid]:
    """Return the whole table: first for all events that no policy names, then for those that differ from them."""
    others = rows_of(occasions, OTHERS)
    drawn = {event: rows_of(occasions, event) for event in named_events(occasions)}
    apart: list[Rows] = []
    for rows in drawn.values():
        if rows not in (others, *apart):
            apart.append(rows)
    alike = [Grid(tuple(event for event, those in drawn.items() if those == rows), rows) for rows in apart]
    return [Grid((), others), *alike]


def spans(row: Row) -> Sequence[Span]:
    """Return the hours of a row joined where they are alike."""
    found = []
    for policy, hours in groupby(HOURS, key=lambda hour: row[hour]):
        some = list(hours)
        found.append(Span(some[0], some[-1] + 1, policy))
    return found


def _first(held: Sequence[tuple[Occasion, frozenset[int]]], level: int, hour: int) -> Policy | None:
    return next((each.policy for each, hours in held if level in each.levels and hour in hours), None)
