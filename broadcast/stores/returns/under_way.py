"""Sendings under way to somebody who has answered meanwhile: a telephone that still rings may be let be."""

from dataclasses import dataclass

from sqlalchemy import and_, false, or_, select

from broadcast.deliveries import State
from broadcast.stores.tables import attempts, deliveries
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
    taken = and_(attempts.c.notice_id == deliveries.c.notice_id, attempts.c.seq == deliveries.c.seq)
    wanted = (
        select(deliveries.c.channel, attempts.c.account, attempts.c.provider_id)
        .join(attempts, taken)
        .where(deliveries.c.notice_id == notice_id, theirs, deliveries.c.state == State.ACCEPTED)
    )
    return [UnderWay(row.channel, row.account, row.provider_id) for row in await tx.rows(wanted)]
