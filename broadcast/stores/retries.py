"""Retries: one delivery each to be tried again when due; a range is made to take the due ones along."""

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, delete, func, insert, select, update

from broadcast.deliveries import Key
from broadcast.stores.tables import deliveries, notices, ranges, retries
from ground.actor import Actor
from ground.bulk import among, insert_rows
from ground.transaction import Transaction


async def schedule(tx: Transaction, actor: Actor, due: Mapping[Key, int]) -> None:
    """Write when each delivery is due again, in machine time; forget what was written before, first."""
    actor.require_hub()
    rows = [{"notice_id": key.notice, "seq": key.seq, "due_at": at} for key, at in due.items()]
    await insert_rows(tx, retries, rows)


async def forget(tx: Transaction, actor: Actor, keys: Sequence[Key]) -> None:
    """Delete the retries of deliveries, one statement per notice."""
    actor.require_hub()
    for notice in {key.notice for key in keys}:
        seqs = [key.seq for key in keys if key.notice == notice]
        await tx.execute(delete(retries).where(retries.c.notice_id == notice, among(tx, retries.c.seq, seqs)))


async def send_due(tx: Transaction, actor: Actor, limit: int) -> int:
    """Make a range for the due retries of each notice and channel; return how many retries are on their way."""
    actor.require_hub()
    due = and_(retries.c.range_id.is_(None), retries.c.due_at <= tx.machine_time)
    soonest = select(retries.c.notice_id, retries.c.seq).where(due).order_by(retries.c.due_at).limit(limit)
    chosen = soonest.with_for_update(skip_locked=True).subquery("chosen")
    spans = (
        select(
            chosen.c.notice_id,
            deliveries.c.channel,
            notices.c.lane,
            func.min(chosen.c.seq).label("first"),
            func.max(chosen.c.seq).label("last"),
            func.count().label("n"),
        )
        .join(deliveries, and_(deliveries.c.notice_id == chosen.c.notice_id, deliveries.c.seq == chosen.c.seq))
        .join(notices, notices.c.id == chosen.c.notice_id)
        .group_by(chosen.c.notice_id, deliveries.c.channel, notices.c.lane)
    )
    sent = 0
    for span in await tx.rows(spans):
        row = {
            "notice_id": span.notice_id,
            "channel": span.channel,
            "lane": span.lane,
            "first_seq": span.first,
            "last_seq": span.last,
            "again": True,
            "state": "planned",
        }
        range_id = await tx.value(insert(ranges).values(row).returning(ranges.c.id))
        of_channel = select(deliveries.c.seq).where(
            deliveries.c.notice_id == span.notice_id,
            deliveries.c.channel == span.channel,
            deliveries.c.seq.between(span.first, span.last),
        )
        mine = and_(due, retries.c.notice_id == span.notice_id, retries.c.seq.in_(of_channel))
        await tx.execute(
            update(retries).where(mine, retries.c.seq.between(span.first, span.last)).values(range_id=range_id)
        )
        sent += span.n
    return sent
