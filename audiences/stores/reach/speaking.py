"""Addresses that speak to us: found by their value, opened without an owner, open again when they were thought lost."""

from collections.abc import Collection

from sqlalchemy import update

from audiences.addresses import Address
from audiences.errors import UnknownAddress
from audiences.stores.reach import addresses as address_store
from audiences.stores.tables import addresses
from ground.actor import Actor
from ground.bulk import insert_rows
from ground.events import NewsDesk
from ground.transaction import Transaction


async def heard_from(
    tx: Transaction, actor: Actor, desk: NewsDesk, channel: str, value: str, *, lost: Collection[str], at: int
) -> Address:
    """Return the address that wrote to us, held until the transaction ends. It may belong to nobody yet.

    One that was closed for a reason among `lost` works again, as its own message shows: told as `address.opened` for
    each of its owners. One that was closed for another reason stays closed.
    """
    actor.require_hub()
    address = await address_store.hold(tx, actor, channel, value)
    if address is None:  # of two who hear it at once, one makes it
        await insert_rows(tx, addresses, [{"channel": channel, "value": value}], ignore_known=True)
        address = await address_store.hold(tx, actor, channel, value)
    if address is None:
        raise UnknownAddress(address=channel)
    if address.closed_at is None or address.closed_why not in lost:
        return address
    await tx.execute(update(addresses).where(addresses.c.id == address.id).values(closed_at=None, closed_why=None))
    told = [(str(address.id), {"address": address.id, "person": person}) for person in address.owners]
    await desk.tell_many(tx, "address.opened", told, at)
    return await address_store.load(tx, actor, address.id)
