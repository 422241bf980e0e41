"""The one elected reader of an account: a lease by the database's clock, renewed while it reads."""

from sqlalchemy import or_
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from bot.stores.tables import readers
from ground.actor import Actor
from ground.transaction import Dialect, Transaction


async def elect(tx: Transaction, actor: Actor, account: str, holder: str, lease: int) -> bool:
    """Make `holder` the reader for `lease` machine milliseconds, unless somebody else is; say whether it is."""
    actor.require_hub()
    insert = insert_sqlite if tx.dialect is Dialect.SQLITE else insert_postgresql
    until = tx.machine_time + lease
    mine = insert(readers).values(account=account, holder=holder, lease_until=until)
    free = or_(readers.c.holder == holder, readers.c.lease_until < tx.machine_time)
    taken = mine.on_conflict_do_update(
        index_elements=[readers.c.account], set_={"holder": holder, "lease_until": until}, where=free
    )
    return bool(await tx.value(taken.returning(readers.c.holder)) == holder)


async def resign(tx: Transaction, actor: Actor, account: str, holder: str) -> None:
    """Give the account free at once, so that the next reader need not wait for the lease to run out."""
    actor.require_hub()
    mine = (readers.c.account == account) & (readers.c.holder == holder)
    await tx.execute(readers.update().where(mine).values(lease_until=0))
