"""What a contact test asked at an address."""

from dataclasses import dataclass

from sqlalchemy import and_, select

from bot.stores.rosters.tables import contact_test_people, contact_tests
from broadcast.stores.tables import deliveries
from ground.actor import Actor
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class AskedHere:
    """The notice of a test that was sent to an address, and until when an answer counts."""

    notice: int
    deadline_at: int


async def asked_here(tx: Transaction, actor: Actor, public_id: str, address_id: int) -> AskedHere | None:
    """Return what this test asked here; None if it never did."""
    actor.require_hub()
    here = and_(deliveries.c.notice_id == contact_test_people.c.notice_id, deliveries.c.address_id == address_id)
    joined = contact_tests.join(contact_test_people).join(deliveries, here)
    wanted = select(contact_test_people.c.notice_id, contact_tests.c.deadline_at).select_from(joined)
    row = await tx.row(wanted.where(contact_tests.c.public_id == public_id).limit(1))
    return row and AskedHere(row.notice_id, row.deadline_at)
