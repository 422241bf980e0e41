"""Retries: one delivery each to be tried again when due; a range is made to take the due ones along."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import and_, delete, insert, select, update

from broadcast.deliveries import Key
from broadcast.stores.tables import deliveries, notices, ranges, retries
from ground.actor import Actor
from ground.bulk import among, among_pairs, insert_rows
from ground.transaction import Transaction


async def schedule(tx: Transaction, actor: Actor, due: Mapping[Key, int]) -> None:
    """Write when each delivery is due again, in machine time; forget what was written before, first."""
    actor.require_hub()
    rows = [{"notice_id": key.notice, "seq": key.seq, "due_at": at} for key, at in sorted(due.items())]
    await insert_rows(tx, retries, rows)


async def forget(tx: Transaction, actor: Actor, keys: Sequence[Key]) -> None:
    """Delete the retries of deliveries."""
    actor.require_hub()
    if keys:
        pairs = [(key.notice, key.seq) for key in keys]
        await tx.execute(delete(retries).where(among_pairs(tx, (retries.c.notice_id, retries.c.seq), pairs)))


async def forget_range(tx: Transaction, actor: Actor, range_id: int) -> None:
    """The range that took them along is done: what is still to be tried has a new row."""
    actor.require_hub()
    await tx.execute(delete(retries).where(retries.c.range_id == range_id))


async def send_due(tx: Transaction, actor: Actor, limit: int, batches: Mapping[str, int]) -> int:
    """Make ranges for up to `limit` due retries; return how many are on their way.

    `batches` says for each channel that may be used how many deliveries one range holds.
    """
    actor.require_hub()
    due = and_(retries.c.range_id.is_(None), retries.c.due_at <= tx.machine_time)
    soonest = (
        select(retries.c.notice_id, retries.c.seq, deliveries.c.channel, notices.c.lane)
        .join(deliveries, and_(deliveries.c.notice_id == retries.c.notice_id, deliveries.c.seq == retries.c.seq))
        .join(notices, notices.c.id == retries.c.notice_id)
        .where(due)
        .where(deliveries.c.channel.in_(list(batches)))
        .order_by(retries.c.due_at)
        .limit(limit)
        .with_for_update(of=retries, skip_locked=True)
    )
    groups: defaultdict[tuple[int, str, str], list[int]] = defaultdict(list)
    for row in await tx.rows(soonest):
        groups[row.notice_id, row.channel, row.lane].append(row.seq)
    for (notice, channel, lane), seqs in sorted(groups.items()):
        seqs.sort()
        for start in range(0, len(seqs), batches[channel]):
            await _send_together(tx, notice, channel, lane, seqs[start : start + batches[channel]])
    return sum(len(seqs) for seqs in groups.values())


async def _send_together(tx: Transaction, notice: int, channel: str, lane: str, seqs: Sequence[int]) -> None:
    row = {
        "notice_id": notice,
        "channel": channel,
        "lane": lane,
        "first_seq": seqs[0],
        "last_seq": seqs[-1],
        "again": True,
        "state": "planned",
    }
    range_id = await tx.value(insert(ranges).values(row).returning(ranges.c.id))
    mine = and_(retries.c.notice_id == notice, among(tx, retries.c.seq, seqs))
    await tx.execute(update(retries).where(mine).values(range_id=range_id))
