"""失联: somebody of the township looks for a village that fell silent; what they find ends the alarm."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.cases.door_task import FOUND, Kind, Reason, Task
from bot.doors.opening import open_tasks
from bot.evacuation.lifting import LIFTED
from bot.evacuation.ordering import MARSHAL
from bot.stores.doors import moving
from bot.stores.evacuation import alarms, orders
from bot.stores.evacuation.contacts import Contact
from bot.stores.evacuation.orders import Order
from ground.clock import Clock
from ground.events import Event, Subscription
from ground.transaction import Transaction

ORIGIN: Final = "silence:"
REACHED: Final = "reached by somebody who looked for it"


def origin_of(order: Order, since: int) -> str:
    """Return what such a task is opened under: once for each silence of a village."""
    return f"{ORIGIN}{order.id}:{since}"


async def look_for(tx: Transaction, order: Order, silent: Sequence[Contact], now: int) -> None:
    """Have somebody look for villages of which nothing is heard."""
    wished = [
        Task(
            kind=Kind.OUT_OF_CONTACT,
            origin=origin_of(order, each.sign_at),
            reason=Reason.OUT_OF_CONTACT,
            village=each.area,
            level=order.level,
            drill=order.drill,
            alert=order.alert,
        )
        for each in silent
    ]
    await open_tasks(tx, wished, now)


async def heard_again(tx: Transaction, order: Order, area_ids: Sequence[int], now: int) -> None:
    """Call back whoever looks for a village that gives a sign of life again."""
    if area_ids:
        await moving.heard_again(tx, MARSHAL, f"{ORIGIN}{order.id}:", area_ids, now)


def subscriptions(clock: Clock) -> list[Subscription]:
    """Return what listens for what is found there, and for orders for whose sake nobody has to look any more."""
    ear = _Ear(clock)
    return [
        Subscription("evacuation.contact", frozenset({"door.reported"}), ear.hear),
        Subscription("evacuation.doors", frozenset({LIFTED}), ear.call_back),
    ]


@dataclass(frozen=True, slots=True)
class _Ear:
    clock: Clock

    async def hear(self, tx: Transaction, event: Event) -> None:
        """End the alarm of a village that was reached."""
        kind, _, rest = str(event.facts.get("origin", "")).partition(":")
        order_id, _, since = rest.partition(":")
        found = event.facts.get("outcome") in FOUND and event.facts.get("verified")
        if f"{kind}:" != ORIGIN or not found:
            return
        order = await orders.load(tx, MARSHAL, order_id)
        key = f"silent:{event.facts['area']}:{since}"
        await alarms.over_by_key(tx, MARSHAL, order.key, key, REACHED, self.clock.now())

    async def call_back(self, tx: Transaction, event: Event) -> None:
        """Nobody has to look any more for villages that fell silent under an order that was lifted."""
        order_id = event.subject.partition(":")[2]
        await moving.lifted(tx, MARSHAL, f"{ORIGIN}{order_id}:", self.clock.now())
