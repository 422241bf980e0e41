"""The ends that nobody sends: superseded and expired deliveries, and claims whose lease ran out."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update

from broadcast.deliveries import Key, State
from broadcast.notices import Guarantee, Notice
from broadcast.notices import State as NoticeState
from broadcast.stores import counters, notices
from broadcast.stores.sending import claims, fallbacks, ranges, retries
from broadcast.stores.sending.keys import keyed
from broadcast.stores.sending.ranges import Range
from broadcast.stores.tables import deliveries
from broadcast.stores.tables import notices as notices_table
from broadcast.stores.tables import retries as retries_table
from ground.actor import Actor
from ground.transaction import Transaction

RANGES_AT_ONCE = 4  # a slice stays short for the one writer of SQLite
RETRIES_AT_ONCE = 1_000


async def closed_notices(tx: Transaction, actor: Actor, now: int, limit: int) -> Sequence[Notice]:
    """Return notices that are superseded or expired and still have unsent deliveries to be turned to their end."""
    actor.require_hub()
    over = or_(notices_table.c.superseded_at.is_not(None), notices_table.c.expires <= now)
    mine = and_(over, notices_table.c.swept.is_(False), notices_table.c.state == NoticeState.PLANNED)
    rows = await tx.rows(select(notices_table).where(mine).order_by(notices_table.c.id).limit(limit))
    return [notices.notice_of(row) for row in rows]


async def close_slice(tx: Transaction, actor: Actor, notice: Notice) -> bool:
    """End some of a closed notice's unsent deliveries; False if there were none, or a worker still holds them.

    It is swept once nothing was open when a slice began: what finishes meanwhile is seen to by the next.
    """
    actor.require_hub()
    state = State.SUPERSEDED if notice.superseded_at is not None else State.EXPIRED
    unfinished = await ranges.unfinished(tx, actor, notice.id)
    waiting = await _end_retries(tx, actor, notice, state)
    open_ranges = await ranges.open_of(tx, actor, notice.id, RANGES_AT_ONCE)
    for each in open_ranges:
        await _end(tx, actor, claims.of_range(each), state)
        await _close(tx, actor, each)
    await fallbacks.forget_notice(tx, actor, notice.id)
    if not unfinished and not waiting:
        await tx.execute(update(notices_table).where(notices_table.c.id == notice.id).values(swept=True))
    return bool(open_ranges or waiting)


async def reopen(tx: Transaction, actor: Actor, notice_id: int) -> None:
    """Somebody was added to a closed notice after its sweep: sweep it once more."""
    actor.require_hub()
    swept = and_(notices_table.c.id == notice_id, notices_table.c.swept)
    await tx.execute(update(notices_table).where(swept).values(swept=False))


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
    claimed = and_(claims.of_range(held), deliveries.c.state == State.CLAIMED)
    rows = await tx.rows(update(deliveries).where(claimed).values(values).returning(*_place()))
    if again:
        await ranges.release(tx, actor, held.id, ranges.State.PLANNED)
    else:
        await _close(tx, actor, held)
    tally: Counter[counters.Place] = Counter()
    counters.move(tally, rows, State.PLANNED, state)
    counters.note(tally, rows, "maybe_twice" if again else None)
    await counters.add(tx, actor, tally)
    return state


async def _end_retries(tx: Transaction, actor: Actor, notice: Notice, state: State) -> int:
    """End deliveries that wait for another try and are on no range yet; return how many there were."""
    free = and_(retries_table.c.notice_id == notice.id, retries_table.c.range_id.is_(None))
    some = select(retries_table.c.seq).where(free).limit(RETRIES_AT_ONCE).with_for_update(skip_locked=True)
    seqs = list(await tx.values(some))
    if seqs:
        await _end(tx, actor, keyed(tx, notice.id, seqs), state)
        await retries.forget(tx, actor, [Key(notice.id, seq) for seq in seqs])
    return len(seqs)


async def _end(tx: Transaction, actor: Actor, which: ColumnElement[bool], state: State) -> None:
    unsent = and_(which, deliveries.c.state == State.PLANNED)
    rows = await tx.rows(update(deliveries).where(unsent).values(state=state).returning(*_place()))
    tally: Counter[counters.Place] = Counter()
    counters.move(tally, rows, State.PLANNED, state)
    await counters.add(tx, actor, tally)


async def _close(tx: Transaction, actor: Actor, over: Range) -> None:
    await ranges.release(tx, actor, over.id, ranges.State.DONE)
    if over.again:
        await retries.forget_range(tx, actor, over.id)


def _place() -> tuple[Any, ...]:
    return deliveries.c.notice_id, deliveries.c.channel, deliveries.c.area_id
