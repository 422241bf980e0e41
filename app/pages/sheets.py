"""The sheets of an order's groups to be printed: numbered rows, ways, numbers, and a code for each household."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.api.evacuation.showing import phones_shown
from app.api.shown import name_for
from app.house import House
from app.pages import laying_out
from app.pages.poster import drawn
from app.pages.shelter.showing import link
from bot.cases.door_code import spelled
from bot.stores.evacuation import codes, missing, roll
from bot.stores.evacuation.codes import Codes
from bot.stores.evacuation.orders import Order
from bot.stores.evacuation.roll import Group, Home, Line
from ground.actor import Actor, person
from ground.clock import BEIJING, moment
from ground.transaction import Transaction
from templates.rendering import render_page

NOBODY = person(0, 0)
Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a sheet is printed. `only`: the households of this person A or B alone; `numbers`: in full."""

    actor: Actor
    only: int | None = None
    numbers: bool = True

    def phones(self, phones: Sequence[str]) -> list[str]:
        return phones_shown(self.actor if self.numbers else NOBODY, phones)

    def reads(self, home: Home) -> bool:
        return self.only is None or self.only in {home.responsible_a, home.responsible_b}


async def sheet_of(tx: Transaction, reader: Reader, order: Order, group: Group) -> Shown:
    """Return the sheet of one group; a constant number of statements, however many people."""
    who, place = reader.actor, group.area
    lines = await roll.of_group(tx, who, order.key, place)
    homes = [home for home in await roll.homes_of_group(tx, who, order.key, place) if reader.reads(home)]
    answering = await missing.responsible_for(tx, who, order.key, [home.household for home in homes])
    phones = await missing.phones_of_lines(tx, who, [line.id for line in lines])
    given = await codes.of_group(tx, who, order.key, place)
    shown: list[dict[str, Any]] = [
        {
            "home": home,
            "responsible": [
                (name_for(who, one.name) or "", reader.phones(one.phones)) for one in answering.get(home.household, ())
            ],
            "rows": _rows(reader, [line for line in lines if line.household == home.household], phones),
            "code": given.homes.get(home.household, ""),
        }
        for home in homes
    ]
    return {
        "place": group.name,
        "households": len(homes),
        "people": sum(len(each["rows"]) for each in shown),
        "homes": shown,
        "added": _added(reader, lines, phones, given),
    }


async def printed(house: House, order: Order, sheets: Sequence[Shown], language: str) -> str:
    """Return the document; codes are drawn off the event loop, for a village has hundreds."""
    now = house.clock.now()

    def lay_out() -> str:
        drawing = {"drawn": lambda code: drawn(link(house.public_url, code)) if code else "", "spelled": spelled}
        return render_page(
            "evacuation_sheet.html.j2", language, {**frame(order, language, now), **drawing, "sheets": sheets}
        )

    return await asyncio.to_thread(lay_out)


def frame(order: Order, language: str, now: int) -> dict[str, Any]:
    """Return what every printed page of an order says of it."""
    return {
        "order": order,
        "drill": order.drill,
        "ordered": f"{moment(order.at, BEIJING):%m-%d %H:%M}",
        "printed": f"{moment(now, BEIJING):%m-%d %H:%M}",
        "other_language": laying_out.LANGUAGES[language],
    }


def _added(reader: Reader, lines: Sequence[Line], phones: Mapping[int, Sequence[str]], given: Codes) -> list[Shown]:
    """Return whoever stands on no list and lives with no household: each has a code of their own."""
    alone = [line for line in lines if line.household is None]
    rows = _rows(reader, alone, phones)
    return [{**row, "code": given.found.get(line.id, "")} for line, row in zip(alone, rows, strict=True)]


def _rows(reader: Reader, lines: Sequence[Line], phones: Mapping[int, Sequence[str]]) -> list[Shown]:
    return [
        {
            "number": line.number,
            "name": name_for(reader.actor, line.name) or "",
            "needs": line.needs,
            "state": line.state.value,
            "phones": reader.phones(phones.get(line.id, ())),
        }
        for line in lines
    ]
