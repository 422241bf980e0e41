"""Telling one group: whoever answers for its households, and each household with its own shelter, way and person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.evacuation.ordering import MARSHAL
from bot.evacuation.wording import SPOKEN, charge_line, order_line
from bot.lines import Spoken
from bot.stores.evacuation import missing, orders, roll, telling
from bot.stores.evacuation.missing import Reached
from bot.stores.evacuation.orders import Order
from bot.stores.evacuation.roll import Group, Home, Line
from bot.telling import News, Teller, Told
from broadcast.notices import Lane, Purpose
from ground.clock import DAY
from ground.transaction import Transaction

HOMES_AT_ONCE = 20  # rules of one notice: a larger group is told by several
LISTED_AT_MOST = 12
SAFE, ROLL = "safe", "roll"


@dataclass(frozen=True, slots=True)
class _Part:
    """Some households of a group with everybody who lives there, and who answers for them."""

    group: Group
    homes: Sequence[Home]
    lines: Mapping[int, Sequence[Line]]
    answering: Mapping[int, Sequence[Reached]]


async def tell_group(tx: Transaction, teller: Teller, order: Order, now: int) -> bool:
    """Tell the next group of an order, or the next part of a large one; the order is told when none is left."""
    waiting = await roll.groups_of(tx, MARSHAL, order.key, untold=True)
    if not waiting:
        await orders.note(tx, MARSHAL, order.key, stage="told")
        return True
    group = waiting[0]
    if group.told_through == 0:
        await _tell_responsible(tx, teller, order, await _part(tx, order, group, 0, group.households), now)
    part = await _part(tx, order, group, group.told_through, HOMES_AT_ONCE)
    if part.homes:
        await _tell_residents(tx, teller, order, part, now)
    last = part.homes[-1].household if part.homes else group.told_through
    done = len(part.homes) < HOMES_AT_ONCE
    await telling.reached(tx, MARSHAL, order.key, group.area, last, now if done else None)
    return True


async def _part(tx: Transaction, order: Order, group: Group, after: int, limit: int) -> _Part:
    homes = await roll.homes_of_group(tx, MARSHAL, order.key, group.area, after=after, limit=max(limit, 1))
    ids = [home.household for home in homes]
    lines: dict[int, list[Line]] = {}
    for line in await roll.of_households(tx, MARSHAL, order.key, ids):
        lines.setdefault(line.household or 0, []).append(line)
    return _Part(group, homes, lines, await missing.responsible_for(tx, MARSHAL, order.key, ids))


async def _tell_residents(tx: Transaction, teller: Teller, order: Order, part: _Part, now: int) -> None:
    told = []
    for home in part.homes:
        lines = part.lines.get(home.household, ())
        line = order_line(order, part.group.name, home, lines, part.answering.get(home.household, ()))
        told.append(Told([each.person for each in lines if each.person], [Spoken(SPOKEN, line)]))
    await teller.tell(tx, _news(f"{SAFE}:{order.id}", order, part.group, told, now, asks=True), now)


async def _tell_responsible(tx: Transaction, teller: Teller, order: Order, part: _Part, now: int) -> None:
    """Tell persons A and B which households are theirs here."""
    mine: dict[int, list[Home]] = {}
    for home in part.homes:
        for person in dict.fromkeys((home.responsible_a, home.responsible_b)):
            if person is not None:
                mine.setdefault(person, []).append(home)
    told = []
    for person, homes in mine.items():
        people = sum(len(part.lines.get(home.household, ())) for home in homes)
        shown = [_shown(part.lines.get(home.household, ())) for home in homes[:LISTED_AT_MOST]]
        line = charge_line(order, part.group.name, shown, len(homes), people)
        told.append(Told([person], [Spoken(SPOKEN, line)]))
    await teller.tell(tx, _news(f"{ROLL}:{order.id}:{part.group.area}", order, part.group, told, now), now)


def _shown(lines: Sequence[Line]) -> Mapping[str, object]:
    needs = sorted({code for line in lines for code in line.needs})
    rows = f"{lines[0].number}-{lines[-1].number}" if len(lines) > 1 else str(lines[0].number) if lines else ""
    return {"name": lines[0].name or "" if lines else "", "rows": rows, "people": len(lines), "needs": needs}


def _news(origin: str, order: Order, group: Group, told: Sequence[Told], now: int, *, asks: bool = False) -> News:
    return News(
        origin,
        Lane.IMMEDIATE,
        told,
        group.area,
        drill=order.drill,
        asks_answer=asks,
        purpose=Purpose.WARNINGS,
        expires=now + DAY,
    )
