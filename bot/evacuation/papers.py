"""Sheets by link: whoever answers for households, and the village committee, open and print them without a password."""

from dataclasses import dataclass
from typing import Final

from bot.evacuation.ordering import MARSHAL
from bot.stores.evacuation import charges, offices, orders, passes, roll
from bot.stores.evacuation.orders import Order
from bot.stores.evacuation.passes import Made, Pass
from bot.stores.evacuation.roll import Group
from ground.actor import Actor, ActorKind, Role
from ground.transaction import Transaction

PATH: Final = "/s/"


@dataclass(frozen=True, slots=True)
class Papers:
    """What a link prints: the sheets of these groups; of whoever is of no committee, the own households alone.

    `numbers`: whether telephone numbers are printed in full, because every address of the person is proven theirs.
    """

    order: Order
    groups: tuple[Group, ...]
    person: int
    own: bool
    numbers: bool

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.PERSON, str(self.person), self.order.area, frozenset({Role.DUTY}))


def made_for(order: Order, area: int, person: int) -> Made:
    """Return a pass to the sheets of an area that opens nothing until it is kept."""
    return passes.make(Pass(area=area, person=person, drill=order.drill, order=order.key))


def address_of(public_url: str, made: Made) -> str:
    """Return the link; nothing where no page is served."""
    return f"{public_url.rstrip('/')}{PATH}{made.secret}" if public_url else ""


async def papers_behind(tx: Transaction, secret: str, now: int) -> Papers | None:
    """Return what a link prints today: nothing once it is too old, the order is closed, or others answer there."""
    given = await passes.behind(tx, MARSHAL, secret, now)
    if given is None or given.order is None:
        return None
    order = await orders.by_key(tx, MARSHAL, given.order)
    groups = await roll.groups_of(tx, MARSHAL, order.key, under=given.area)
    if not groups:
        return None
    seated = given.person in await offices.committee_of(tx, MARSHAL, groups[0].village)
    own, _ = await charges.of_roll(tx, MARSHAL, order.key, given.area, person=given.person, area_ids=[])
    if not seated and not own:
        return None
    proven = await offices.is_proven(tx, MARSHAL, given.person)
    return Papers(order, tuple(groups), given.person, own=not seated, numbers=proven)
