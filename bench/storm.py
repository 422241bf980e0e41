"""Ladders after hours without a hub: all are due at once, and each takes its next step; danger spots go first.

The ratio compares the first thousands, while all the others are due as well, with the last, when nearly nobody is:
what is due must not slow down what is done.
"""

from dataclasses import dataclass
from time import perf_counter

from bench import calling
from broadcast.dispatch import escalation
from ground.clock import HOUR, HandClock, WallClock
from ground.transaction import Database

LADDERS = 20_000
TENTH = LADDERS // 10


@dataclass(frozen=True, slots=True)
class StormFigures:
    """Rungs taken, the seconds for all, and for the first and the last tenth of them."""

    dialect: str
    rungs: int
    passed: float
    first: float
    last: float


async def run(database: Database, people: int) -> StormFigures:
    """Open the ladders with their first messages, let hours pass, and take all the second steps."""
    clock = HandClock(WallClock().now())
    hub = calling.caller(database, clock)
    await calling.responsible(database)
    await calling.warn(hub.hub)
    while await escalation.once(hub):
        pass
    clock.pass_by(3 * HOUR)
    began, marks = perf_counter(), [(0, 0.0)]
    while taken := await escalation.once(hub):
        marks.append((marks[-1][0] + taken, perf_counter() - began))
    rungs, passed = marks[-1]
    assert rungs == people
    return StormFigures(database.dialect.value, rungs, passed, _within(marks, 0), _within(marks, people - TENTH))


def _within(marks: list[tuple[int, float]], after: int) -> float:
    """Return the seconds between having taken so many rungs and having taken a tenth more."""
    begun = next(at for rungs, at in marks if rungs >= after)
    return next(at for rungs, at in marks if rungs >= after + TENTH) - begun
