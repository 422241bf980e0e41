"""Whose roll a browser has open: by the cookie that the link was exchanged for, as long as the charge is theirs."""

from dataclasses import dataclass

from fastapi import Request

from app.api.unit import house_of
from app.errors import RollOver
from bot.evacuation.charge import Charge
from bot.evacuation.ordering import MARSHAL
from bot.evacuation.paging import charge_behind
from bot.stores.evacuation import links
from ground.transaction import Transaction

COOKIE = "roll"
LIFETIME = 60 * 24 * 3_600  # seconds; it ends with the order anyway


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls a roll from a page, and when."""

    charge: Charge
    now: int


async def caller_of(request: Request, tx: Transaction, link_id: str) -> Caller:
    """Return who calls; RollOver if the link was revoked, or the roll is no longer theirs to call."""
    now = house_of(request).clock.now()
    link = await links.of_session(tx, MARSHAL, link_id, request.cookies.get(COOKIE, ""))
    charge = None if link is None else await charge_behind(tx, link, now)
    if charge is None:
        raise RollOver
    return Caller(charge, now)
