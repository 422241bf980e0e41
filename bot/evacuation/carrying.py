"""What was known under 准备转移 is known under 立即转移: reports that count are carried over, as what they were."""

from collections.abc import Sequence

from bot.evacuation.ordering import MARSHAL
from bot.stores.evacuation import carried, reports
from bot.stores.evacuation.orders import Order
from ground.transaction import Transaction


async def carry(tx: Transaction, order: Order, household_ids: Sequence[int]) -> None:
    """Report anew, for the households just frozen, what counts in the order that this one follows."""
    if order.follows is None:
        return
    said = await carried.from_before(tx, MARSHAL, order, household_ids)
    await reports.keep(tx, MARSHAL, said, order.at)
