"""What the sweep watches: a check that nobody answers turns its site red; people are called, and those above told."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from bot.cases.video_check import AlarmKind, Light
from bot.stores.video import alarms, checks, standing
from bot.stores.video.checks import Check
from bot.video import laddering
from bot.video.answering import place_and_call, tell_above
from bot.video.desk import CHECKER, VideoDesk
from bot.video.wording import overdue_line
from ground import apart
from ground.clock import Clock
from ground.transaction import Database, Transaction

AT_ONCE: Final = 5  # checks in one transaction: each tells people
IN_ONE_ROUND: Final = 500


@dataclass(frozen=True, slots=True)
class Watch:
    """What the rounds of video checks lean on."""

    desk: VideoDesk
    database: Database
    clock: Clock


async def watch(round_: Watch) -> int:
    """Work on everything that is overdue; return how many checks there were."""
    async with round_.database.reading() as tx:
        late = await checks.unanswered(tx, CHECKER, round_.clock.now(), IN_ONE_ROUND)
    slices = [late[start : start + AT_ONCE] for start in range(0, len(late), AT_ONCE)]
    worked = sum([(await apart.together(some, partial(_work_on, round_))).done for some in slices])
    async with round_.database.writing() as tx:
        await laddering.end_what_was_seen(tx, round_.clock.now())
    return worked


async def _work_on(round_: Watch, check_ids: Sequence[int]) -> int:
    now = round_.clock.now()
    async with round_.database.writing() as tx:
        late = await checks.overdue(tx, CHECKER, now, check_ids)
        for check in late:
            await _overdue(round_.desk, tx, check, now)
    return len(late)


async def _overdue(desk: VideoDesk, tx: Transaction, check: Check, now: int) -> None:
    """Say so: the event, the calls, the light; and, once for a check, the alarm that a red light is."""
    place, call = await place_and_call(tx, check, now)
    facts = {"check": check.key, "site": check.site, "area": check.area, "person": check.person, "drill": check.drill}
    facts["called"] = await laddering.call_about(tx, check, place, now)
    subject = f"video_check:{check.id}"
    await desk.news.tell(tx, "video_check.overdue", subject, now, **facts)
    await standing.turn(tx, CHECKER, check, Light.RED, now, seen=False)
    if not await alarms.raise_new(tx, CHECKER, check, [AlarmKind.OVERDUE], now):
        return
    await desk.news.tell(tx, "video_check.alarmed", subject, now, **facts | {"kinds": [AlarmKind.OVERDUE.value]})
    line = overdue_line(place, check.due_at, call, asked=check.person is not None)
    people = await tell_above(desk, tx, check, line, now)
    await alarms.told(tx, CHECKER, check.key, [AlarmKind.OVERDUE], people)
