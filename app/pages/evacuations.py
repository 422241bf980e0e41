"""Pages of an evacuation to be printed: the missing list, and each group's numbered sheet for when nothing works."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.api.evacuation.showing import phones_shown
from app.api.shown import area_named, name_for
from app.api.unit import house_of
from app.pages import laying_out
from app.pages.routes import page, to_login, visitor
from app.pages.sheets import Reader, frame, printed, sheet_of
from bot.stores.evacuation import missing, orders, returns
from bot.stores.evacuation.orders import Order
from ground.actor import Actor, system
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
    return page(render_page("evacuation_missing.html.j2", language, values | frame(found, language, house.clock.now())))


@router.get("/evacuations/{order}/sheets/{area}")
async def show_sheet(request: Request, order: str, area: str, lang: str | None = None) -> Response:
    """Show the sheet of one group: numbered rows with needs, ways, shelters and numbers; it prints."""
    house, language = house_of(request), laying_out.language_of(lang)
    async with house.database.reading() as tx:
        holder = await visitor(request, tx)
        if holder is None:
            return to_login(f"/evacuations/{order}/sheets/{area}")
        found = await orders.load(tx, holder.actor, order)
        place = await area_named(tx, holder.actor, area)
        sheet = await sheet_of(
            tx, Reader(holder.actor), found, await returns.of_group(tx, holder.actor, found.key, place)
        )
    return page(await printed(house, found, [sheet], language))


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
