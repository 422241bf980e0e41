"""The ends that nobody sends: superseded and expired deliveries, and claims whose lease ran out."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, delete, or_, select, update

from broadcast.deliveries import State
from broadcast.notices import Guarantee, Notice
from broadcast.notices import State as NoticeState
from broadcast.stores import counters, notices, ranges
from broadcast.stores.ranges import Range
from broadcast.stores.tables import deliveries, fallbacks, retries
from broadcast.stores.tables import notices as notices_table
from ground.actor import Actor
from ground.transaction import Transaction

RANGES_AT_ONCE = 4  # a slice stays short for the one writer of SQLite


async def closed_notices(tx: Transaction, actor: Actor, now: int, limit: int) -> Sequence[Notice]:
    """Return notices that are superseded or expired and still have unsent deliveries to be turned to their end."""
    actor.require_hub()
    over = or_(notices_table.c.superseded_at.is_not(None), notices_table.c.expires <= now)
    mine = and_(over, notices_table.c.swept.is_(False), notices_table.c.state == NoticeState.PLANNED)
    rows = await tx.rows(select(notices_table).where(mine).order_by(notices_table.c.id).limit(limit))
    return [notices.notice_of(row) for row in rows]


async def close_slice(tx: Transaction, actor: Actor, notice: Notice) -> bool:
    """End some of a closed notice's unsent deliveries; True when none are left and nobody holds any."""
    actor.require_hub()
    state = State.SUPERSEDED if notice.superseded_at is not None else State.EXPIRED
    unfinished = await ranges.unfinished(
        tx, actor, notice.id
    )  # asked first: what finishes meanwhile is swept next time
    for each in await ranges.open_of(tx, actor, notice.id, RANGES_AT_ONCE):
        await _end(tx, actor, _span(each), state)
        await ranges.release(tx, actor, each.id, ranges.State.DONE)
    waiting = select(retries.c.seq).where(retries.c.notice_id == notice.id)
    await _end(tx, actor, and_(deliveries.c.notice_id == notice.id, deliveries.c.seq.in_(waiting)), state)
    await tx.execute(delete(retries).where(retries.c.notice_id == notice.id))
    await tx.execute(delete(fallbacks).where(fallbacks.c.notice_id == notice.id))
    if unfinished == 0:
        await tx.execute(update(notices_table).where(notices_table.c.id == notice.id).values(swept=True))
    return unfinished == 0


async def reopen(tx: Transaction, actor: Actor, notice_id: int) -> None:
    """Somebody was added to a closed notice after its sweep: sweep it once more."""
    actor.require_hub()
    await tx.execute(update(notices_table).where(notices_table.c.id == notice_id).values(swept=False))


async def take_back(tx: Transaction, actor: Actor, held: Range, now: int) -> State:
    """End a lapsed claim. What its worker sent nobody knows: a warning goes again and is counted as possibly twice.

    A lesson, and anything that was overtaken meanwhile, becomes `uncertain` instead. Returns what they became.
    """
    actor.require_hub()
    notice = await notices.load(tx, actor, held.notice)
    again = notice.guarantee is Guarantee.AT_LEAST_ONCE and not notice.closed(now)
    state = State.PLANNED if again else State.UNCERTAIN
    values: dict[str, Any] = {"state": state, "reason": None if again else "lease_lapsed"}
    if again:
        values["maybe_twice"] = deliveries.c.maybe_twice + 1
    claimed = and_(_span(held), deliveries.c.state == State.CLAIMED)
    rows = await tx.rows(update(deliveries).where(claimed).values(values).returning(*_place()))
    tally: Counter[counters.Place] = Counter()
    counters.move(tally, rows, State.PLANNED, state)
    counters.note(tally, rows, "maybe_twice" if again else None)
    await counters.add(tx, actor, tally)
    await ranges.release(tx, actor, held.id, ranges.State.PLANNED if again else ranges.State.DONE)
    return state


async def _end(tx: Transaction, actor: Actor, which: Any, state: State) -> None:
    unsent = and_(which, deliveries.c.state == State.PLANNED)
    rows: Sequence[Row[Any]] = await tx.rows(update(deliveries).where(unsent).values(state=state).returning(*_place()))
    tally: Counter[counters.Place] = Counter()
    counters.move(tally, rows, State.PLANNED, state)
    await counters.add(tx, actor, tally)


def _span(held: Range) -> Any:
    return and_(
        deliveries.c.notice_id == held.notice,
        deliveries.c.channel == held.channel,
        deliveries.c.seq.between(held.first, held.last),
    )


def _place() -> tuple[Any, ...]:
    return deliveries.c.notice_id, deliveries.c.channel, deliveries.c.area_id
