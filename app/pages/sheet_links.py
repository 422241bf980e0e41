"""Sheets by a personal link: looking at the link shows nobody's name, only its button prints the sheets."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.api.unit import house_of
from app.pages.laying_out import LANGUAGES
from app.pages.phone.own import language_of, require_own_page
from app.pages.routes import page
from app.pages.sheets import Reader, printed, sheet_of
from bot.evacuation.papers import papers_behind
from templates.rendering import render_page

CLOSED: Final = 403
COOKIE: Final = "sheet_language"
FORM: Final = "application/x-www-form-urlencoded"
router = APIRouter(prefix="/s", include_in_schema=False)


@router.get("/{secret}")
async def show_door(request: Request, secret: str, lang: str = "") -> Response:
    """Show a button: what looks at links by itself, as chats do, reads nobody's name."""
    house, language = house_of(request), language_of(request, lang, COOKIE)
    async with house.database.reading() as tx:
        found = await papers_behind(tx, secret, house.clock.now())
    values = {"open": found is not None, "drill": bool(found and found.order.drill)}
    answer = page(render_page("sheet_door.html.j2", language, {**values, "other_language": LANGUAGES[language]}))
    answer.status_code = 200 if found else CLOSED
    return _unkept(answer)


@router.post("/{secret}")
async def print_sheets(request: Request, secret: str, lang: str = "") -> Response:
    """Show the sheets of every group that the link is for; they print."""
    require_own_page(request, FORM)
    house, language = house_of(request), language_of(request, lang, COOKIE)
    async with house.database.reading() as tx:
        found = await papers_behind(tx, secret, house.clock.now())
        if found is None:
            return await show_door(request, secret, lang)
        reader = Reader(found.actor, found.person if found.own else None, numbers=found.numbers)
        sheets = [await sheet_of(tx, reader, found.order, group) for group in found.groups]
    return _unkept(page(await printed(house, found.order, [each for each in sheets if each["homes"]], language)))


def _unkept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer
