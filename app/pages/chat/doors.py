"""The page's doors: what is said goes up by POST, what is told comes down by a stream, what came is acknowledged."""

from typing import Annotated, Final

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse

from app.pages.chat.files import SHELF
from app.pages.chat.guard import COOKIE, JSON, PHOTO_WEIGHT, Visitor
from app.pages.chat.said import Nothing, PhotoAsked, Seen, TurnSaid
from app.pages.chat.stream import streamed
from bot.platforms.webchat.hearing import Said

LANGUAGE: Final = "chat_language"
router = APIRouter(prefix="/c/-", include_in_schema=False)


@router.post("/say")
async def say(visit: Visitor, turn: TurnSaid) -> Response:
    """Hear a turn. It may be brought again and again: it is heard once, and the answer is the same."""
    visit.require_own_page(JSON)
    visit.spend()
    return visit.remember(_heard(turn.key, await visit.platform.say(visit.session, turn.said())))


@router.post("/photo")
async def say_photo(visit: Visitor, asked: PhotoAsked) -> Response:
    """Hear a photo: the body is the picture itself."""
    visit.require_own_page("image/")
    visit.spend(PHOTO_WEIGHT)
    photo = await visit.request.body()
    await visit.platform.say(visit.session, Said(asked.key, photo=photo, age=asked.age, language=asked.language))
    return visit.remember(_heard(asked.key, ""))


@router.post("/seen", status_code=204)
async def acknowledge(visit: Visitor, seen: Seen) -> None:
    """Take the page's word that it has these messages: now they are delivered."""
    visit.require_own_page(JSON)
    await visit.platform.channel.acknowledge(visit.session.address, seen.seqs)


@router.post("/end")
async def end(visit: Visitor, _nothing: Nothing) -> Response:
    """Erase what this browser was told, write to it no more, and let it forget its secret."""
    visit.require_own_page(JSON)
    await visit.platform.channel.end(visit.session.address)
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, path="/c")
    return answer


@router.get("/stream")
async def follow(
    visit: Visitor, after: str = "", last_event_id: Annotated[str, Header(alias="Last-Event-ID")] = ""
) -> Response:
    """Tell what is new, as it comes."""
    visit.require_own_page()
    return visit.remember(streamed(visit, last_event_id or after))


@router.get("/worker.js")
async def show_worker(request: Request) -> Response:
    return SHELF.show_worker(request, "/c")


@router.get("/{name}")
async def show_file(request: Request, name: str) -> Response:
    return SHELF.show(request, name)


def _heard(key: str, language: str) -> Response:
    answer = JSONResponse({"key": key, "language": language})
    if language:
        answer.set_cookie(LANGUAGE, language, max_age=31_536_000, path="/c", samesite="lax")
    return answer
