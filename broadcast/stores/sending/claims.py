"""Claims: what a worker may send of a range now; opt-outs, closed addresses, stops and expiry are read here again."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, false, null, or_, select, update

from audiences.stores.tables import addresses, opt_outs
from broadcast.deliveries import Key, State
from broadcast.ladders.model import CALL, REPORT
from broadcast.ladders.model import State as LadderState
from broadcast.notices import Notice
from broadcast.stores import counters
from broadcast.stores.ladders import void
from broadcast.stores.sending import fallbacks
from broadcast.stores.sending.keys import keyed
from broadcast.stores.sending.ranges import Range
from broadcast.stores.tables import answers, deliveries, delivery_sharers, ladders, notices, retries
from ground.actor import Actor
from ground.transaction import Transaction

ASKING_STATE: Final = {CALL: LadderState.OPEN, REPORT: LadderState.AWAKE}
"""While a ladder is in which state its notices go out, by how their origin begins."""
CLOSED, STOPPED = "address_closed", "address_stopped"
LOST = (CLOSED, STOPPED)


class Claimed(NamedTuple):
    """One delivery in a worker's hand. `address` is secret."""

    key: Key
    address_id: int
    address: str
    area: int | None
    language: str
    rule: int
    attempt: int

    def __repr__(self) -> str:
        return f"Claimed({self.key}, attempt={self.attempt})"


async def claim_deliveries(
    tx: Transaction, actor: Actor, notice: Notice, held: Range, at: int, now: int
) -> Sequence[Claimed]:
    """Turn what may be sent of a range to `claimed` and return it; what must not be sent is suppressed, and counted.

    `at` is machine time, `now` story time: an address that was lost since it was planned is as one that is refused.
    The same number of statements for ten deliveries and for ten thousand.
    """
    actor.require_hub()
    rows = {row.seq: row for row in await tx.rows(_unsent(notice, held))}
    await _suppress(tx, actor, notice, [row for row in rows.values() if row.bar is not None])
    await _try_elsewhere(tx, actor, notice, {Key(notice.id, seq): row.bar for seq, row in rows.items()}, now)
    free = [seq for seq, row in rows.items() if row.bar is None]
    if not free:
        return []
    still_valid = exists().where(notices.c.id == notice.id, notices.c.superseded_at.is_(None))
    claimed = (
        update(deliveries)
        .where(keyed(tx, notice.id, free), deliveries.c.state == State.PLANNED, still_valid)
        .values(state=State.CLAIMED, claimed_at=at, attempts=deliveries.c.attempts + 1)
        .returning(deliveries.c.seq)
    )
    taken: Iterable[Sequence[Any]] = map(rows.__getitem__, sorted(await tx.values(claimed)))
    return [
        Claimed(Key(notice.id, seq), address_id, address, area, language, rule, attempts + 1)
        for seq, address_id, address, area, language, rule, attempts, _ in taken
    ]


def _unsent(notice: Notice, held: Range) -> Select[Any]:
    """The planned deliveries of a range, each with its address and with what bars it from being sent, if anything."""
    opted_out = exists().where(opt_outs.c.address_id == addresses.c.id, opt_outs.c.purpose == notice.purpose.value)
    from_here = exists().where(answers.c.notice_id == notice.id, answers.c.address_id == deliveries.c.address_id)
    by_name = exists().where(answers.c.notice_id == notice.id, answers.c.person_id == deliveries.c.person_id)
    shared = exists().where(delivery_sharers.c.notice_id == notice.id, delivery_sharers.c.seq == deliveries.c.seq)
    bar = case(
        (or_(addresses.c.closed_at.is_not(None), addresses.c.value.is_(None)), CLOSED),
        (addresses.c.stopped_at.is_not(None), STOPPED),
        (opted_out, "opted_out"),
        # where others share the address, one of them may have answered elsewhere, for herself alone
        (or_(from_here, and_(by_name, ~shared), _called_no_more(notice)), "answered"),
        else_=null(),
    )
    d = deliveries.c
    needed = (d.seq, d.address_id, addresses.c.value, d.area_id, d.language, d.rule, d.attempts)
    return (
        select(*needed, bar.label("bar"))
        .join(addresses, addresses.c.id == deliveries.c.address_id)
        .where(of_range(held), deliveries.c.state == State.PLANNED)
        .order_by(deliveries.c.seq)
    )


def _called_no_more(notice: Notice) -> ColumnElement[bool]:
    """Say that a step of a ladder has nobody to call any more: a try that waited is not made after the answer."""
    kind, _, chain = notice.origin.partition(":")
    if kind not in ASKING_STATE:
        return false()
    still = and_(ladders.c.chain == chain, ladders.c.state == ASKING_STATE[kind])
    whose = (ladders.c.person_id == deliveries.c.person_id, ladders.c.target_id == deliveries.c.person_id)
    return ~or_(*(exists().where(still, each) for each in whose))  # apart: each by its own index


async def _try_elsewhere(
    tx: Transaction, actor: Actor, notice: Notice, bars: Mapping[Key, str | None], now: int
) -> None:
    """Whoever was to hear it at an address that is closed by now hears it on the next, or on the ladder's next step."""
    lost = {key: bar for key, bar in bars.items() if bar in LOST}
    if lost and notice.policy.on_refusal:
        await fallbacks.at_once(tx, actor, list(lost), now)
    if lost:
        await void.move_on(tx, actor, lost, now)


async def _suppress(tx: Transaction, actor: Actor, notice: Notice, barred: Sequence[Row[Any]]) -> None:
    tally: Counter[counters.Place] = Counter()
    for reason in sorted({row.bar for row in barred}):
        seqs = [row.seq for row in barred if row.bar == reason]
        suppressed = (
            update(deliveries)
            .where(keyed(tx, notice.id, seqs), deliveries.c.state == State.PLANNED)
            .values(state=State.SUPPRESSED, reason=reason)
            .returning(deliveries.c.notice_id, deliveries.c.channel, deliveries.c.area_id)
        )
        counters.move(tally, await tx.rows(suppressed), State.PLANNED, State.SUPPRESSED)
    await counters.add(tx, actor, tally)


def of_range(held: Range) -> ColumnElement[bool]:
    """The deliveries of a range; one that waits for a later try is that try's, not this one's."""
    keys = and_(deliveries.c.notice_id == held.notice, deliveries.c.seq.between(held.first, held.last))
    waiting: Any = and_(retries.c.notice_id == deliveries.c.notice_id, retries.c.seq == deliveries.c.seq)
    if held.again:
        return and_(keys, exists().where(waiting, retries.c.range_id == held.id))
    return and_(keys, ~exists().where(waiting))
