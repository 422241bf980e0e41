"""The addresses of the page of decision: a warning is read there as it will be said, and decided on by a button."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.api.problem import status_of
from app.api.unit import house_of
from app.errors import UnknownDeed
from app.pages import laying_out
from app.pages.deciding import deeds, showing
from app.pages.deciding.deeds import Asked, Deed
from app.pages.deciding.looks import look
from app.pages.phone.own import require_own_page
from app.pages.routes import page, to_login, visitor
from app.pages.typed import Typed, typed_into
from broadcast.alerts.lifecycle import TOLD
from broadcast.alerts.model import Alert
from ground.errors import Conflict, Forbidden, Invalid, MingluoError

MOST_FIELDS: Final = 10
LONGEST_REASON: Final = 400
NO_VERSION: Final = -1
DIGITS: Final = 9  # of a version, at most
router = APIRouter(prefix="/alerts/{alert}/decide", include_in_schema=False)


@router.get("")
async def show_decision(request: Request, alert: str, lang: str | None = None) -> Response:
    """Show what would be said, to how many, and what whoever looks may do about it."""
    return await _page(request, alert, laying_out.language_of(lang))


@router.post("")
async def decide(request: Request, alert: str) -> Response:
    """Do what a button says. What is refused comes back with the reason as it was typed; nothing was done then."""
    require_own_page(request)
    house = house_of(request)
    typed = await typed_into(request, MOST_FIELDS)
    language = laying_out.language_of(typed.get("lang"))
    try:
        async with house.database.writing() as tx:
            holder = await visitor(request, tx)
            if holder is None:
                return to_login(f"/alerts/{alert}/decide")
            now = house.clock.now()
            done = await deeds.carry_out(_deed(typed), tx, holder.actor, house.office, alert, _asked(typed), now)
    except (Invalid, Conflict, Forbidden) as fault:
        return await _page(request, alert, language, fault, typed)
    return RedirectResponse(f"{_next(done)}?lang={language}", 303)


def _deed(typed: Typed) -> Deed:
    named = typed.get("deed", "")
    if named not in set(Deed):
        raise UnknownDeed(deed=named[:20] or "—")
    return Deed(named)


def _asked(typed: Typed) -> Asked:
    version = typed.get("version", "")
    return Asked(
        version=int(version) if version.isascii() and version.isdigit() and len(version) <= DIGITS else NO_VERSION,
        reason=typed.get("reason", "").strip()[:LONGEST_REASON],
        read=typed.get("read") == "yes",
    )


def _next(alert: Alert) -> str:
    """Return where it goes on: people who are told are followed, all else is decided on further."""
    return f"/alerts/{alert.id}" if alert.state in TOLD else f"/alerts/{alert.id}/decide"


async def _page(
    request: Request, alert: str, language: str, fault: MingluoError | None = None, typed: Typed | None = None
) -> Response:
    house = house_of(request)
    now = house.clock.now()
    async with house.database.reading() as tx:
        holder = await visitor(request, tx)
        if holder is None:
            return to_login(f"/alerts/{alert}/decide")
        seen = await look(tx, holder.actor, house, alert, language, now)
    shown = page(showing.laid_out(seen, language, fault, typed or {}), status_of(type(fault)) if fault else 200)
    shown.headers["Referrer-Policy"] = "same-origin"  # else a browser would not say where its button is from
    return shown
