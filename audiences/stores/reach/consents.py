"""What the owners of an address agreed to, or opted out of, purpose by purpose; the newest word counts."""

from collections.abc import Mapping

from sqlalchemy import delete, insert, select

from audiences.addresses import Purpose
from audiences.stores.reach import addresses as address_store
from audiences.stores.tables import consents, opt_outs
from ground.actor import Actor, Role
from ground.bulk import insert_rows
from ground.transaction import Transaction


async def opt_out(tx: Transaction, actor: Actor, address_id: int, purpose: Purpose, how: str, *, at: int) -> None:
    """Send nothing of this purpose here from now on; other purposes are not touched."""
    await _note(tx, actor, address_id, purpose, how, at, granted=False)
    row = {"address_id": address_id, "purpose": purpose.value, "since": at}
    await insert_rows(tx, opt_outs, [row], ignore_known=True)


async def opt_in(tx: Transaction, actor: Actor, address_id: int, purpose: Purpose, how: str, *, at: int) -> None:
    """Note consent, and take back an opt-out from this purpose."""
    await _note(tx, actor, address_id, purpose, how, at, granted=True)
    this = (opt_outs.c.address_id == address_id) & (opt_outs.c.purpose == purpose.value)
    await tx.execute(delete(opt_outs).where(this))


async def present(tx: Transaction, actor: Actor, address_id: int) -> Mapping[Purpose, bool]:
    """Return the newest word per purpose; a purpose nobody was asked about is left out."""
    await address_store.load(tx, actor, address_id)
    words = select(consents.c.purpose, consents.c.granted).where(consents.c.address_id == address_id)
    return {Purpose(row.purpose): row.granted for row in await tx.rows(words.order_by(consents.c.id))}


async def _note(
    tx: Transaction, actor: Actor, address_id: int, purpose: Purpose, how: str, at: int, *, granted: bool
) -> None:
    actor.require(Role.ADMIN, Role.DUTY)
    await address_store.load(tx, actor, address_id)
    row = {"address_id": address_id, "purpose": purpose.value, "granted": granted, "how": how, "at": at}
    await tx.execute(insert(consents).values(row))
