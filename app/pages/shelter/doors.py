"""The page's doors: a link is exchanged for a cookie, names are looked up, codes are scanned, who is here is noted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.api.unit import house_of
from app.pages.laying_out import LANGUAGES as OTHER
from app.pages.phone import shelf
from app.pages.phone.brought import KEY
from app.pages.phone.own import POLICY, language_of, require_own_page
from app.pages.roll.files import SHELF
from app.pages.roll.said import Number
from app.pages.shelter import showing
from app.pages.shelter.guard import COOKIE, LIFETIME, Keeper, keeper_of
from bot.cases.door_code import code_in
from bot.cases.evacuation import AddedKind, PersonState, Way
from bot.evacuation import desk as doors
from bot.evacuation.desk import Arrival
from bot.evacuation.ordering import MARSHAL
from bot.stores.evacuation import passes
from templates.rendering import render_page

LANGUAGE: Final = "shelter_language"
YEAR: Final = 31_536_000
SHOWN: Final = 20  # people that were just noted
FORM: Final = "application/x-www-form-urlencoded"
Key = Annotated[str, Form(pattern=KEY)]
Name = Annotated[str, Form(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f]+$")]
Place = Annotated[str, Form(pattern=r"^[1-9]\d{0,9}:[1-9]\d{0,9}$")]
Lines = Annotated[list[Number], Form(max_length=SHOWN)]
router = APIRouter(prefix="/k", include_in_schema=False)


@router.get("/in/{secret}")
async def open_door(request: Request, secret: str) -> Response:
    """Exchange a keeper's link for a cookie that only this page's doors are sent."""
    house = house_of(request)
    now = house.clock.now()
    async with house.database.writing() as tx:
        given = await passes.behind(tx, MARSHAL, secret, now)
        if given is None or given.site is None or await doors.desk_behind(tx, given, now) is None:
            return _closed(request)
        session = await passes.open_session(tx, MARSHAL, given.id, now)
    answer = RedirectResponse("/k", 303)
    secure = house.public_url.startswith("https://")
    answer.set_cookie(COOKIE, session, max_age=LIFETIME, path="/k", httponly=True, samesite="lax", secure=secure)
    return answer


@router.get("")
async def show_door(
    request: Request,
    noted: Annotated[list[Number] | None, Query(max_length=SHOWN)] = None,
    did: Literal["here", "back"] = "here",
    lang: str = "",
) -> Response:
    """Show the door, and who was just noted."""
    async with house_of(request).database.reading() as tx:
        keeper = await keeper_of(request, tx)
        if keeper is None:
            return _closed(request, lang)
        done = await doors.rows_of(tx, keeper.desk, noted or [])
        values = await showing.door(tx, keeper, [], done=done, did=did)
    return _page(request, "shelter.html.j2", values, lang)


@router.post("")
async def look_somebody_up(request: Request, name: Name) -> Response:
    """Show whoever is called like that, or whose code it is: what is asked for stands in no address."""
    require_own_page(request, FORM)
    async with house_of(request).database.reading() as tx:
        keeper = await keeper_of(request, tx)
        if keeper is None:
            return _closed(request)
        found, code = await doors.look_up(tx, keeper.desk, name), code_in(name)
        values = await showing.door(tx, keeper, found, name="" if code else name, code=code or "")
    return _page(request, "shelter.html.j2", values, "")


@router.get("/{word}")
async def show_code(request: Request, word: str, lang: str = "") -> Response:
    """Ask the keeper who of a household is here; show anybody else nothing but the code itself, to be scanned."""
    code = code_in(word)
    if code is None:
        return _closed(request, lang)
    async with house_of(request).database.reading() as tx:
        keeper = await keeper_of(request, tx)
        if keeper is not None:
            found = await doors.look_up(tx, keeper.desk, code)
            values = await showing.door(tx, keeper, found, code=code)
    if keeper is None:
        return _page(request, "shelter_code.html.j2", showing.shown_code(house_of(request), code), lang)
    return _page(request, "shelter.html.j2", values, lang)


@router.post("/here")
async def note_here(request: Request, key: Key, line: Lines) -> Response:
    """Note that these people are here."""
    return await _note(request, line, _how_said(key, PersonState.MOVED))


@router.post("/back")
async def note_back(request: Request, key: Key, line: Lines) -> Response:
    """Note that these people went back without being told: their village and the township hear of it."""
    return await _note(request, line, _how_said(key, PersonState.WENT_BACK))


@router.post("/add")
async def add_somebody(
    request: Request, key: Key, name: Name, kind: Annotated[AddedKind, Form()], place: Place
) -> Response:
    """Add somebody who stands on no list, and note that they are here."""
    require_own_page(request, FORM)
    async with house_of(request).database.writing() as tx:
        keeper = await keeper_of(request, tx)
        if keeper is None:
            return _closed(request)
        how = _at(keeper, _how_said(key, PersonState.MOVED))
        order, _, area = place.partition(":")
        added = await doors.add(tx, keeper.desk, name.strip(), kind, (int(order), int(area)), how, keeper.now)
    return _back_to([each.line.id for each in added])


async def _note(request: Request, lines: Sequence[int], how: Arrival) -> Response:
    require_own_page(request, FORM)
    async with house_of(request).database.writing() as tx:
        keeper = await keeper_of(request, tx)
        if keeper is None:
            return _closed(request)
        kept = await doors.note(tx, keeper.desk, lines, _at(keeper, how), keeper.now)
    return _back_to([each.line.id for each in kept], "back" if how.state is PersonState.WENT_BACK else "here")


def _how_said(key: str, state: PersonState) -> Arrival:
    return Arrival(happened_at=0, means=Way.DESK, dedupe=key, state=state)


def _at(keeper: Keeper, how: Arrival) -> Arrival:
    """Nobody uses up the keys of another; what is tapped happens as we hear it."""
    own = f"person:{keeper.desk.person}:{how.dedupe}"
    return replace(how, happened_at=keeper.now, dedupe=own)


def _back_to(lines: Sequence[int], did: str = "here") -> Response:
    """Lead back to the door by the rows' numbers: no name stands in an address."""
    told = urlencode([("did", did), *(("noted", line) for line in lines[:SHOWN])])
    return RedirectResponse(f"/k?{told}", 303)


def _closed(request: Request, lang: str = "") -> Response:
    answer = _page(request, "shelter_over.html.j2", {}, lang)
    answer.status_code = 403
    return answer


def _page(request: Request, page: str, values: Mapping[str, Any], lang: str) -> Response:
    language = language_of(request, lang, LANGUAGE)
    dressed = {**values, "style": SHELF.address_of("roll.css"), "other_language": OTHER[language]}
    answer = shelf.answer(request, render_page(page, language, dressed).encode(), "text/html")
    answer.headers["Content-Security-Policy"] = POLICY
    if lang in OTHER:
        answer.set_cookie(LANGUAGE, lang, max_age=YEAR, path="/k", samesite="lax")
    return answer
