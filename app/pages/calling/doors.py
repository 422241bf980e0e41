"""The addresses of the calling table's page: looking, setting, giving back; each bounded by the visitor's area."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.api.shown import area_named
from app.api.unit import house_of
from app.pages import laying_out
from app.pages.calling import form
from app.pages.calling.form import Typed
from app.pages.calling.looks import seen, values_of
from app.pages.phone.own import require_own_page
from app.pages.routes import page, to_login, visitor
from app.pages.typed import typed_into
from audiences.stores import areas
from broadcast.ladders.changing import changed
from broadcast.ladders.errors import NothingChanged, StaleTable
from broadcast.stores.ladders import policies
from ground.actor import Actor
from ground.errors import Conflict, Invalid, MingluoError
from ground.transaction import Transaction
from templates.rendering import render_page

router = APIRouter(prefix="/calling", include_in_schema=False)
MOST_FIELDS: Final = 1_000
Deed = Callable[[Transaction, Actor, int, Typed, int], Awaitable[object]]


@router.get("")
async def show_calling(request: Request, area: str = "", lang: str | None = None) -> Response:
    """Show whom warnings of an area wake; without one, of the visitor's own."""
    return await _page(request, area, laying_out.language_of(lang))


@router.post("")
async def set_calling(request: Request) -> Response:
    """Let the area call as the form says."""
    return await _done(request, _set)


@router.post("/back")
async def give_calling_back(request: Request) -> Response:
    """Let the area call as what holds above it says."""
    return await _done(request, _give_back)


async def _set(tx: Transaction, who: Actor, area: int, typed: Typed, now: int) -> object:
    over = form.number(typed, "over")
    holding = await policies.holding(tx, who, area)
    if seen(holding) != typed.get("seen"):
        raise StaleTable(given=typed.get("seen"), present=seen(holding))
    wanted = changed(holding.occasions, form.read(typed, holding.occasions))
    if wanted == tuple(holding.occasions):  # else a place would no longer follow those above it, and nobody meant it
        raise NothingChanged
    return await policies.put(tx, who, area, wanted, typed.get("reason", ""), now, over)


async def _give_back(tx: Transaction, who: Actor, area: int, typed: Typed, now: int) -> object:
    return await policies.give_back(tx, who, area, typed.get("reason", ""), now, form.number(typed, "over"))


async def _done(request: Request, deed: Deed) -> Response:
    """Carry a form out and show what holds then; a refused one comes back as it was typed, with what is wrong."""
    require_own_page(request)
    house = house_of(request)
    typed = await typed_into(request, MOST_FIELDS)
    code, language = typed.get("area", ""), laying_out.language_of(typed.get("lang"))
    try:
        async with house.database.writing() as tx:
            holder = await visitor(request, tx)
            if holder is None:
                return to_login("/calling")
            place = await area_named(tx, holder.actor, code)
            await deed(tx, holder.actor, place, typed, house.clock.now())
    except (Invalid, Conflict) as fault:
        kept = typed if deed is _set and not isinstance(fault, StaleTable) else None
        return await _page(request, code, language, fault, kept)
    return RedirectResponse(f"/calling?area={code}&lang={language}", 303)


async def _page(
    request: Request, area: str, language: str, fault: MingluoError | None = None, typed: Typed | None = None
) -> Response:
    house = house_of(request)
    async with house.database.reading() as tx:
        holder = await visitor(request, tx)
        if holder is None:
            return to_login("/calling")
        there = await area_named(tx, holder.actor, area) if area else holder.actor.area
        values: dict[str, Any] = {"place": ""}
        if there is not None:
            place = await areas.load(tx, holder.actor, there)
            values = await values_of(tx, holder.actor, place, house.office.codes, language, typed, house.clock.now())
    wrong = {"name": type(fault).__name__, "text": str(fault), **fault.fields} if fault else None
    frame = {"wrong": wrong, "drill": False, "other_language": laying_out.LANGUAGES[language]}
    shown = page(render_page("calling.html.j2", language, values | frame))
    shown.headers["Referrer-Policy"] = "same-origin"  # else a browser would not say where the form is from
    return shown
