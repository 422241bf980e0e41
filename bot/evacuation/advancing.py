"""From an order to people told: the roll is frozen, earlier answers laid on it, group after group hears; it resumes."""

import asyncio
from dataclasses import dataclass
from functools import partial

from bot.cases.evacuation import COUNTED_EVERY, ROLL_WITHIN, AlarmKind
from bot.evacuation import reporting
from bot.evacuation.carrying import carry
from bot.evacuation.ordering import MARSHAL
from bot.evacuation.telling_group import next_telling, tell_group
from bot.stores.evacuation import alarms, codes, earlier, freezing, orders, roll, shelters
from bot.stores.evacuation.alarms import Raised
from bot.stores.evacuation.orders import Order
from bot.telling import Teller
from ground import apart
from ground.clock import Clock
from ground.transaction import Database, Transaction

HOUSEHOLDS_AT_ONCE = 50
ANSWERS_AT_ONCE = 100
STEPS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Marshal:
    """What the rounds of evacuations lean on."""

    database: Database
    clock: Clock
    teller: Teller
    public_url: str = ""  # where pages are: sheets, and what a household shows at a shelter's door


async def advance(marshal: Marshal) -> int:
    """Take every open order as far as it comes; return how many slices were worked on."""
    async with marshal.database.reading() as tx:
        waiting = [each.key for each in await orders.open_ones(tx, MARSHAL) if each.stage != "told"]
    return (await apart.each(waiting, partial(_advance_one, marshal))).done


async def _advance_one(marshal: Marshal, key: int) -> int:
    for steps in range(STEPS_AT_ONCE):
        if not await _step(marshal, key):
            return steps
    return STEPS_AT_ONCE


async def _step(marshal: Marshal, key: int) -> bool:
    """Work on one slice of one order in a transaction of its own; say whether there was anything to do."""
    async with marshal.database.reading() as tx:
        order = await orders.by_key(tx, MARSHAL, key)
    if order.stage == "telling":
        return await _tell(marshal, order)
    if order.stage == "gathering":
        return await _gather(marshal, order)
    async with marshal.database.writing() as tx:
        held = await orders.hold(tx, MARSHAL, key)
        return held is not None and held.stage == "freezing" and await _freeze(tx, held)


async def _tell(marshal: Marshal, order: Order) -> bool:
    """Look up, compose off the event loop, and only then write: no transaction waits for words."""
    now = marshal.clock.now()
    async with marshal.database.reading() as tx:
        telling = await next_telling(tx, order, now, marshal.public_url)
    words = await asyncio.to_thread(lambda: [marshal.teller.compose(each) for each in telling.news])
    async with marshal.database.writing() as tx:
        held = await orders.hold(tx, MARSHAL, order.key)
        if held is None or held.stage != "telling":
            return False
        await tell_group(tx, marshal.teller, held, telling, words, now)
    return True


async def _freeze(tx: Transaction, order: Order) -> bool:
    if not await freezing.ready(tx, MARSHAL, order):
        return False
    frozen = await freezing.freeze_slice(tx, MARSHAL, order, HOUSEHOLDS_AT_ONCE)
    if frozen:
        await codes.give(tx, MARSHAL, order.key, frozen)
        await carry(tx, order, frozen)
        return True
    await orders.note(tx, MARSHAL, order.key, stage="gathering")
    return True


async def _gather(marshal: Marshal, order: Order) -> bool:
    """Lay on the roll what its people answered since the order was given; what is answered now finds their rows."""
    async with marshal.database.reading() as tx:
        said = await earlier.answered_since(tx, MARSHAL, order, ANSWERS_AT_ONCE)
    async with marshal.database.writing() as tx:
        held = await orders.hold(tx, MARSHAL, order.key)
        if held is None or held.stage != "gathering":
            return False
        if said:
            await reporting.overhear(tx, said, marshal.clock.now())
            return True
        await _set_deadlines(tx, held)
        await orders.note(tx, MARSHAL, order.key, stage="telling")
    return True


async def _set_deadlines(tx: Transaction, order: Order) -> None:
    """Every group's roll is due at an instant, and so is the first head count of every shelter."""
    within = order.at + ROLL_WITHIN[order.kind]
    groups = await roll.groups_of(tx, MARSHAL, order.key)
    late = [Raised(order.key, f"overdue:{each.area}", AlarmKind.OVERDUE, each.area, within) for each in groups]
    heads = [
        Raised(
            order.key, f"heads:{each.site}:1", AlarmKind.HEAD_COUNT, each.area, order.at + COUNTED_EVERY, site=each.site
        )
        for each in await shelters.of_order(tx, MARSHAL, order.key)
    ]
    await alarms.raise_all(tx, MARSHAL, [*late, *heads])
