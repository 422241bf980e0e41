"""Proving: deliveries move on by what receipts prove of them, with counters, deadlines and the address's own fate."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, select, update

from audiences.stores import faults
from broadcast.channels.base import Word
from broadcast.channels.errors import Gone
from broadcast.deliveries import HEARD, Key, State
from broadcast.notices import Notice
from broadcast.proofs import Proof, step, weightiest
from broadcast.stores import counters, fallbacks, hearers, notices, retries
from broadcast.stores.receipts import newest_tries
from broadcast.stores.tables import deliveries
from broadcast.verdicts import Verdict
from ground.actor import Actor
from ground.bulk import among
from ground.clock import machine_now
from ground.events import NewsDesk
from ground.transaction import Transaction

Step = tuple[Row[Any], Proof, Verdict]


async def apply(tx: Transaction, actor: Actor, desk: NewsDesk, proofs: Sequence[Proof], now: int) -> int:
    """Move deliveries on by proofs; return how many moved. Said again, or late, a proof changes nothing."""
    actor.require_hub()
    by_notice: defaultdict[int, defaultdict[int, list[Proof]]] = defaultdict(lambda: defaultdict(list))
    for proof in proofs:
        by_notice[proof.key.notice][proof.key.seq].append(proof)
    moved = 0
    for notice_id, by_seq in sorted(by_notice.items()):
        notice = await notices.load(tx, actor, notice_id)
        moved += await _apply_to(tx, actor, desk, notice, {seq: weightiest(each) for seq, each in by_seq.items()}, now)
    return moved


async def _apply_to(
    tx: Transaction, actor: Actor, desk: NewsDesk, notice: Notice, proofs: dict[int, Proof], now: int
) -> int:
    mine = (deliveries.c.notice_id == notice.id) & among(tx, deliveries.c.seq, sorted(proofs))
    rows = await tx.rows(select(deliveries).where(mine).order_by(deliveries.c.seq).with_for_update())
    stale = await _stale_failures(tx, actor, notice.id, proofs)
    policy = replace(notice.policy, attempts=0) if notice.closed(now) else notice.policy  # nothing is tried again
    steps: list[Step] = []
    for row in rows:
        proof = proofs[row.seq]
        verdict = step(proof, State(row.state), policy, notice.guarantee, row.attempts)
        if verdict is not None and row.seq not in stale:
            steps.append((row, proof, verdict))
    await _write_details(tx, notice, rows, proofs)
    await _write_steps(tx, actor, notice, steps, now)
    await _follow_up(tx, actor, desk, notice, steps, now)
    return len(steps)


async def _stale_failures(tx: Transaction, actor: Actor, notice_id: int, proofs: dict[int, Proof]) -> set[int]:
    """A failure of an earlier try says nothing of the one that is under way now."""
    failed = [seq for seq, proof in proofs.items() if proof.word is Word.FAILED]
    if not failed:
        return set()
    newest = await newest_tries(tx, actor, notice_id, failed)
    return {seq for seq in failed if newest.get(seq, proofs[seq].provider_id) != proofs[seq].provider_id}


async def _write_details(tx: Transaction, notice: Notice, rows: Sequence[Row[Any]], proofs: dict[int, Proof]) -> None:
    """The furthest word of the channel, beside the state: sent, downloading, playing."""
    by_detail: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        if State(row.state) is not State.DELIVERED or proofs[row.seq].word is Word.DELIVERED:
            by_detail[proofs[row.seq].detail].append(row.seq)
    for detail, seqs in sorted(by_detail.items()):
        mine = (deliveries.c.notice_id == notice.id) & among(tx, deliveries.c.seq, seqs)
        await tx.execute(update(deliveries).where(mine).values(detail=detail))


async def _write_steps(tx: Transaction, actor: Actor, notice: Notice, steps: Sequence[Step], now: int) -> None:
    tally: Counter[counters.Place] = Counter()
    groups: defaultdict[tuple[str, str, str], list[Row[Any]]] = defaultdict(list)
    for row, _, verdict in steps:
        groups[row.state, verdict.state, verdict.reason].append(row)
    for (before, after, reason), rows in sorted(groups.items()):
        mine = (deliveries.c.notice_id == notice.id) & among(tx, deliveries.c.seq, [row.seq for row in rows])
        values: dict[str, Any] = {"state": after, "reason": reason or None}
        if after == State.ACCEPTED:
            values["accepted_at"] = now
        if after == State.DELIVERED:
            values["delivered_at"] = now
        await tx.execute(update(deliveries).where(mine).values(values))
        counters.move(tally, rows, State.PLANNED if before == State.CLAIMED else State(before), State(after))
    await counters.add(tx, actor, tally)


async def _follow_up(
    tx: Transaction, actor: Actor, desk: NewsDesk, notice: Notice, steps: Sequence[Step], now: int
) -> None:
    machine = machine_now()
    await retries.forget(tx, actor, [Key(notice.id, row.seq) for row, _, _ in steps])
    again = {Key(notice.id, row.seq): machine + each.again_in for row, _, each in steps if each.again_in is not None}
    await retries.schedule(tx, actor, again)
    arrived = [row.seq for row, _, verdict in steps if verdict.state is State.DELIVERED]
    if arrived:
        await fallbacks.forget(tx, actor, notice.id, arrived)
    refused = [row.seq for row, _, verdict in steps if verdict.next_channel]
    if refused:
        await fallbacks.at_once(tx, actor, notice, refused, now)
    lost = [(row.address_id, proof.error) for row, proof, _ in steps if isinstance(proof.error, Gone)]
    await note_lost(tx, actor, desk, lost, now)
    if any(State(row.state) not in HEARD and verdict.state in HEARD for row, _, verdict in steps):
        await notices.plan_again(tx, actor, await hearers.endings_that_tell(tx, actor, notice.id))


async def note_lost(tx: Transaction, actor: Actor, desk: NewsDesk, lost: Sequence[tuple[int, Gone]], now: int) -> None:
    """Close, stop or move the addresses that providers found gone."""
    actor.require_hub()
    closed = {address: error.reason for address, error in lost if not error.stopped and error.moved_to is None}
    if closed:
        await faults.close_gone(tx, actor, desk, closed, now)
    stopped = [address for address, error in lost if error.stopped]
    if stopped:
        await faults.mark_stopped(tx, actor, stopped, now)
    for address, error in lost:
        if error.moved_to is not None:
            await faults.move(tx, actor, address, error.moved_to, now)
