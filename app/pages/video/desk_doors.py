"""The officer's pages: the wall of open checks, and one check with picture, answers, evidence and judgement."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, StreamingResponse

from app.api.unit import house_of
from app.api.video.checks import desk_of
from app.api.video.evidence import joined
from app.pages import laying_out
from app.pages.phone.own import require_own_page
from app.pages.routes import page, to_login, visitor
from app.pages.video import hearing, wall
from app.pages.video.files import DESK, FIELD
from app.pages.video.hearing import Typed
from app.pages.video.looks import policy
from app.security.tokens import Holder
from bot.cases.video_check import Result
from bot.stores.video import checks, evidence
from bot.video import asking, judging
from bot.video.judging import Judgement
from ground.clock import BEIJING, moment
from ground.errors import Conflict, Invalid
from ground.media import JPEG
from ground.transaction import Transaction
from templates.labels import LABELS, label
from templates.rendering import render_page

KEPT_AN_HOUR: Final = {"Cache-Control": "private, max-age=3600"}
Wrong = dict[str, str]
router = APIRouter(prefix="/video", include_in_schema=False)


@router.get("")
async def show_wall(request: Request, lang: str | None = None) -> Response:
    house, language = house_of(request), laying_out.language_of(lang)
    async with house.database.reading() as tx:
        holder = await looker(request, tx)
        if holder is None:
            return to_login("/video")
        tiles = await wall.open_tiles(tx, holder.actor, house.switchboard.wall)
    return desk_page(request, "video_wall.html.j2", language, {"tiles": tiles, "drill": False})


@router.get("/wall")
async def get_wall(request: Request) -> Response:
    """Return how each open check stands, for the page that shows them."""
    require_own_page(request)
    house = house_of(request)
    async with house.database.reading() as tx:
        holder = await looker(request, tx)
        if holder is None:
            return Response(status_code=401)
        tiles = await wall.open_tiles(tx, holder.actor, house.switchboard.wall)
    return JSONResponse([each.news for each in tiles])


@router.get("/{check_id}/news")
async def get_check(request: Request, check_id: str) -> Response:
    """Return how one check stands, for the page that shows it."""
    require_own_page(request)
    house = house_of(request)
    async with house.database.reading() as tx:
        holder = await looker(request, tx)
        if holder is None:
            return Response(status_code=401)
        found = await wall.whole(tx, holder.actor, house.switchboard.wall, check_id)
    return JSONResponse([found.news])


@router.get("/-/{name}")
async def show_file(request: Request, name: str) -> Response:
    return DESK.show(request, name)


@router.get("/{check_id}")
async def show_check(request: Request, check_id: str, lang: str | None = None) -> Response:
    return await check_page(request, check_id, laying_out.language_of(lang))


@router.get("/{check_id}/still")
async def show_still(request: Request, check_id: str) -> Response:
    """Return the newest small picture of a phone."""
    house = house_of(request)
    async with house.database.reading() as tx:
        holder = await looker(request, tx)
        check = None if holder is None else await checks.load(tx, holder.actor, check_id)
    still = check and house.switchboard.wall.of(check.id)
    if not still:
        return Response(status_code=404)
    return Response(still.picture, media_type=JPEG)


@router.get("/{check_id}/evidence/{evidence_id}")
async def show_evidence(request: Request, check_id: str, evidence_id: str, full: bool = False) -> Response:  # noqa: FBT001, FBT002
    """Return a photo: the copy that is shown, or the very bytes that came."""
    house = house_of(request)
    async with house.database.reading() as tx:
        holder = await looker(request, tx)
        if holder is None:
            return Response(status_code=401)
        check = await checks.load(tx, holder.actor, check_id)
        found = await evidence.one(tx, holder.actor, check.key, evidence_id)
    shown = None if full else found.shown_digest
    kind = JPEG if shown else found.mime_type
    return FileResponse(house.media.path(shown or found.digest), media_type=kind, headers=KEPT_AN_HOUR)


@router.get("/{check_id}/films/{clip}")
async def show_film(request: Request, check_id: str, clip: str) -> Response:
    """Return a film: its pieces one behind the other, up to the first that is missing."""
    house = house_of(request)
    async with house.database.reading() as tx:
        holder = await looker(request, tx)
        if holder is None:
            return Response(status_code=401)
        check = await checks.load(tx, holder.actor, check_id)
        pieces = await evidence.pieces(tx, holder.actor, check.key, clip)
    paths = [house.media.path(each.digest) for each in pieces]
    return StreamingResponse(joined(paths), media_type=pieces[0].mime_type, headers=KEPT_AN_HOUR)


@router.post("/{check_id}/again")
async def ask_again(request: Request, check_id: str) -> Response:
    """Send a fresh link; the old one, and the page and line that it opened, end."""
    require_own_page(request)
    house = house_of(request)
    async with house.database.writing() as tx:
        holder = await looker(request, tx)
        if holder is None:
            return to_login(f"/video/{check_id}")
        check = await checks.load(tx, holder.actor, check_id)
        await asking.ask_again(desk_of(house), tx, holder.actor, check, house.clock.now())
    return RedirectResponse(f"/video/{check_id}", 303)


@router.post("/{check_id}/judge")
async def judge(
    request: Request,
    check_id: str,
    result: Annotated[Result, Form()],
    reason: Annotated[str, Form(max_length=400)] = "",
    draft: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """Say what a check came to, and draft a warning with it if that is wanted; the lines of both pages end."""
    require_own_page(request)
    house = house_of(request)
    judgement = Judgement(result, reason, house.office if draft else None)
    try:
        async with house.database.writing() as tx:
            holder = await looker(request, tx)
            if holder is None:
                return to_login(f"/video/{check_id}")
            check = await checks.load(tx, holder.actor, check_id)
            await judging.judge(desk_of(house), tx, holder.actor, check, judgement, house.clock.now())
    except (Invalid, Conflict) as fault:
        return await check_page(request, check_id, laying_out.language_of(None), wrong_with(fault))
    house.switchboard.close_room(check_id)
    return RedirectResponse(f"/video/{check_id}", 303)


async def looker(request: Request, tx: Transaction) -> Holder | None:
    """Return who looks; RoleMissing for whoever has no business with pictures."""
    holder = await visitor(request, tx)
    if holder is not None:
        holder.actor.require(*laying_out.LOOKERS)
    return holder


async def check_page(
    request: Request, check_id: str, language: str, wrong: Wrong | None = None, typed: Typed | None = None
) -> Response:
    """Show one check; `wrong` is what a form was refused for, `typed` what the telephone's said."""
    house = house_of(request)
    async with house.database.reading() as tx:
        holder = await looker(request, tx)
        if holder is None:
            return to_login(f"/video/{check_id}")
        found = await wall.whole(tx, holder.actor, house.switchboard.wall, check_id)
        said = await hearing.values_of(tx, holder.actor, found, typed, house.clock.now(), language)
    values = said | {"whole": found, "tile": found.tile, "check": found.tile.check, "wrong": wrong, "typed": typed}
    return desk_page(request, "video_check.html.j2", language, values | {"drill": found.tile.check.drill})


def wrong_with(fault: Exception) -> Wrong:
    return {"name": type(fault).__name__, "text": str(fault)}


def desk_page(request: Request, name: str, language: str, values: dict[str, Any]) -> Response:
    more = {
        "other_language": laying_out.LANGUAGES[language],
        "style": DESK.address_of("desk.css"),
        "scripts": [FIELD.address_of("line.js"), DESK.address_of("desk.js")],
        "states": {key: label("video state", key, language) for key in LABELS["video state"]},
        "time": _time,
    }
    shown = page(render_page(name, language, values | more))
    shown.headers["Content-Security-Policy"] = policy(request)
    shown.headers["Referrer-Policy"] = "same-origin"  # else a browser would not say where a judgement is from
    shown.headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
    return shown


def _time(at: int) -> str:
    return f"{moment(at, BEIJING):%m-%d %H:%M:%S}"
