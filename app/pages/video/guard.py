"""Whose check a browser has open: by the cookie that the link was exchanged for, as long as the check is open."""

from typing import Final

from starlette.requests import HTTPConnection

from app.api.unit import house_of
from bot.stores.video import links
from bot.stores.video.checks import Check
from bot.video.desk import CHECKER
from ground.transaction import Transaction

COOKIE: Final = "video"


async def check_of(call: HTTPConnection, tx: Transaction, check_id: str, *, over_too: bool = False) -> Check:
    """Return the check; what is wrong with the session has an error of its own, and none may be shown as another's."""
    now = house_of(call).clock.now()
    session = call.cookies.get(COOKIE, "")
    return await links.of_session(tx, CHECKER, check_id, session, now, over_too=over_too)
