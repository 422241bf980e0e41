"""Returning: 可以返回 is said to one group after a check on the spot, and by nothing else."""

from collections.abc import Sequence

from bot.evacuation.ordering import MARSHAL
from bot.evacuation.wording import SPOKEN
from bot.lines import Line, Spoken
from bot.stores.evacuation import orders, returns, roll
from bot.stores.evacuation.orders import Order
from bot.stores.evacuation.roll import Group
from bot.telling import News, Teller, Told
from broadcast.notices import Lane, Purpose
from ground.actor import Actor
from ground.clock import DAY
from ground.transaction import Transaction


async def let_return(tx: Transaction, actor: Actor, teller: Teller, order: Order, area: int, now: int) -> Group:
    """Let a group return, and tell its people and whoever answers for them, once."""
    before = await returns.of_group(tx, actor, order.key, area)
    group = await returns.allow(tx, actor, order.key, area, now)
    if before.return_at is None:
        await _tell(tx, teller, await orders.by_key(tx, actor, order.key), group, now)
    return group


async def _tell(tx: Transaction, teller: Teller, order: Order, group: Group, now: int) -> None:
    homes = await roll.homes_of_group(tx, MARSHAL, order.key, group.area)
    lines = await roll.of_group(tx, MARSHAL, order.key, group.area)
    answering = {each for home in homes for each in (home.responsible_a, home.responsible_b) if each}
    told = [
        _told(sorted(answering), "returning_charge", group),
        _told([line.person for line in lines if line.person], "returning", group),
    ]
    news = News(
        f"{SPOKEN}:{order.id}",
        Lane.IMMEDIATE,
        told,
        group.area,
        drill=order.drill,
        purpose=Purpose.WARNINGS,
        expires=now + DAY,
    )
    await teller.tell(tx, news, now)


def _told(people: Sequence[int], block: str, group: Group) -> Told:
    return Told(people, [Spoken(SPOKEN, Line(block, {"place": group.name}))])
