"""Public notices for everybody: the page with the form to object (no script), and the sheet for the board."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from app.api.assistance.shapes import desk_of
from app.api.unit import house_of
from app.house import House
from app.pages.laying_out import LANGUAGES, language_of
from app.pages.poster import chat_link, drawn, number_to_text
from app.pages.routes import POLICY
from bot.assistance.desk import ASSISTANCE
from bot.assistance.objecting import is_up, object_to
from bot.cases.assistance_errors import NoticeOver, TooManyObjections, UnknownNotice, WordsMissing
from bot.cases.assistance_values import Objecting, Words
from bot.cases.tracking import code_in
from bot.relief.describing import place_of
from bot.stores.assistance import applications, notices, steps
from ground.transaction import Transaction
from templates.rendering import render_page

router = APIRouter(include_in_schema=False, prefix="/notices")
WRONG = {WordsMissing: "words", TooManyObjections: "many"}


@router.get("/{code}")
async def show_notice(request: Request, code: str, lang: str | None = None) -> Response:
    return await _answer(house_of(request), code, language_of(lang), "notice")


@router.get("/{code}/poster")
async def show_poster(request: Request, code: str, lang: str | None = None) -> Response:
    house = house_of(request)
    return await _answer(house, code, language_of(lang), "notice_poster", **_ways_in(house, code.strip().upper()))


@router.post("/{code}")
async def take_objection(
    request: Request,
    code: str,
    words: Annotated[str, Form(max_length=1000)] = "",
    name: Annotated[str, Form(max_length=80)] = "",
    phone: Annotated[str, Form(max_length=40)] = "",
    lang: str | None = None,
) -> Response:
    """Keep what somebody objects; what was written is not lost where it cannot be taken yet."""
    house, language = house_of(request), language_of(lang)
    now, said = house.clock.now(), Objecting(words.strip(), name.strip(), phone.strip())
    try:
        async with house.database.writing() as tx:
            await object_to(desk_of(house), tx, code, said, now, now)
    except (WordsMissing, TooManyObjections) as error:
        return await _answer(house, code, language, "notice", 422, wrong=WRONG[type(error)], words=words)
    except (NoticeOver, UnknownNotice):
        return await _answer(house, code, language, "notice")
    return await _answer(house, code, language, "notice", 201, objected=True)


async def _answer(house: House, code: str, language: str, page: str, status: int = 200, **more: Any) -> Response:
    """Return the page. A code that nobody knows looks like a notice that is over: there is nothing to be guessed."""
    now = house.clock.now()
    async with house.database.reading() as tx:
        values = await _shown(tx, house, code, now)
    around = {"code": code, "other_language": LANGUAGES[language], "objected": False, "wrong": "", "words": ""}
    html = render_page(f"{page}.html.j2", language, around | values | more)
    found = status if values["known"] else 404
    return HTMLResponse(html, found, headers={"Content-Security-Policy": POLICY})


def _ways_in(house: House, code: str) -> dict[str, Any]:
    """Return how the board leads to an objection: the page, the chat, a text; each as far as this hub has it."""
    if code_in(code) != code:
        return {}  # no notice bears it: nothing is drawn of what somebody typed
    address, chat = f"{house.public_url}/notices/{code}", chat_link(house, code)
    drawings = {"address_drawn": drawn(address), "chat_drawn": drawn(chat) if chat else ""}
    return drawings | {"chat": chat, "number": number_to_text(house)}


async def _shown(tx: Transaction, house: House, code: str, now: int) -> dict[str, Any]:
    """Return what the page says; nothing of the household once the notice is over."""
    try:
        notice = await notices.by_code(tx, ASSISTANCE, code)
    except UnknownNotice:
        return {"known": False, "up": False, "drill": False}
    application = await applications.load(tx, ASSISTANCE, notice.application)
    if not is_up(notice, now):
        return {"known": True, "up": False, "drill": application.drill}
    return {
        "known": True,
        "up": True,
        "drill": application.drill,
        "code": notice.code,
        "place": await place_of(tx, application.area),
        "name": (await steps.words_of(tx, ASSISTANCE, application.id)).get(Words.HEAD, ""),
        "grade": notice.grade,
        "rooms": notice.rooms,
        "amount": notice.amount,
        "until": notice.until_at,
        "address": f"{house.public_url}/notices/{notice.code}",
    }
