"""Whose door a browser has open: by the cookie that the keeper's link was exchanged for, as long as they keep it."""

from dataclasses import dataclass

from fastapi import Request

from app.api.unit import house_of
from bot.evacuation.desk import Desk, desk_behind
from bot.evacuation.ordering import MARSHAL
from bot.stores.evacuation import passes
from ground.transaction import Transaction

COOKIE = "shelter"
LIFETIME = passes.LASTS // 1_000  # seconds


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps which door, and when."""

    desk: Desk
    now: int


async def keeper_of(request: Request, tx: Transaction) -> Keeper | None:
    """Return who keeps the door; None for anybody else, and once the door is closed or another's."""
    session = request.cookies.get(COOKIE, "")
    if not session:
        return None
    now = house_of(request).clock.now()
    given = await passes.of_session(tx, MARSHAL, session, now)
    desk = None if given is None else await desk_behind(tx, given, now)
    return None if desk is None else Keeper(desk, now)
