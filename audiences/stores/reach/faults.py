"""What providers found out about addresses: one is gone, one is stopped by its owner at the carrier, one has moved."""

from collections.abc import Mapping, Sequence

from sqlalchemy import and_, exists, select, update

from audiences.stores.tables import addresses
from ground.actor import Actor
from ground.bulk import among
from ground.events import NewsDesk
from ground.transaction import Transaction


async def close_gone(tx: Transaction, actor: Actor, desk: NewsDesk, gone: Mapping[int, str], at: int) -> None:
    """Close addresses that will never work again: address id → why. Told as `address.closed`, for someone to repair."""
    actor.require_hub()
    for why in sorted(set(gone.values())):
        ids = [address for address, reason in gone.items() if reason == why]
        still_open = and_(among(tx, addresses.c.id, ids), addresses.c.closed_at.is_(None))
        closed = update(addresses).where(still_open).values(closed_at=at, closed_why=why).returning(addresses.c.id)
        news = [(f"address:{each}", {"address": each, "why": why}) for each in await tx.values(closed)]
        await desk.tell_many(tx, "address.closed", news, at)


async def mark_stopped(tx: Transaction, actor: Actor, address_ids: Sequence[int], at: int) -> None:
    """The owner told the carrier to stop: nothing gets through until the owner lifts it, and the village must know."""
    actor.require_hub()
    mine = and_(among(tx, addresses.c.id, address_ids), addresses.c.stopped_at.is_(None))
    await tx.execute(update(addresses).where(mine).values(stopped_at=at))


async def move(tx: Transaction, actor: Actor, address_id: int, value: str, at: int) -> None:
    """The address lives on under another value (a migrated group); if that one is known already, this one is closed."""
    actor.require_hub()
    there = addresses.alias("there")
    mine = addresses.c.id == address_id
    taken = exists().where(there.c.channel == addresses.c.channel, there.c.value == value)
    if await tx.value(select(taken).where(mine)):
        await tx.execute(update(addresses).where(mine).values(closed_at=at, closed_why="moved"))
        return
    await tx.execute(update(addresses).where(mine).values(value=value))
