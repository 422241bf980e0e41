"""Opening a link: looking at it uses up nothing, as chats look at links before people do; the button opens it once."""

from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from app.api.unit import house_of
from app.pages.phone import shelf
from app.pages.phone.own import POLICY, language_of, require_own_page
from app.pages.video.files import FIELD
from app.pages.video.guard import COOKIE
from bot.cases.video_check import LINK_LASTS
from bot.cases.video_errors import CheckOver, UnknownVideoLink, VideoLinkExpired, VideoLinkUsed
from bot.stores.video import links
from bot.video.desk import CHECKER
from ground.clock import SECOND
from ground.errors import Conflict, Forbidden
from templates.rendering import render_page

LANGUAGE: Final = "video_language"
WHY: Final[dict[type[Exception], str]] = {
    VideoLinkUsed: "used",
    VideoLinkExpired: "expired",
    CheckOver: "over",
    UnknownVideoLink: "unknown",
}
HERE: Final = frozenset({"127.0.0.1", "localhost"})  # as secure as https to a browser
CLOSED: Final = (Forbidden, Conflict)
router = APIRouter(include_in_schema=False)


async def show_link(request: Request, secret: str, lang: str) -> Response:
    """Show the button that opens a link, or why it opens nothing."""
    house = house_of(request)
    try:
        async with house.database.reading() as tx:
            await links.peek(tx, CHECKER, secret, house.clock.now())
    except CLOSED as fault:
        return closed(request, fault, lang)
    return link_page(request, "", lang)


@router.post("/w/{secret}")
async def open_link(request: Request, secret: str) -> Response:
    """Exchange a link for a cookie that only this check's doors are sent. It is done once."""
    require_own_page(request)
    house = house_of(request)
    try:
        async with house.database.writing() as tx:
            opened = await links.open_link(tx, CHECKER, secret, house.clock.now())
    except CLOSED as fault:
        return closed(request, fault, "")
    place = f"/w/{opened.check.id}"
    answer = RedirectResponse(place, 303)
    secure = house.public_url.startswith("https://")
    longest = LINK_LASTS // SECOND
    answer.set_cookie(COOKIE, opened.session, max_age=longest, path=place, httponly=True, samesite="lax", secure=secure)
    return answer


def closed(request: Request, fault: Exception, lang: str) -> Response:
    """Say why a link or a page opens nothing (more), and what to do."""
    return link_page(request, WHY.get(type(fault), "unknown"), lang, 403)


def link_page(request: Request, why: str, lang: str, status: int = 200) -> Response:
    values = {
        "style": FIELD.address_of("video.css"),
        "why": why,
        "secure": request.url.hostname in HERE or house_of(request).public_url.startswith("https://"),
    }
    page = render_page("video_link.html.j2", language_of(request, lang, LANGUAGE), values)
    answer = shelf.answer(request, page.encode(), "text/html")
    answer.status_code = status
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Referrer-Policy"] = "same-origin"  # else a browser would not say where the form is from
    return answer
