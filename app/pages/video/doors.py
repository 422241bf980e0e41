"""The doors of the page at the water: the check comes down; photos, film and answers go up, each taken once."""

import asyncio
import re
from collections import Counter
from math import ceil
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from app.api.unit import house_of
from app.api.video.checks import desk_of
from app.errors import BodyTooLarge, NotFromOurPage, TooMuchAtOnce
from app.pages.phone import shelf
from app.pages.phone.own import JSON, language_of, require_own_page
from app.pages.video.files import FIELD, SHOWN
from app.pages.video.guard import check_of
from app.pages.video.looks import field_page
from app.pages.video.opening import CLOSED, LANGUAGE, closed, show_link
from app.pages.video.said import AnswersSaid, Taken
from app.switchboard.stills import LARGEST, Still
from bot.cases.freshness import EvidenceKind
from bot.cases.video_check import State, Via
from bot.stores.video import evidence, holders
from bot.stores.video.answers import Said
from bot.stores.video.checks import Check
from bot.stores.video.evidence import Brought
from bot.video import answering, keeping
from bot.video.desk import CHECKER
from bot.video.keeping import Stored
from broadcast.channels.webchat.allowance import Allowance
from ground.clock import machine_now
from ground.media import JPEG, picture_type
from ground.transaction import Transaction

PAGE: Final = re.compile(SHOWN)
YEAR: Final = 31_536_000
BEFORE_SHOWING: Final = frozenset({State.ASKED, State.OPENED})
TakenSaid = Annotated[Taken, Query()]
LONGEST_ANSWER: Final = 4_000  # bytes
PER_MINUTE: Final = 240  # calls of one check: a film is sixty pieces a minute
allowance = Allowance(PER_MINUTE)
darkroom = asyncio.Semaphore(1)  # a picture unpacked takes a hundred megabytes
router = APIRouter(prefix="/w", include_in_schema=False)


@router.get("/-/worker.js")
async def show_worker(request: Request) -> Response:
    return FIELD.show_worker(request, "/w/")


@router.get("/-/page")
async def show_bare_page(request: Request) -> Response:
    """Show the page as the phone keeps it: it names no place and nobody."""
    return field_page(request, language_of(request, "", LANGUAGE))


@router.get("/-/{name}")
async def show_file(request: Request, name: str) -> Response:
    return FIELD.show(request, name)


@router.get("/{word}")
async def show_page(request: Request, word: str, lang: str = "") -> Response:
    """Show a check's page to the phone that has it open; else what a link is."""
    if not PAGE.fullmatch(request.url.path):
        return await show_link(request, word, lang)
    try:
        async with house_of(request).database.reading() as tx:
            await check_of(request, tx, word)
    except CLOSED as fault:
        return closed(request, fault, lang)
    language = language_of(request, lang, LANGUAGE)
    answer = field_page(request, language)
    if lang:
        answer.set_cookie(LANGUAGE, language, max_age=YEAR, path="/w", samesite="lax")
    return answer


@router.get("/{check_id}/check")
async def get_check(request: Request, check_id: str) -> Response:
    """Return what is to be shown, and the code that is burnt into each photo."""
    require_own_page(request)
    async with house_of(request).database.reading() as tx:
        check = await check_of(request, tx, check_id, over_too=True)
        shown = await _shown(tx, check) if check.open else {"open": False}
    return shelf.answer(request, bytes(JSONResponse(shown).body), JSON)


@router.post("/{check_id}/wall")
async def post_still(request: Request, check_id: str) -> Response:
    """Hang a small picture on the wall; the first one says that somebody shows something."""
    require_own_page(request, JPEG)
    house = house_of(request)
    check = await _let_in(request, check_id)
    content = await request.body()
    if len(content) > LARGEST:
        raise BodyTooLarge(limit=LARGEST)
    if picture_type(content) != JPEG:
        raise NotFromOurPage
    await house.switchboard.wall.hang(check.id, Still(machine_now(), content))
    if check.state in BEFORE_SHOWING:
        async with house.database.writing() as tx:
            await keeping.showing(tx, check, house.clock.now())
    return Response(status_code=204)


