"""What the sweep watches: a check that nobody answers turns its site red; people are called, and those above told."""

from dataclasses import dataclass
from typing import Final

from bot.cases.video_check import AlarmKind, Light
from bot.stores.video import alarms, checks, standing
from bot.stores.video.checks import Check
from bot.video import laddering
from bot.video.answering import place_and_call, tell_above
from bot.video.desk import CHECKER, VideoDesk
from bot.video.wording import overdue_line
from ground.clock import Clock
from ground.transaction import Database, Transaction

AT_ONCE: Final = 5  # checks in one transaction: each tells people


@dataclass(frozen=True, slots=True)
class Watch:
    """What the rounds of video checks lean on."""

    desk: VideoDesk
    database: Database
    clock: Clock


async def watch(round_: Watch) -> int:
    """Work on everything that is overdue; return how many checks there were."""
    worked, last = 0, AT_ONCE
    while last == AT_ONCE:
        async with round_.database.writing() as tx:
            now = round_.clock.now()
            late = await checks.overdue(tx, CHECKER, now, AT_ONCE)
            for check in late:
                await _overdue(round_.desk, tx, check, now)
            await laddering.end_what_was_seen(tx, now)
        last = len(late)
        worked += last
    return worked


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
