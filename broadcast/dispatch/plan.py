"""The planner: audience and words of a notice become deliveries and ranges, slice by slice, and are published.

It resumes after a crash wherever the rows say it stood. People with duties are frozen first, and sending starts with
the first slice.
"""

import asyncio
from collections.abc import Sequence
from enum import Enum, auto

import structlog
from sqlalchemy import text, update

from audiences.stores.targets.freezing import freeze_slice
from broadcast.dispatch.hub import Hub
from broadcast.errors import QueueAway
from broadcast.notices import Lane, Notice, State
from broadcast.stores import notices
from broadcast.stores.sending import endings, hearers, planning, ranges
from broadcast.stores.tables import notices as notices_table
from ground.actor import system
from ground.transaction import Dialect, Transaction

log = structlog.get_logger()
PLANNER = system("planner")
NOTICES_AT_ONCE = 20
WORTH_ANALYSING = 5_000


async def plan_all(hub: Hub) -> bool:
    """Take each notice of the most urgent lane one slice further; True if there is more to do now.

    Less urgent lanes have their turn once nothing is left to plan above them.
    """
    looked_at: list[int] = []
    while True:  # whatever can be taken no further now is passed over, however many there are
        async with hub.database.reading() as tx:
            waiting = await notices.under_planning(tx, PLANNER, NOTICES_AT_ONCE, looked_at)
        if not waiting:
            return False
        if await _plan_urgent(hub, waiting):
            return True
        looked_at += [notice.id for notice in waiting]


async def _plan_urgent(hub: Hub, waiting: Sequence[Notice]) -> bool:
    busy: Lane | None = None
    for notice in waiting:
        if busy not in {None, notice.lane}:
            break
        if await _plan_one(hub, notice):
            busy = notice.lane
    return busy is not None


async def _plan_one(hub: Hub, notice: Notice) -> bool:
    try:
        more = await plan_slice(hub, notice.id)
    except Exception:  # one notice that cannot be planned keeps no other waiting
        log.exception("notice.unplannable", notice=notice.id)
        return False
    await publish(hub)
    return more


async def plan_slice(hub: Hub, notice_id: int) -> bool:
    """Take one notice one slice further; False once nothing is left to do for now."""
    async with hub.database.writing() as tx:
        notice = await notices.load(tx, PLANNER, notice_id)
        if notice.state is not State.PLANNING:
            return False
        if not notice.closed(hub.clock.now()):
            if await _plan_audience(tx, hub, notice):
                return True
            match await _plan_hearers(tx, hub, notice):
                case Look.MORE:
                    return True
                case Look.LATER:
                    return False
        await _finish(tx, notice)
    await _analyse(hub, notice)
    return False


class Look(Enum):
    """How the look for who heard an earlier notice stands."""

    MORE = auto()
    LATER = auto()  # somebody may be hearing it this moment: the second look waits until the claim has ended
    DONE = auto()


async def _plan_hearers(tx: Transaction, hub: Hub, notice: Notice) -> Look:
    if not notice.tells_heard_of:
        return Look.DONE
    if await hearers.plan_hearers(tx, PLANNER, notice, hub.slice, hub.batches):
        return Look.MORE
    if await hearers.still_under_claim(tx, PLANNER, notice):
        return Look.LATER
    return Look.MORE if await hearers.look_again(tx, PLANNER, notice) else Look.DONE


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


async def _finish(tx: Transaction, notice: Notice) -> None:
    mine = (notices_table.c.id == notice.id) & (notices_table.c.state == State.PLANNING)
    await tx.execute(update(notices_table).where(mine).values(state=State.PLANNED))
    await endings.reopen(tx, PLANNER, notice.id)
    log.info("notice.planned", notice=notice.id, size=notice.size)


async def _analyse(hub: Hub, notice: Notice) -> None:
    """PostgreSQL plans by what it last counted, and a table that has just grown is not what it was."""
    if notice.size >= WORTH_ANALYSING and hub.database.dialect is Dialect.POSTGRESQL:
        async with hub.database.writing() as tx:
            await tx.execute(text("ANALYZE deliveries"))


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
            published = 0 if more else await publish(hub)  # each slice has been published already
        except Exception:  # the planner outlives whatever goes wrong with one look at the tables
            log.exception("planning.failed")
            more, published = False, 0
        if not more and not published:
            await asyncio.sleep(hub.pace.idle)
