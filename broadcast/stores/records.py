"""Records: what became of the sendings of one claim, written in one transaction of a constant number of statements."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import update
from sqlalchemy.sql.dml import ReturningUpdate

from broadcast.channels.base import Accepted
from broadcast.channels.errors import Gone, SendError
from broadcast.deliveries import Key, State
from broadcast.notices import Notice
from broadcast.stores import counters, fallbacks, proving, receipts, retries
from broadcast.stores.claims import Claimed
from broadcast.stores.tables import attempts, deliveries
from broadcast.verdicts import Verdict
from ground.actor import Actor
from ground.bulk import among, insert_rows
from ground.clock import machine_now
from ground.events import NewsDesk
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Sent:
    """One sending and what follows from it."""

    claimed: Claimed
    result: Accepted | SendError
    verdict: Verdict


async def record(
    tx: Transaction,
    actor: Actor,
    desk: NewsDesk,
    notice: Notice,
    sent: Sequence[Sent],
    now: int,
    *,
    silence_counts: bool,
) -> None:
    """Write the ends of one claim's sendings: states, attempts, retries, counters, and who is tried elsewhere.

    A delivery that a receipt moved on meanwhile keeps what the receipt said. `now` is story time;
    `silence_counts`: whether a missing receipt or answer will say something, so that a person's next channel waits.
    """
    actor.require_hub()
    accepted = await _keep_attempts(tx, sent, now)
    tally: Counter[counters.Place] = Counter()
    groups: defaultdict[Ending, list[int]] = defaultdict(list)
    for each in sent:
        groups[_ending(each.verdict)].append(each.claimed.key.seq)
    for ending, seqs in sorted(groups.items()):
        rows = await tx.rows(_moved(tx, notice, ending, seqs, now))
        counters.move(tally, rows, State.PLANNED, ending.state)
        counters.note(tally, rows, "maybe_twice" if ending.maybe_twice else None)
    await counters.add(tx, actor, tally)
    await _follow_up(tx, actor, notice, sent, now, silence_counts=silence_counts)
    lost = [(each.claimed.address_id, each.result) for each in sent if isinstance(each.result, Gone)]
    await proving.note_lost(tx, actor, desk, lost, now)
    early = await receipts.claim_waiting(tx, actor, accepted) if accepted else ()
    await proving.apply(tx, actor, desk, early, now)


class Ending(NamedTuple):
    """What several deliveries of a batch have in common at its end."""

    state: State
    reason: str
    maybe_twice: bool
    counts: bool


def _ending(verdict: Verdict) -> Ending:
    return Ending(verdict.state, verdict.reason, verdict.maybe_twice, verdict.counts)


def _moved(
    tx: Transaction, notice: Notice, ending: Ending, seqs: Sequence[int], now: int
) -> ReturningUpdate[tuple[int, str, int]]:
    values = {
        "state": ending.state.value,
        "reason": ending.reason or None,
        "maybe_twice": deliveries.c.maybe_twice + int(ending.maybe_twice),
        "attempts": deliveries.c.attempts - int(not ending.counts),
        "accepted_at": now if ending.state is State.ACCEPTED else None,
    }
    return (
        update(deliveries)
        .where(deliveries.c.notice_id == notice.id, deliveries.c.state == State.CLAIMED)
        .where(deliveries.c.seq.between(min(seqs), max(seqs)), among(tx, deliveries.c.seq, seqs))
        .values(values)
        .returning(deliveries.c.notice_id, deliveries.c.channel, deliveries.c.area_id)
    )


async def _follow_up(
    tx: Transaction, actor: Actor, notice: Notice, sent: Sequence[Sent], now: int, *, silence_counts: bool
) -> None:
    """Deadlines are rows: the next try, the next channel at once, the next channel after silence."""
    machine = machine_now()
    again = {each.claimed.key: machine + each.verdict.again_in for each in sent if each.verdict.again_in is not None}
    if again or any(each.claimed.attempt > 1 for each in sent):
        await retries.forget(tx, actor, [each.claimed.key for each in sent])
        await retries.schedule(tx, actor, again)
    refused = [each.claimed.key.seq for each in sent if each.verdict.next_channel]
    if refused:
        await fallbacks.at_once(tx, actor, notice, refused, now)
    accepted = [each.claimed.key.seq for each in sent if each.verdict.state is State.ACCEPTED]
    if accepted and silence_counts and notice.policy.silence is not None:
        await fallbacks.after_silence(tx, actor, notice, accepted, now + notice.policy.silence)


async def _keep_attempts(tx: Transaction, sent: Sequence[Sent], now: int) -> dict[receipts.ProviderId, Key]:
    learned = machine_now()
    accepted = {
        (each.result.account, each.result.provider_id): each.claimed.key
        for each in sent
        if isinstance(each.result, Accepted)
    }
    rows = [
        {
            "account": account,
            "provider_id": provider_id,
            "notice_id": key.notice,
            "seq": key.seq,
            "at": now,
            "learned_at": learned,
        }
        for (account, provider_id), key in accepted.items()
    ]
    await insert_rows(tx, attempts, rows, ignore_known=True)
    return accepted
