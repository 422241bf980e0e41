"""Records: what became of the sendings of one claim, written in one transaction of a constant number of statements."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.sql.dml import ReturningUpdate

from broadcast.channels.base import Accepted, Word
from broadcast.channels.errors import Gone, SendError
from broadcast.deliveries import Key, State
from broadcast.notices import Notice
from broadcast.proofs import Proof
from broadcast.stores import counters
from broadcast.stores.returns import attempts, proving, receipts
from broadcast.stores.sending import fallbacks, retries
from broadcast.stores.sending.claims import Claimed
from broadcast.stores.sending.keys import keyed
from broadcast.stores.tables.deliveries import LONGEST_REASON, deliveries
from broadcast.verdicts import TAKEN, Verdict
from ground.actor import Actor
from ground.bulk import among_pairs
from ground.clock import machine_now
from ground.events import NewsDesk
from ground.transaction import Dialect, Transaction


class Sent(NamedTuple):
    """One sending and what follows from it."""

    claimed: Claimed
    result: Accepted | SendError
    verdict: Verdict


async def record(
    tx: Transaction,
    actor: Actor,
    desk: NewsDesk,
    notice: Notice,
    channel: str,
    sent: Sequence[Sent],
    now: int,
    *,
    silence_counts: bool,
) -> None:
    """Write the ends of one claim's sendings: states, attempts, retries, counters, and who is tried elsewhere.

    A delivery that a receipt moved on meanwhile keeps what the receipt said, deadlines included. `now` is story time;
    `silence_counts`: whether a missing receipt or answer will say something, so that a person's next channel waits.
    The counters come last: other workers wait for their rows until the commit.
    """
    actor.require_hub()
    accepted = _accepted(sent)
    tally: Counter[counters.Place] = Counter()
    still_ours: list[Sent] = []
    for ending, alike in _by_ending(sent):
        moved = await _move(tx, notice, ending, alike, now)
        still_ours += moved
        places = Counter((notice.id, channel, each.claimed.area) for each in moved)
        counters.shift(tally, places, State.PLANNED, ending.state)
        counters.raise_by(tally, places, "maybe_twice" if ending.maybe_twice else None)
    await attempts.keep(tx, actor, accepted, now)  # after the deliveries: receipts lock in this order
    await _follow_up(tx, actor, notice, still_ours, now, silence_counts=silence_counts)
    lost = [
        proving.Lost(each.claimed.key, each.claimed.address_id, each.result)
        for each in sent
        if isinstance(each.result, Gone)
    ]
    await proving.note_lost(tx, actor, desk, lost, now)
    proofs = await receipts.claim_waiting(tx, actor, accepted)
    await counters.add(tx, actor, tally)
    await proving.apply(tx, actor, desk, proofs, now)


async def record_late(tx: Transaction, actor: Actor, desk: NewsDesk, sent: Sequence[Sent], now: int) -> None:
    """The lease ran out under a slow sending, and the range may be another's now: only what was taken still counts."""
    actor.require_hub()
    accepted = _accepted(sent)
    await _lock(tx, accepted.values())
    await attempts.keep(tx, actor, accepted, now)
    proofs = [Proof(key, Word.ACCEPTED, "", account, known) for (account, known), key in accepted.items()]
    await proving.apply(tx, actor, desk, [*proofs, *await receipts.claim_waiting(tx, actor, accepted)], now)


async def _lock(tx: Transaction, keys: Collection[Key]) -> None:
    """Hold deliveries before what belongs to them is written, in the order in which receipts do."""
    if keys and tx.dialect is Dialect.POSTGRESQL:
        mine = among_pairs(
            tx, (deliveries.c.notice_id, deliveries.c.seq), sorted((key.notice, key.seq) for key in keys)
        )
        held = select(deliveries.c.seq).where(mine).order_by(deliveries.c.notice_id, deliveries.c.seq)
        await tx.rows(held.with_for_update())


class Ending(NamedTuple):
    """What several deliveries of a batch have in common at its end."""

    state: State
    reason: str
    maybe_twice: bool
    counts: bool


def _ending(verdict: Verdict) -> Ending:
    return Ending(verdict.state, verdict.reason[:LONGEST_REASON], verdict.maybe_twice, verdict.counts)


def _by_ending(sent: Sequence[Sent]) -> Sequence[tuple[Ending, list[Sent]]]:
    """Group what ended alike, in a fixed order; nearly all of a batch was simply taken, and is not weighed singly."""
    groups: defaultdict[Ending, list[Sent]] = defaultdict(list)
    if taken := [each for each in sent if each.verdict is TAKEN]:
        groups[_ending(TAKEN)] = taken
    for each in sent if len(taken) < len(sent) else ():
        if each.verdict is not TAKEN:
            groups[_ending(each.verdict)].append(each)
    return sorted(groups.items())


async def _move(tx: Transaction, notice: Notice, ending: Ending, alike: list[Sent], now: int) -> list[Sent]:
    """Give deliveries their state; return those that were still claimed."""
    moved = await tx.values(_moved(tx, notice, ending, [each.claimed.key.seq for each in alike], now))
    if len(moved) == len(alike):
        return alike
    ours = set(moved)
    return [each for each in alike if each.claimed.key.seq in ours]


def _moved(
    tx: Transaction, notice: Notice, ending: Ending, seqs: Sequence[int], now: int
) -> ReturningUpdate[tuple[int]]:
    values: dict[str, Any] = {"state": ending.state.value, "reason": ending.reason or None}
    if ending.maybe_twice:
        values["maybe_twice"] = deliveries.c.maybe_twice + 1
    if not ending.counts:
        values["attempts"] = deliveries.c.attempts - 1
    if ending.state is State.ACCEPTED:
        values["accepted_at"] = now
    return (
        update(deliveries)
        .where(keyed(tx, notice.id, seqs), deliveries.c.state == State.CLAIMED)
        .values(values)
        .returning(deliveries.c.seq)
    )


async def _follow_up(
    tx: Transaction, actor: Actor, notice: Notice, sent: Sequence[Sent], now: int, *, silence_counts: bool
) -> None:
    """Deadlines are rows: the next try, the next channel at once, the next channel after silence."""
    machine = machine_now()
    again = {each.claimed.key: machine + each.verdict.again_in for each in sent if each.verdict.again_in is not None}
    await retries.forget(tx, actor, list(again))
    await retries.schedule(tx, actor, again)
    await fallbacks.at_once(tx, actor, [each.claimed.key for each in sent if each.verdict.next_channel], now)
    # whoever waits for a slow or absent provider is as silent as who does not answer
    silent = [key.seq for key in again]
    silent += [each.claimed.key.seq for each in sent if each.verdict.state is State.ACCEPTED and silence_counts]
    if silent and notice.policy.silence is not None:
        await fallbacks.after_silence(tx, actor, notice, silent, now + notice.policy.silence)


def _accepted(sent: Sequence[Sent]) -> dict[attempts.ProviderId, Key]:
    return {
        (each.result.account, each.result.provider_id): each.claimed.key
        for each in sent
        if isinstance(each.result, Accepted)
    }