@router.post("/{check_id}/photo")
async def post_photo(request: Request, check_id: str, said: TakenSaid) -> Response:
    """Keep a photo as it was taken: the body is the picture itself."""
    require_own_page(request, "image/")
    house = house_of(request)
    await _let_in(request, check_id)
    content = await request.body()
    async with darkroom:
        stored = await keeping.store_still(house.media, content)
    return await _keep(request, check_id, EvidenceKind.STILL, said, stored)


@router.post("/{check_id}/clip")
async def post_piece(request: Request, check_id: str, said: TakenSaid) -> Response:
    """Keep one piece of a film; whatever came before the network broke can be looked at."""
    require_own_page(request, "video/")
    house = house_of(request)
    await _let_in(request, check_id)
    stored = await keeping.store_piece(house.media, await request.body(), first=said.number == 0)
    return await _keep(request, check_id, EvidenceKind.CLIP_CHUNK, said, stored)


@router.post("/{check_id}/answers")
async def post_answers(request: Request, check_id: str) -> Response:
    """Take what was said of the water."""
    require_own_page(request, JSON)
    await _let_in(request, check_id)
    said, house = _read_answers(await request.body()), house_of(request)
    async with house.database.writing() as tx:
        check, now = await check_of(request, tx, check_id), house.clock.now()
        told = Said(
            answers=said.answers,
            via=Via.PAGE,
            by=f"person:{check.person}",
            happened_at=said.happened(now, check.asked_at),
            dedupe=f"page:{said.key}",
        )
        await answering.answer(desk_of(house), tx, check, told, now)
    return JSONResponse({"taken": True})


def _read_answers(body: bytes) -> AnswersSaid:
    """Read what may be read once it is known who sends it: a stranger's megabytes are not even looked at."""
    if len(body) > LONGEST_ANSWER:
        raise BodyTooLarge(limit=LONGEST_ANSWER)
    try:
        return AnswersSaid.model_validate_json(body)
    except ValidationError as fault:
        raise RequestValidationError([each | {"loc": ("body", *each["loc"])} for each in fault.errors()]) from None


async def _let_in(request: Request, check_id: str) -> Check:
    """Return the check, before what is brought is looked at; TooMuchAtOnce if so much came that something is wrong."""
    async with house_of(request).database.reading() as tx:
        check = await check_of(request, tx, check_id)
    if wait := allowance.take(check.id):
        raise TooMuchAtOnce(seconds=ceil(wait))
    return check


async def _keep(request: Request, check_id: str, kind: EvidenceKind, said: Taken, stored: Stored) -> Response:
    house = house_of(request)
    now = house.clock.now()
    brought = Brought(
        kind=kind,
        digest=stored.digest,
        mime_type=stored.mime_type,
        bytes=stored.bytes,
        source=said.source,
        received_at=now,
        taken_at=said.happened(now, 0),
        place=said.place,
        code=said.code,
        shot=said.shot,
        look=stored.look,
        shown_digest=stored.shown_digest,
        clip=said.clip or "",
        number=said.number,
    )
    async with house.database.writing() as tx:
        check = await check_of(request, tx, check_id)
        kept = await keeping.keep(desk_of(house), tx, check, brought)
    return JSONResponse({"id": kept.evidence.id, "digest": kept.evidence.digest})


async def _shown(tx: Transaction, check: Check) -> dict[str, Any]:
    names = await holders.names_of_sites(tx, CHECKER, [check.site]) if check.site else {}
    brought = await evidence.of_check(tx, CHECKER, check.key)
    return {
        "open": True,
        "site": names.get(check.site or 0, ""),
        "code": check.code,
        "drill": check.drill,
        "due": check.due_at,
        "taken": Counter(each.shot for each in brought if each.shot and each.kind is EvidenceKind.STILL),
    }
