"""Claims: what a worker may send of a range now; opt-outs, closed addresses, stops and expiry are read here again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, or_, select, update

from audiences.stores.tables import addresses, opt_outs
from broadcast.deliveries import Key, State
from broadcast.notices import Notice
from broadcast.stores import counters
from broadcast.stores.sending.ranges import Range
from broadcast.stores.tables import answers, deliveries, delivery_sharers, notices, retries
from ground.actor import Actor
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Claimed:
    """One delivery in a worker's hand."""

    key: Key
    address_id: int
    address: str = field(repr=False)
    area: int | None
    language: str
    rule: int
    attempt: int


async def claim_deliveries(tx: Transaction, actor: Actor, notice: Notice, held: Range, at: int) -> Sequence[Claimed]:
    """Turn what may be sent of a range to `claimed` and return it; what must not be sent is suppressed, and counted.

    The same number of statements for ten deliveries and for ten thousand.
    """
    actor.require_hub()
    await _suppress(tx, actor, notice, held)
    mine = and_(of_range(held), deliveries.c.state == State.PLANNED)
    still_valid = exists().where(notices.c.id == notice.id, notices.c.superseded_at.is_(None))
    await tx.execute(
        update(deliveries)
        .where(mine, still_valid)
        .values(state=State.CLAIMED, claimed_at=at, attempts=deliveries.c.attempts + 1)
    )
    needed = (deliveries.c.seq, deliveries.c.address_id, deliveries.c.area_id, deliveries.c.language, deliveries.c.rule)
    wanted = (
        select(*needed, deliveries.c.attempts, addresses.c.value)
        .join(addresses, addresses.c.id == deliveries.c.address_id)
        .where(of_range(held), deliveries.c.state == State.CLAIMED)
        .order_by(deliveries.c.seq)
    )
    return [
        Claimed(Key(notice.id, row.seq), row.address_id, row.value, row.area_id, row.language, row.rule, row.attempts)
        for row in await tx.rows(wanted)
    ]


async def _suppress(tx: Transaction, actor: Actor, notice: Notice, held: Range) -> None:
    opted_out = and_(opt_outs.c.address_id == deliveries.c.address_id, opt_outs.c.purpose == notice.purpose.value)
    shut = and_(
        addresses.c.id == deliveries.c.address_id,
        or_(addresses.c.closed_at.is_not(None), addresses.c.value.is_(None)),
    )
    halted = and_(addresses.c.id == deliveries.c.address_id, addresses.c.stopped_at.is_not(None))
    shared = exists().where(
        delivery_sharers.c.notice_id == deliveries.c.notice_id, delivery_sharers.c.seq == deliveries.c.seq
    )
    told_us = and_(  # where others share the address, one of them may have answered elsewhere for herself alone
        answers.c.notice_id == deliveries.c.notice_id,
        or_(
            answers.c.address_id == deliveries.c.address_id,
            and_(answers.c.person_id == deliveries.c.person_id, ~shared),
        ),
    )
    reason = case(
        (exists().where(shut), "address_closed"),
        (exists().where(halted), "address_stopped"),
        (exists().where(opted_out), "opted_out"),
        else_="answered",
    )
    suppressed = (
        update(deliveries)
        .where(of_range(held), deliveries.c.state == State.PLANNED)
        .where(or_(*(exists().where(each) for each in (shut, halted, opted_out, told_us))))
        .values(state=State.SUPPRESSED, reason=reason)
        .returning(deliveries.c.notice_id, deliveries.c.channel, deliveries.c.area_id)
    )
    tally: Counter[counters.Place] = Counter()
    counters.move(tally, await tx.rows(suppressed), State.PLANNED, State.SUPPRESSED)
    await counters.add(tx, actor, tally)


def of_range(held: Range) -> ColumnElement[bool]:
    """The deliveries of a range; one that waits for a later try is that try's, not this one's."""
    keys = and_(deliveries.c.notice_id == held.notice, deliveries.c.seq.between(held.first, held.last))
    waiting: Any = and_(retries.c.notice_id == deliveries.c.notice_id, retries.c.seq == deliveries.c.seq)
    if held.again:
        return and_(keys, exists().where(waiting, retries.c.range_id == held.id))
    return and_(keys, ~exists().where(waiting))
