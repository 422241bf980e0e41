"""How far the telling of an order came."""

from sqlalchemy import update

from bot.stores.evacuation.tables import groups
from ground.actor import Actor
from ground.transaction import Transaction


async def reached(
    tx: Transaction, actor: Actor, order_id: int, area_id: int, household_id: int, told_at: int | None
) -> None:
    """Note through which household a group was told, and when all of it was."""
    actor.require_hub()
    mine = (groups.c.order_id == order_id) & (groups.c.area_id == area_id)
    await tx.execute(update(groups).where(mine).values(told_through=household_id, told_at=told_at))
