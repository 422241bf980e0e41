"""The list 未叫醒 to be looked at and printed: who has not answered a call, or not reported, and their numbers."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.api.evacuation.showing import phones_shown
from app.api.shown import name_for
from app.api.unit import house_of
from app.pages import laying_out, view
from app.pages.routes import page, to_login, visitor
from broadcast.ladders.model import UNFINISHED, State
from broadcast.stores import alerts
from broadcast.stores.ladders import unwoken
from ground.actor import Actor
from ground.clock import BEIJING, moment
from ground.transaction import Transaction
from templates.rendering import render_page

router = APIRouter(include_in_schema=False)


@router.get("/alerts/{alert}/calls")
async def show_unwoken(request: Request, alert: str, lang: str | None = None) -> Response:
    """Show who has not answered yet, in the visitor's area; it prints."""
    house, language = house_of(request), laying_out.language_of(lang)
    async with house.database.reading() as tx:
        holder = await visitor(request, tx)
        if holder is None:
            return to_login(f"/alerts/{alert}/calls")
        values = await _values(tx, holder.actor, alert, language)
    printed = f"{moment(house.clock.now(), BEIJING):%m-%d %H:%M}"
    return page(
        render_page(
            "calls.html.j2", language, values | {"printed": printed, "other_language": laying_out.LANGUAGES[language]}
        )
    )


async def _values(tx: Transaction, who: Actor, alert_id: str, language: str) -> dict[str, Any]:
    alert = await alerts.load(tx, who, alert_id)
    unanswered, unreported = [await _rows(tx, who, alert_id, state) for state in UNFINISHED]
    headline = view.headline_of(alert, language)
    return {"rows": unanswered, "unreported": unreported, "drill": alert.drill, "headline": headline}


async def _rows(tx: Transaction, who: Actor, alert_id: str, state: State) -> list[dict[str, Any]]:
    return [
        {
            "place": each.area,
            "danger": each.in_danger,
            "duty": each.duty,
            "name": name_for(who, each.name) or "",
            "phones": phones_shown(who, each.phones),
            "calls": each.calls,
            "knocked": each.knocked,
            "feedback": each.feedback,
            "moved": each.moved,
        }
        for each in await unwoken.listed(tx, who, alert_id, state)
    ]
