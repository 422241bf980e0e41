"""The page's doors: the link is exchanged for a cookie, the roll comes down, reports go up in batches."""

import asyncio
import re
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from app.api.unit import house_of
from app.errors import RollOver
from app.pages.phone import shelf
from app.pages.phone.own import JSON, POLICY, language_of, require_own_page
from app.pages.roll.files import SHELF, SHOWN
from app.pages.roll.guard import COOKIE, LIFETIME, caller_of
from app.pages.roll.said import BatchSaid
from app.pages.roll.showing import roll_shown
from app.pages.roll.taking import take
from bot.evacuation.ordering import MARSHAL
from bot.evacuation.paging import language_behind
from bot.stores.evacuation import links
from ground import media, pictures
from templates.catalogues import LANGUAGES
from templates.labels import LABELS, label
from templates.rendering import render_page

LANGUAGE: Final = "roll_language"
YEAR: Final = 31_536_000
PAGE: Final = re.compile(f"{SHOWN}")
WORDS_OF: Final = ("person state", "burden", "added")
router = APIRouter(prefix="/v", include_in_schema=False)
darkroom = asyncio.Semaphore(1)  # a picture unpacked takes a hundred megabytes


@router.get("/-/worker.js")
async def show_worker(request: Request) -> Response:
    return SHELF.show_worker(request, "/v/")


@router.get("/-/page")
async def show_bare_page(request: Request) -> Response:
    """Show the page as the phone keeps it: it holds nobody's name."""
    return _page(request, language_of(request, "", LANGUAGE))


@router.get("/-/{name}")
async def show_file(request: Request, name: str) -> Response:
    return SHELF.show(request, name)


@router.get("/{word}")
async def open_roll(request: Request, word: str, lang: str = "") -> Response:
    """Show the page; or exchange a link for a cookie that only this roll's doors are sent."""
    if PAGE.fullmatch(request.url.path):
        return await _known_page(request, word, lang)
    house = house_of(request)
    now = house.clock.now()
    async with house.database.writing() as tx:
        opened = await links.open_session(tx, MARSHAL, word, now)
        language = await language_behind(tx, opened[0], now) if opened else ""
    if opened is None:
        return _over(request, language_of(request, lang, LANGUAGE))
    link, session = opened
    answer = RedirectResponse(f"/v/{link.id}", 303)
    secure = house.public_url.startswith("https://")
    place = f"/v/{link.id}"
    answer.set_cookie(COOKIE, session, max_age=LIFETIME, path=place, httponly=True, samesite="lax", secure=secure)
    if LANGUAGE not in request.cookies and language in LANGUAGES:
        answer.set_cookie(LANGUAGE, language, max_age=YEAR, path="/v", samesite="lax")
    return answer


@router.get("/{link}/roll")
async def get_roll(request: Request, link: str) -> Response:
    """Return the roll as it stands."""
    require_own_page(request)
    async with house_of(request).database.reading() as tx:
        shown = await roll_shown(tx, await caller_of(request, tx, link))
    return shelf.answer(request, bytes(JSONResponse(shown).body), JSON)


@router.post("/{link}/reports")
async def post_reports(request: Request, link: str, batch: BatchSaid) -> Response:
    """Take reports. They may be brought again and again: each is taken once, and the answer is the same."""
    require_own_page(request, JSON)
    async with house_of(request).database.writing() as tx:
        taken = await take(tx, await caller_of(request, tx, link), batch)
    return JSONResponse(taken)


@router.post("/{link}/photo")
async def post_photo(request: Request, link: str) -> Response:
    """Keep a photo: the body is the picture itself. A report names it by its digest."""
    require_own_page(request, "image/")
    house = house_of(request)
    async with house.database.reading() as tx:
        await caller_of(request, tx, link)
    body = await request.body()
    async with darkroom:
        renewed = await pictures.renewed(body)
    medium = await house.media.keep(renewed)
    async with house.database.writing() as tx:
        await media.record(tx, medium, house.clock.now(), "photo")
    return JSONResponse({"digest": medium.digest})


async def _known_page(request: Request, link: str, lang: str) -> Response:
    language = language_of(request, lang, LANGUAGE)
    try:
        async with house_of(request).database.reading() as tx:
            await caller_of(request, tx, link)
    except RollOver:
        return _over(request, language)
    answer = _page(request, language)
    if lang:
        answer.set_cookie(LANGUAGE, language, max_age=YEAR, path="/v", samesite="lax")
    return answer


def _page(request: Request, language: str) -> Response:
    labels = {kind: {key: label(kind, key, language) for key in LABELS[kind]} for kind in WORDS_OF}
    values = {
        "labels": labels,
        "other_language": "en" if language == "zh_CN" else "zh_CN",
        "style": SHELF.address_of("roll.css"),
        "scripts": [SHELF.address_of(name) for name in ("keeping.js", "cards.js", "roll.js")],
    }
    return _dressed(shelf.answer(request, render_page("roll.html.j2", language, values).encode(), "text/html"))


def _over(request: Request, language: str) -> Response:
    values = {"style": SHELF.address_of("roll.css")}
    answer = shelf.answer(request, render_page("roll_over.html.j2", language, values).encode(), "text/html")
    answer.status_code = 403
    return _dressed(answer)


def _dressed(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = POLICY
    return answer
