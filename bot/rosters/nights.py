"""Nobody on duty tonight: found in the afternoon, told once to the leaders there and above; late rather than never."""

from typing import Final

import structlog

from audiences.rosters.policy import roster_policy
from audiences.rosters.shift import Gap
from audiences.stores.rosters.gaps import gaps
from bot.lines import Line, Spoken
from bot.rosters.desk import ROSTERS, RosterDesk, said
from bot.stores.evacuation import offices
from bot.stores.rosters import nights
from bot.stores.rosters.nights import EmptyNight
from bot.telling import News, Told
from broadcast.notices import Lane
from ground.transaction import Transaction

log = structlog.get_logger()
SPOKEN: Final = "rosters"
PAGE: Final = 500
TOLD_AT_ONCE: Final = 20


async def watch_nights(desk: RosterDesk) -> int:
    """Look at the night that is looked at now, and tell what was raised; return how many rooms were told of."""
    await _look(desk)
    for done in range(TOLD_AT_ONCE):
        if not await _tell_next(desk):
            return done
    return TOLD_AT_ONCE


async def _look(desk: RosterDesk) -> None:
    """Raise every room that keeps a roster and has a gap in what is left of the night."""
    now = desk.clock.now()
    night = roster_policy().night_to_look_at(now)
    if night is None:
        return
    after, since = 0, max(now, night.since)
    while True:
        async with desk.database.reading() as tx:
            known = await nights.raised(tx, ROSTERS, night)
            found = await gaps(tx, ROSTERS, None, since, night.until, kept_only=True, after=after, limit=PAGE)
        if not found:
            return
        after = found[-1].organisation
        fresh = [gap for gap in found if gap.organisation not in known]
        if fresh:
            async with desk.database.writing() as tx:
                await nights.raise_all(tx, ROSTERS, night, fresh, now)


async def _tell_next(desk: RosterDesk) -> bool:
    async with desk.database.writing() as tx:
        now = desk.clock.now()
        night = await nights.next_untold(tx, ROSTERS, now)
        if night is None:
            return False
        gap = await _still_open(tx, night, now)
        people = () if gap is None else await _whom(tx, gap.area, now)
        await nights.told(tx, ROSTERS, night.id, len(people), now)
        if gap is None:  # somebody was put there while we were away
            return True
        facts = {"organisation": gap.organisation, "area": gap.area, "since": gap.since, "until": gap.until}
        await desk.desk.tell(tx, "duty.uncovered", f"organisation:{gap.organisation}", now, **facts)
        if not people:
            log.warning("roster.nobody_to_tell", organisation=gap.organisation)
            return True
        line = Line("uncovered", {"room": gap.name, "since": said(gap.since), "until": said(gap.until)})
        news = News(f"{SPOKEN}:{night.id}", Lane.NORMAL, [Told(people, [Spoken(SPOKEN, line)])], gap.area)
        await desk.teller.tell(tx, news, now)
        return True


async def _still_open(tx: Transaction, night: EmptyNight, now: int) -> Gap | None:
    since = max(now, night.since)
    before = night.organisation - 1
    found = await gaps(tx, ROSTERS, night.area, since, night.until, after=before, limit=1)
    return next((gap for gap in found if gap.organisation == night.organisation), None)


async def _whom(tx: Transaction, area: int, now: int) -> tuple[int, ...]:
    levels = await nights.levels_around(tx, ROSTERS, area)
    return tuple(await offices.above(tx, ROSTERS, area, levels, now))
