"""The sweeper: deadlines are rows, and this is who looks at them. Woken once a second; missed hours do no harm.

Each look is safe to run in several processes at once: rows are locked or changed by condition, and a slice is short.
"""

from functools import partial

import structlog

from broadcast.dispatch.hub import Hub
from broadcast.notices import Notice
from broadcast.stores import notices
from broadcast.stores.sending import endings, fallbacks, ranges, retries
from ground import apart
from ground.actor import system

log = structlog.get_logger()
SWEEPER = system("sweeper")
AT_ONCE = 200
SLICES = 50  # of one closed notice in one look; the rest follow with the next


async def once(hub: Hub) -> int:
    """Look at every kind of deadline; return how many rows moved. One kind that fails keeps no other waiting."""
    moved = 0
    for look in (take_back_lapsed, try_again, end_closed, fall_back, hand_on_news):
        try:
            moved += await look(hub)
        except Exception:
            log.exception("sweep.failed", look=look.__name__)
    return moved


async def take_back_lapsed(hub: Hub) -> int:
    """Ranges whose worker is gone: warnings are planned again, everything else becomes uncertain."""
    for taken in range(AT_ONCE):
        async with hub.database.writing() as tx:
            if not (lapsed := await ranges.lapsed(tx, SWEEPER, 1)):
                return taken
            became = await endings.take_back(tx, SWEEPER, lapsed[0], hub.clock.now())
        log.warning("lease.lapsed", range=lapsed[0].id, notice=lapsed[0].notice, became=became)
    return AT_ONCE


async def try_again(hub: Hub) -> int:
    async with hub.database.writing() as tx:
        return await retries.send_due(tx, SWEEPER, hub.slice, hub.batches)


async def end_closed(hub: Hub) -> int:
    """Superseded and expired notices: what was not sent is turned to its end, slice by slice."""
    async with hub.database.reading() as tx:
        closed = await endings.closed_notices(tx, SWEEPER, hub.clock.now(), AT_ONCE)
    return (await apart.each(closed, partial(_end_one, hub))).done


async def _end_one(hub: Hub, notice: Notice) -> int:
    for slices in range(SLICES):
        async with hub.database.writing() as tx:
            if not await endings.close_slice(tx, SWEEPER, notice):
                return slices
    return SLICES


async def fall_back(hub: Hub) -> int:
    """Whoever's channel gave up or stayed silent is tried on the next one."""
    async with hub.database.reading() as tx:
        due = await fallbacks.notices_due(tx, SWEEPER, hub.clock.now(), AT_ONCE)
    return (await apart.each(due, partial(_fall_back_one, hub))).done


async def _fall_back_one(hub: Hub, notice_id: int) -> int:
    now = hub.clock.now()
    async with hub.database.writing() as tx:
        notice = await notices.load(tx, SWEEPER, notice_id)
        if not notice.closed(now):
            return await fallbacks.take_over(tx, SWEEPER, notice, now, hub.slice, hub.batches)
        await fallbacks.forget_notice(tx, SWEEPER, notice.id)
    return 0


async def hand_on_news(hub: Hub) -> int:
    return await hub.desk.hand_on(hub.database)
