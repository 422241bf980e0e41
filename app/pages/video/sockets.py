"""The lines of both pages: each opened by its own cookie, from our own page alone."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, WebSocket

from app.api.unit import house_of
from app.pages.phone.own import require_own_page
from app.pages.routes import COOKIE as OPERATOR
from app.pages.routes import visitor
from app.pages.video.conversing import Allowed, Conversation
from app.pages.video.guard import COOKIE, check_of
from app.switchboard.board import OVER, Seat, Side
from bot.stores.video import checks
from ground.errors import Forbidden, MingluoError

PageKey = Annotated[str, Query(pattern=r"^[0-9a-f]{16}$")]
STRANGER: Final = 1008
router = APIRouter(include_in_schema=False)


@router.websocket("/w/{check_id}/live")
async def field_line(socket: WebSocket, check_id: str, page: PageKey) -> None:
    """Hold the line of the phone that has this check open."""

    async def allowed() -> bool:
        try:
            async with house_of(socket).database.reading() as tx:
                await check_of(socket, tx, check_id)
        except MingluoError:
            return False
        return True

    if not await _is_let_in(socket, allowed):
        return
    seat = Seat.of(check_id, Side.FIELD, socket.cookies.get(COOKIE, ""), page)
    await Conversation(house_of(socket), socket, seat, allowed).hold()


@router.websocket("/video/{check_id}/live")
async def viewer_line(socket: WebSocket, check_id: str, page: PageKey) -> None:
    """Hold the line of an officer who may look at this check."""

    async def allowed() -> bool:
        try:
            async with house_of(socket).database.reading() as tx:
                holder = await visitor(socket, tx)
                if holder is None:
                    return False
                holder.actor.require(*checks.ASKERS)
                return (await checks.load(tx, holder.actor, check_id)).open
        except MingluoError:
            return False

    if not await _is_let_in(socket, allowed):
        return
    seat = Seat.of(check_id, Side.VIEWER, socket.cookies.get(OPERATOR, ""), page)
    await Conversation(house_of(socket), socket, seat, allowed).hold()


async def _is_let_in(socket: WebSocket, allowed: Allowed) -> bool:
    """Let a page in; another site's is not answered at all, one that may not sit there is told so."""
    try:
        require_own_page(socket)
    except Forbidden:
        await socket.close(STRANGER)
        return False
    if "origin" not in socket.headers:  # every browser says it, and only browsers have these cookies
        await socket.close(STRANGER)
        return False
    await socket.accept()
    if await allowed():
        return True
    await socket.close(OVER)
    return False
