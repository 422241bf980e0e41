"""Sendings under way to somebody who has answered meanwhile: a telephone that still rings may be let be."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from broadcast.deliveries import State
from broadcast.stores.tables import attempts, deliveries, ladder_steps, ladders
from ground.actor import Actor
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class UnderWay:
    """One sending that a provider took, and of which no end is known."""

    channel: str
    account: str
    provider_id: str


async def of_answered(
    tx: Transaction, actor: Actor, notice_id: int, address: int | None, person: int | None
) -> list[UnderWay]:
    """Return what was accepted of a notice, and not more, for this address and for this person."""
    actor.require_hub()
    theirs = or_(
        deliveries.c.address_id == address if address is not None else false(),
        deliveries.c.person_id == person if person is not None else false(),
    )
    return await _accepted(tx, and_(deliveries.c.notice_id == notice_id, theirs))


async def of_ladder(tx: Transaction, actor: Actor, public_id: str) -> list[UnderWay]:
    """Return what was accepted, and not more, of all that one ladder said to those whom it called."""
    actor.require_hub()
    step = ladder_steps.join(ladders, ladders.c.id == ladder_steps.c.ladder_id)
    told = and_(
        ladders.c.public_id == public_id,
        ladder_steps.c.notice_id == deliveries.c.notice_id,
        ladder_steps.c.person_id == deliveries.c.person_id,
    )
    said = select(ladder_steps.c.notice_id).select_from(step).where(ladders.c.public_id == public_id)
    return await _accepted(tx, and_(deliveries.c.notice_id.in_(said), exists(select(1).select_from(step).where(told))))


async def _accepted(tx: Transaction, meant: ColumnElement[bool]) -> list[UnderWay]:
    taken = and_(attempts.c.notice_id == deliveries.c.notice_id, attempts.c.seq == deliveries.c.seq)
    wanted = (
        select(deliveries.c.channel, attempts.c.account, attempts.c.provider_id)
        .join(attempts, taken)
        .where(meant, deliveries.c.state == State.ACCEPTED)
    )
    return [UnderWay(row.channel, row.account, row.provider_id) for row in await tx.rows(wanted)]
