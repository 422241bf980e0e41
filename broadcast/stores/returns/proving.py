"""Proving: deliveries move on by what receipts prove of them, with counters, deadlines and the address's own fate.

The same number of statements for ten receipts and for a thousand, be they of one notice or of a thousand replies.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import Row, select, update

from audiences.stores.reach import faults
from broadcast.channels.base import Word
from broadcast.channels.errors import Gone
from broadcast.deliveries import HEARD, PROVED, Key, State
from broadcast.notices import Notice, Policy
from broadcast.proofs import Proof, is_stale, step, weightiest
from broadcast.stores import counters, notices
from broadcast.stores.ladders import void
from broadcast.stores.returns import attempts
from broadcast.stores.sending import fallbacks, hearers, retries
from broadcast.stores.tables.deliveries import LONGEST_REASON, deliveries
from broadcast.verdicts import Verdict
from ground.actor import Actor
from ground.bulk import among_pairs
from ground.clock import machine_now
from ground.events import NewsDesk
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Step:
    """One delivery that moves on: out of which state, by what word, and what follows."""

    key: Key
    before: State
    row: Row[Any]
    notice: Notice
    proof: Proof
    verdict: Verdict


class Lost(NamedTuple):
    """A delivery whose address a provider found gone."""

    key: Key
    address: int
    error: Gone


async def apply(tx: Transaction, actor: Actor, desk: NewsDesk, proofs: Sequence[Proof], now: int) -> int:
    """Move deliveries on by proofs; return how many moved. Said again, or late, a proof changes nothing.

    What is proved of a delivery that is not ours, or not here any more, is passed over.
    """
    actor.require_hub()
    if not proofs:
        return 0
    by_key: defaultdict[Key, list[Proof]] = defaultdict(list)
    for proof in proofs:
        by_key[proof.key].append(proof)
    counting = {key: weightiest(each) for key, each in by_key.items()}
    steps = await _steps(tx, actor, counting, now)
    await _write(tx, steps, now)
    await _follow_up(tx, actor, desk, steps, now)
    tally: Counter[counters.Place] = Counter()
    for each in steps:
        before = State.PLANNED if each.before is State.CLAIMED else each.before
        counters.move(tally, [each.row], before, each.verdict.state)
    await counters.add(tx, actor, tally)
    return sum(each.verdict.state is not each.before for each in steps)


async def _steps(tx: Transaction, actor: Actor, proofs: Mapping[Key, Proof], now: int) -> Sequence[Step]:
    rows = await tx.rows(
        select(deliveries)
        .where(_keyed(tx, proofs))
        .order_by(deliveries.c.notice_id, deliveries.c.seq)
        .with_for_update()
    )
    of = await notices.by_ids(tx, actor, {row.notice_id for row in rows})
    failed = [key for key, proof in proofs.items() if proof.word is Word.FAILED]
    tries = await attempts.of_deliveries(tx, actor, failed)
    steps = []
    for row in rows:
        key, state, notice = Key(row.notice_id, row.seq), State(row.state), of[row.notice_id]
        proof = proofs[key]
        if is_stale(proof, state, tries.get(key, ())):
            continue
        verdict = step(proof, state, _policy(notice, now), notice.guarantee, row.attempts) or _further(proof, state)
        if verdict is not None:
            steps.append(Step(key, state, row, notice, proof, verdict))
    return steps


def _policy(notice: Notice, now: int) -> Policy:
    """Of what is closed, nothing is tried again, here or elsewhere."""
    return replace(notice.policy, attempts=0, on_refusal=False, silence=None) if notice.closed(now) else notice.policy


def _further(proof: Proof, state: State) -> Verdict | None:
    """Sent, downloading, playing: the channel's word is new, the state stays."""
    return Verdict(state) if proof.word is Word.PROGRESS and state is State.ACCEPTED else None


