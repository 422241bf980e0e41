"""Ranges: the outbox and the leases. A range is planned, published, claimed by one worker at a time, and done."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, case, func, or_, select, update

from broadcast.notices import Lane
from broadcast.queues.base import Ticket
from broadcast.stores.tables import ranges
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction


class State(StrEnum):
    PLANNED = "planned"
    PUBLISHED = "published"
    CLAIMED = "claimed"
    HELD = "held"  # a stop keeps it back; lifting the stop plans it again
    DONE = "done"


OPEN = (State.PLANNED, State.PUBLISHED, State.HELD)


@dataclass(frozen=True, slots=True)
class Range:
    """A run of delivery keys of one notice and channel. `again`: only those that `retries` names for it."""

    id: int
    notice: int
    channel: str
    first: int
    last: int
    again: bool
    claims: int


async def unpublished(tx: Transaction, actor: Actor, patience: int, limit: int) -> Sequence[Ticket]:
    """Return what the queue does not have, or had and nobody claimed for `patience` machine milliseconds."""
    actor.require_hub()
    forgotten = and_(ranges.c.state == State.PUBLISHED, ranges.c.published_at < tx.machine_time - patience)
    precedence = case({lane.value: place for place, lane in enumerate(Lane)}, value=ranges.c.lane)
    wanted = (
        select(ranges.c.id, ranges.c.lane, ranges.c.channel, ranges.c.claims)
        .where(or_(ranges.c.state == State.PLANNED, forgotten))
        .order_by(precedence, ranges.c.id)
        .limit(limit)
    )
    return [Ticket(row.id, Lane(row.lane), row.channel, row.claims) for row in await tx.rows(wanted)]


async def mark_published(tx: Transaction, actor: Actor, range_ids: Sequence[int]) -> None:
    actor.require_hub()
    mine = and_(among(tx, ranges.c.id, range_ids), ranges.c.state.in_((State.PLANNED, State.PUBLISHED)))
    await tx.execute(update(ranges).where(mine).values(state=State.PUBLISHED, published_at=tx.machine_time))


async def claim(tx: Transaction, actor: Actor, range_id: int, worker: str, lease: int) -> Range | None:
    """Take a range for `lease` machine milliseconds; None if another has it, or it is done."""
    actor.require_hub()
    free = and_(ranges.c.id == range_id, ranges.c.state.in_((State.PLANNED, State.PUBLISHED)))
    taken = (
        update(ranges)
        .where(free)
        .values(state=State.CLAIMED, worker=worker, lease_until=tx.machine_time + lease, claims=ranges.c.claims + 1)
        .returning(*ranges.c)
    )
    row = await tx.row(taken)
    return None if row is None else _range_of(row)


async def renew(tx: Transaction, actor: Actor, held: Range, worker: str, lease: int) -> bool:
    """Hold a range longer; False if it has lapsed meanwhile."""
    actor.require_hub()
    renewed = update(ranges).where(_held(held, worker)).values(lease_until=tx.machine_time + lease)
    return (await tx.execute(renewed)).rowcount == 1


async def settle(tx: Transaction, actor: Actor, held: Range, worker: str, state: State) -> bool:
    """Give a claimed range its next state; False if it has lapsed meanwhile and is another's now."""
    actor.require_hub()
    settled = update(ranges).where(_held(held, worker)).values(state=state, lease_until=None, worker=None)
    return (await tx.execute(settled)).rowcount == 1


async def lapsed(tx: Transaction, actor: Actor, limit: int) -> Sequence[Range]:
    """Return claimed ranges whose lease ran out, locked so that two sweepers do not take the same."""
    actor.require_hub()
    out = and_(ranges.c.state == State.CLAIMED, ranges.c.lease_until < tx.machine_time)
    wanted = select(ranges).where(out).order_by(ranges.c.id).limit(limit).with_for_update(skip_locked=True)
    return [_range_of(row) for row in await tx.rows(wanted)]


async def release(tx: Transaction, actor: Actor, range_id: int, state: State) -> None:
    """Take a lapsed range from its worker."""
    actor.require_hub()
    await tx.execute(update(ranges).where(ranges.c.id == range_id).values(state=state, lease_until=None, worker=None))


async def open_of(tx: Transaction, actor: Actor, notice_id: int, limit: int) -> Sequence[Range]:
    """Return ranges of a notice that nobody has claimed, for a sweep that ends them."""
    actor.require_hub()
    mine = and_(ranges.c.notice_id == notice_id, ranges.c.state.in_(OPEN))
    wanted = select(ranges).where(mine).order_by(ranges.c.id).limit(limit).with_for_update(skip_locked=True)
    return [_range_of(row) for row in await tx.rows(wanted)]


async def unfinished(tx: Transaction, actor: Actor, notice_id: int) -> int:
    """Return how many ranges of a notice are not done."""
    actor.require_hub()
    mine = and_(ranges.c.notice_id == notice_id, ranges.c.state != State.DONE)
    return int(await tx.value(select(func.count()).select_from(ranges).where(mine)))


def _held(held: Range, worker: str) -> Any:
    """The claim number tells a renewed claim by the same worker from the lapsed one."""
    return and_(
        ranges.c.id == held.id,
        ranges.c.state == State.CLAIMED,
        ranges.c.worker == worker,
        ranges.c.claims == held.claims,
    )


def _range_of(row: Row[Any]) -> Range:
    return Range(row.id, row.notice_id, row.channel, row.first_seq, row.last_seq, row.again, row.claims)
