"""The planner: audience and words of a notice become deliveries and ranges, slice by slice, and are published.

It resumes after a crash wherever the rows say it stood. People with duties are frozen first, and sending starts with
the first slice.
"""

import asyncio

import structlog
from sqlalchemy import text, update

from audiences.stores.freezing import freeze_slice
from broadcast.dispatch.hub import Hub
from broadcast.errors import QueueAway
from broadcast.notices import Notice, State
from broadcast.stores import endings, hearers, notices, planning, ranges
from broadcast.stores.tables import notices as notices_table
from ground.actor import system
from ground.transaction import Dialect, Transaction

log = structlog.get_logger()
PLANNER = system("planner")
NOTICES_AT_ONCE = 20
WORTH_ANALYSING = 5_000


async def plan_all(hub: Hub) -> bool:
    """Take every notice under planning one slice further; True if there is more to do now."""
    async with hub.database.reading() as tx:
        waiting = await notices.under_planning(tx, PLANNER, NOTICES_AT_ONCE)
    more = False
    for notice in waiting:
        more = await plan_slice(hub, notice.id) or more
        await publish(hub)
    return more


async def plan_slice(hub: Hub, notice_id: int) -> bool:
    """Take one notice one slice further; False once nothing is left to do for now."""
    async with hub.database.writing() as tx:
        notice = await notices.load(tx, PLANNER, notice_id)
        if notice.state is not State.PLANNING:
            return False
        if notice.closed(hub.clock.now()):
            await _finish(tx, hub, notice)
            return False
        if notice.audience is not None and await _plan_audience(tx, hub, notice):
            return True
        if notice.tells_heard_of and await hearers.plan_hearers(tx, PLANNER, notice, hub.slice, hub.batches):
            return True
        if notice.tells_heard_of and await hearers.still_under_claim(tx, PLANNER, notice):
            return False  # somebody may be hearing the earlier notice this moment: look again when the claim has ended
        await _finish(tx, hub, notice)
        return False


async def _plan_audience(tx: Transaction, hub: Hub, notice: Notice) -> bool:
    """Freeze one more slice of people, and plan whoever is frozen and not planned; True if there was any."""
    if notice.audience is None:
        return False
    frozen = await freeze_slice(tx, PLANNER, notice.audience, hub.slice, hub.clock.now())
    through = await planning.planned_through(tx, PLANNER, notice)
    if frozen.last_seq > through:
        await planning.plan_members(tx, PLANNER, notice, frozen.last_seq, hub.batches)
        return True
    return not frozen.done


async def _finish(tx: Transaction, hub: Hub, notice: Notice) -> None:
    mine = (notices_table.c.id == notice.id) & (notices_table.c.state == State.PLANNING)
    await tx.execute(update(notices_table).where(mine).values(state=State.PLANNED))
    await endings.reopen(tx, PLANNER, notice.id)
    if notice.size >= WORTH_ANALYSING and hub.database.dialect is Dialect.POSTGRESQL:
        await tx.execute(text("ANALYZE deliveries"))
    log.info("notice.planned", notice=notice.id, size=notice.size)


async def publish(hub: Hub) -> int:
    """Hand the queue what it does not have; return how many ranges. If it is away, they stay planned."""
    async with hub.database.reading() as tx:
        tickets = await ranges.unpublished(tx, PLANNER, hub.pace.published_patience, hub.pace.tickets)
    if not tickets:
        return 0
    try:
        await hub.queue.publish(tickets)
    except QueueAway:
        log.warning("queue.missed", tickets=len(tickets))
        return 0
    async with hub.database.writing() as tx:
        await ranges.mark_published(tx, PLANNER, [ticket.range for ticket in tickets])
    return len(tickets)


async def run(hub: Hub) -> None:
    """Plan and publish until cancelled; a fault is logged and tried again, never the end of planning."""
    while True:
        try:
            more = await plan_all(hub)
            published = await publish(hub)
        except Exception:  # the planner outlives whatever goes wrong with one look at the tables
            log.exception("planning.failed")
            more, published = False, 0
        if not more and not published:
            await asyncio.sleep(hub.pace.idle)
