"""From what is kept to what is shown: areas by code, names and numbers only to those who must call people."""

from collections.abc import Mapping, Sequence

from app.api.evacuation.shapes import LineShown, OrderShown, TallyShown
from app.api.shown import codes_of, may_see_people, name_for, shown
from bot.stores.evacuation import missing, roll
from bot.stores.evacuation.missing import Tally
from bot.stores.evacuation.orders import Order
from bot.stores.evacuation.roll import Line
from ground.actor import Actor
from ground.transaction import Transaction

HIDDEN = "•••"


async def order_shown(tx: Transaction, order: Order) -> OrderShown:
    codes = await codes_of(tx, [order.area])
    return shown(OrderShown, order, area=codes[order.area])


def line_shown(who: Actor, line: Line, codes: Mapping[int, str]) -> LineShown:
    return shown(
        LineShown,
        line,
        line=line.id,
        area=codes[line.area],
        name=name_for(who, line.name),
        needs=list(line.needs),
        to_check=line.to_check is not None,
    )


async def lines_shown(tx: Transaction, who: Actor, lines: Sequence[Line]) -> list[LineShown]:
    codes = await codes_of(tx, [line.area for line in lines])
    return [line_shown(who, line, codes) for line in lines]


def phones_shown(who: Actor, phones: Sequence[str]) -> list[str]:
    """Return numbers in full, or their last digits alone."""
    return list(phones) if may_see_people(who) else [f"{HIDDEN}{phone[-4:]}" for phone in phones]


async def tallies_shown(tx: Transaction, who: Actor, order: Order, areas: Sequence[int]) -> list[TallyShown]:
    found = await missing.tallies(tx, who, order.key, areas)
    codes = await codes_of(tx, found)
    return [_tally(found[area], codes) for area in areas if area in found]


async def areas_of(tx: Transaction, who: Actor, order: Order) -> Sequence[int]:
    """Return the order's own area, its villages and its groups."""
    groups = await roll.groups_of(tx, who, order.key)
    return list(dict.fromkeys([order.area, *(each.village for each in groups), *(each.area for each in groups)]))


def _tally(tally: Tally, codes: Mapping[int, str]) -> TallyShown:
    return shown(TallyShown, tally, area=codes[tally.area], states=dict(tally.states))
