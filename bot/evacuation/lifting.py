"""Lifting an order: nothing is asked any more, and whoever was sent out for its sake hears that they need not go.

An order that another one follows is not lifted in this sense: what it began goes on.
"""

from bot.stores.evacuation import orders
from bot.stores.evacuation.orders import Order
from ground.actor import Actor
from ground.events import NewsDesk
from ground.transaction import Transaction

LIFTED = "evacuation.lifted"


async def lift(tx: Transaction, actor: Actor, news: NewsDesk, order: Order, reason: str, now: int) -> Order:
    """Close an order, and tell it as news. It lets nobody return: that is said group by group."""
    lifted = await orders.lift(tx, actor, order.key, reason, now)
    facts = {"order": lifted.key, "area": lifted.area, "drill": lifted.drill}
    await news.tell(tx, LIFTED, f"evacuation:{lifted.id}", now, **facts)
    return lifted