async def _write(tx: Transaction, steps: Sequence[Step], now: int) -> None:
    groups: defaultdict[tuple[str, str, str, str], list[Key]] = defaultdict(list)
    for each in steps:
        groups[each.before, each.verdict.state, each.verdict.reason[:LONGEST_REASON], each.proof.detail].append(
            each.key
        )
    for (before, after, reason, detail), keys in sorted(groups.items()):
        values: dict[str, Any] = {"state": after, "reason": reason or None}
        if detail:
            values["detail"] = detail
        if before != after and after in PROVED:
            values[f"{after}_at"] = now
        await tx.execute(update(deliveries).where(_keyed(tx, keys)).values(values))


async def _follow_up(tx: Transaction, actor: Actor, desk: NewsDesk, steps: Sequence[Step], now: int) -> None:
    """Deadlines that lapse or begin, and what the proof says of the address and of those who must hear the ending."""
    moved = [each for each in steps if each.verdict.state is not each.before]
    machine = machine_now()
    await retries.forget(tx, actor, [each.key for each in moved])
    again = {each.key: machine + each.verdict.again_in for each in moved if each.verdict.again_in is not None}
    await retries.schedule(tx, actor, again)
    await fallbacks.forget(tx, actor, [each.key for each in moved if each.verdict.state is State.DELIVERED])
    await fallbacks.at_once(tx, actor, [each.key for each in moved if each.verdict.next_channel], now)
    proved = [each for each in moved if each.verdict.state in PROVED and each.before is not State.ACCEPTED]
    await _write_accepts(tx, actor, proved, now)
    gone = ((each.key, each.row.address_id, each.proof.error) for each in moved)
    lost = [Lost(key, address, error) for key, address, error in gone if isinstance(error, Gone)]
    await note_lost(tx, actor, desk, lost, now)
    heard = [each.key for each in moved if each.before not in HEARD and each.verdict.state in HEARD]
    if heard:
        await notices.plan_again(tx, actor, await hearers.heard_after_all(tx, actor, heard))


async def _write_accepts(tx: Transaction, actor: Actor, proved: Sequence[Step], now: int) -> None:
    """The provider took what we have no record of: a crash forgot it, or the receipt was faster than we were."""
    await attempts.keep(tx, actor, {(each.proof.account, each.proof.provider_id): each.key for each in proved}, now)
    silent: defaultdict[int, list[Step]] = defaultdict(list)
    for each in proved:
        if each.verdict.state is State.ACCEPTED and each.notice.policy.silence is not None:
            silent[each.key.notice].append(each)
    for waiting in silent.values():
        notice = waiting[0].notice
        if not notice.closed(now) and notice.policy.silence is not None:
            seqs = [each.key.seq for each in waiting]
            await fallbacks.after_silence(tx, actor, notice, seqs, now + notice.policy.silence)


async def note_lost(tx: Transaction, actor: Actor, desk: NewsDesk, lost: Sequence[Lost], now: int) -> None:
    """Close, stop or move the addresses that providers found gone; a ladder that turned to one waits no longer."""
    actor.require_hub()
    closed = {
        address: error.reason[:LONGEST_REASON]
        for _, address, error in lost
        if not error.stopped and error.moved_to is None
    }
    if closed:
        await faults.close_gone(tx, actor, desk, closed, now)
    stopped = [address for _, address, error in lost if error.stopped]
    if stopped:
        await faults.mark_stopped(tx, actor, stopped, now)
    for _, address, error in lost:
        if error.moved_to is not None:
            await faults.move(tx, actor, address, error.moved_to, now)
    await void.move_on(tx, actor, {key: error.reason for key, _, error in lost if error.moved_to is None}, now)


def _keyed(tx: Transaction, keys: Collection[Key]) -> Any:
    pairs = sorted((key.notice, key.seq) for key in keys)
    return among_pairs(tx, (deliveries.c.notice_id, deliveries.c.seq), pairs)
