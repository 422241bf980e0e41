"""Pages of an evacuation to be printed: the missing list, and each group's numbered sheet for when nothing works."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.api.evacuation.showing import phones_shown
from app.api.shown import area_named, name_for
from app.api.unit import house_of
from app.pages import laying_out
from app.pages.routes import page, to_login, visitor
from bot.stores.evacuation import missing, offices, orders, returns, roll
from bot.stores.evacuation.orders import Order
from ground.actor import Actor, system
from ground.clock import BEIJING, moment
from ground.transaction import Transaction
from templates.rendering import render_page

router = APIRouter(include_in_schema=False)
PRINTER = system("printer")
SHOWN_MISSING = 2_000


@router.get("/evacuations/{order}/missing")
async def show_missing(request: Request, order: str, lang: str | None = None, area: str | None = None) -> Response:
    """Show who is not known to be out of danger, in the visitor's area; it prints."""
    house, language = house_of(request), laying_out.language_of(lang)
    async with house.database.reading() as tx:
        holder = await visitor(request, tx)
        if holder is None:
            return to_login(f"/evacuations/{order}/missing")
        found = await orders.load(tx, holder.actor, order)
        under = await area_named(tx, holder.actor, area) if area else None
        values = await _missing(tx, holder.actor, found, under)
    return page(
        render_page("evacuation_missing.html.j2", language, values | _frame(found, language, house.clock.now()))
    )


@router.get("/evacuations/{order}/sheets/{area}")
async def show_sheet(request: Request, order: str, area: str, lang: str | None = None) -> Response:
    """Show the sheet of one group: numbered rows with needs, ways, shelters and numbers; it prints."""
    house, language = house_of(request), laying_out.language_of(lang)
    async with house.database.reading() as tx:
        holder = await visitor(request, tx)
        if holder is None:
            return to_login(f"/evacuations/{order}/sheets/{area}")
        found = await orders.load(tx, holder.actor, order)
        values = await _sheet(tx, holder.actor, found, await area_named(tx, holder.actor, area))
    return page(render_page("evacuation_sheet.html.j2", language, values | _frame(found, language, house.clock.now())))


async def _missing(tx: Transaction, who: Actor, order: Order, under: int | None) -> dict[str, Any]:
    found = await missing.listed(tx, who, order.key, under=under, limit=SHOWN_MISSING)
    top = under or order.area
    tally = (await missing.tallies(tx, who, order.key, [top])).get(top)
    rows = [
        {
            "place": each.area_name,
            "number": each.line.number,
            "name": name_for(who, each.line.name) or "",
            "state": each.line.state.value,
            "needs": each.line.needs,
            "phones": phones_shown(who, each.phones),
            "responsible": [(name_for(who, one.name) or "", phones_shown(who, one.phones)) for one in each.responsible],
        }
        for each in found
    ]
    return {"rows": rows, "people": tally.people if tally else 0, "missing": tally.missing if tally else 0}


async def _sheet(tx: Transaction, who: Actor, order: Order, place: int) -> dict[str, Any]:
    group = await returns.of_group(tx, who, order.key, place)
    lines = await roll.of_group(tx, who, order.key, place)
    homes = await roll.homes_of_group(tx, who, order.key, place)
    answering = await missing.responsible_for(tx, who, order.key, [home.household for home in homes])
    phones = await missing.phones_of_lines(tx, who, [line.id for line in lines])
    return {
        "place": await offices.name_of(tx, PRINTER, place),
        "households": group.households,
        "people": group.people,
        "homes": [
            {
                "home": home,
                "responsible": [
                    (name_for(who, one.name) or "", phones_shown(who, one.phones))
                    for one in answering.get(home.household, ())
                ],
                "rows": _rows(who, [line for line in lines if line.household == home.household], phones),
            }
            for home in homes
        ],
        "added": _rows(who, [line for line in lines if line.household is None], phones),
    }


def _rows(who: Actor, lines: Sequence[roll.Line], phones: Mapping[int, Sequence[str]]) -> list[Mapping[str, Any]]:
    return [
        {
            "number": line.number,
            "name": name_for(who, line.name) or "",
            "needs": line.needs,
            "state": line.state.value,
            "phones": phones_shown(who, phones.get(line.id, ())),
        }
        for line in lines
    ]


def _frame(order: Order, language: str, now: int) -> dict[str, Any]:
    return {
        "order": order,
        "drill": order.drill,
        "ordered": f"{moment(order.at, BEIJING):%m-%d %H:%M}",
        "printed": f"{moment(now, BEIJING):%m-%d %H:%M}",
        "other_language": laying_out.LANGUAGES[language],
    }
