"""Turns that were heard: whoever repeats an update is told that it is known."""

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from bot.stores.tables import turns
from bot.turns import Incoming
from ground.actor import Actor
from ground.clock import machine_now
from ground.transaction import Dialect, Transaction

TAKEN = {
    Dialect.SQLITE: insert_sqlite(turns).on_conflict_do_nothing().returning(turns.c.update_id),
    Dialect.POSTGRESQL: insert_postgresql(turns).on_conflict_do_nothing().returning(turns.c.update_id),
}


async def begin(tx: Transaction, actor: Actor, incoming: Incoming, address_id: int, at: int) -> bool:
    """Take a turn in hand; False if it was heard before. A second hearer waits here until the first is done."""
    actor.require_hub()
    row = {
        "platform": incoming.platform,
        "account": incoming.account,
        "update_id": incoming.update,
        "address_id": address_id,
        "happened_at": at,
        "learned_at": machine_now(),
    }
    return await tx.value(TAKEN[tx.dialect], row) is not None


async def forget_before(tx: Transaction, actor: Actor, instant: int) -> int:
    """Drop turns learned before `instant` (machine time): no platform repeats an update after days."""
    actor.require_hub()
    return (await tx.execute(delete(turns).where(turns.c.learned_at < instant))).rowcount
