"""Answering a check: what is said is kept, and muddy seepage or a crack is told to those above in the same breath."""

from collections.abc import Sequence
from typing import Final

import structlog

from bot.cases.video_check import AlarmKind, Answers, State, alarming
from bot.lines import Line, Spoken
from bot.stores.evacuation import offices
from bot.stores.video import alarms, answers, checks, holders
from bot.stores.video.answers import Said
from bot.stores.video.checks import Check
from bot.telling import News, Told
from bot.video.desk import CHECKER, FLOW, VideoDesk
from bot.video.wording import alarm_line
from broadcast.notices import Lane, Purpose
from ground.actor import Actor
from ground.transaction import Transaction

log = structlog.get_logger()
ABOVE: Final = ("township", "county")


async def answer(
    desk: VideoDesk, tx: Transaction, check: Check, said: Said, now: int, *, officer: Actor | None = None
) -> Answers:
    """Keep an answer, whole or in part; return what all answers of the check come to. CheckOver once it was judged.

    `officer`: who wrote it down, where it was said by telephone.
    """
    held = await checks.hold(tx, CHECKER, check.key)
    if officer is None:
        new = await answers.keep(tx, CHECKER, held, said)
    else:
        new = await answers.enter(tx, officer, held, said, now)
    told = answers.together(await answers.of_check(tx, CHECKER, held.key))
    if not new:
        return told
    await alarm(desk, tx, held, alarming(said.answers), told, now)
    state = State.ANSWERED if enough(told) else State.OPENED
    moved = await checks.forward(tx, CHECKER, held.key, state, said.happened_at, via=said.via)
    if moved and state is State.ANSWERED:
        facts = {"check": held.key, "site": held.site, "area": held.area, "via": said.via.value, "drill": held.drill}
        await desk.news.tell(tx, "video_check.answered", f"video_check:{held.id}", now, **facts)
    return told


def enough(told: Answers) -> bool:
    """Say whether a check is answered: what seeps, and how high the water stands or runs."""
    return told.seepage is not None and (told.level_cm is not None or told.spillway is not None)


async def alarm(
    desk: VideoDesk, tx: Transaction, check: Check, kinds: Sequence[AlarmKind], told: Answers, now: int
) -> Sequence[AlarmKind]:
    """Raise what was not raised before: an event, and a message to the offices and duty people above."""
    new = await alarms.raise_new(tx, CHECKER, check, kinds, now) if kinds else []
    if not new:
        return []
    names = [each.value for each in new]
    facts = {"check": check.key, "site": check.site, "area": check.area, "kinds": names, "drill": check.drill}
    await desk.news.tell(tx, "video_check.alarmed", f"video_check:{check.id}", now, **facts)
    place, call = await place_and_call(tx, check, now)
    people = await tell_above(desk, tx, check, alarm_line(place, new, told, call), now)
    await alarms.told(tx, CHECKER, check.key, new, people)
    return new


async def tell_above(desk: VideoDesk, tx: Transaction, check: Check, line: Line, now: int) -> int:
    """Tell the people of the township and the command centre above a check; return how many there are."""
    people = await offices.above(tx, CHECKER, check.area, ABOVE, now)
    told = [Told(people, [Spoken(FLOW, line)])]
    news = News(
        f"video_alarm:{check.id}",
        Lane.IMMEDIATE,
        told,
        check.area,
        drill=check.drill,
        purpose=Purpose.WARNINGS,
    )
    await desk.teller.tell(tx, news, now)
    if not people:
        log.warning("video_check.nobody_to_tell", check=check.id, area=check.area)
    return len(people)


async def place_and_call(tx: Transaction, check: Check, now: int) -> tuple[str, str]:
    """Return where a check is, by the names of the area and the site, and who was asked, with the number."""
    area = await offices.name_of(tx, CHECKER, check.area)
    names = await holders.names_of_sites(tx, CHECKER, [check.site] if check.site else [])
    reached = await holders.reached(tx, CHECKER, [check.person], now) if check.person else {}
    call = next((each.said for each in reached.values() if each.phone), "")
    return f"{area}{names.get(check.site or 0, '')}", call
