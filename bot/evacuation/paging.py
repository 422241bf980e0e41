"""The roll as a page: the link by which whoever calls it opens it on a phone, and works on without a network."""

from typing import Final

from audiences.stores.reach import addresses
from bot.conversing import Room
from bot.evacuation.charge import Charge, charge_of
from bot.evacuation.ordering import MARSHAL
from bot.lines import Line
from bot.standing import standing
from bot.stores.evacuation import links
from bot.stores.evacuation.links import Link
from ground.transaction import Transaction
from templates.catalogues import SOURCE

PATH: Final = "/v/"
STILL_THERE: Final = frozenset({"blocked", "deactivated", "no_chat"})  # a network is gone, not the owner


async def page_line(room: Room, charge: Charge) -> Line | None:
    """Return the sentence with a fresh link of this address; None where no page is served."""
    if not room.public_url:
        return None
    secret = await links.make(
        room.tx,
        MARSHAL,
        charge.order.key,
        charge.area,
        address_id=room.speaker.address.id,
        person=charge.person,
        at=room.now,
    )
    return Line("page", {"place": charge.place, "url": f"{room.public_url.rstrip('/')}{PATH}{secret}"})


async def charge_behind(tx: Transaction, link: Link, now: int) -> Charge | None:
    """Return what a link gives today: nothing once its address, or the charge itself, is another's."""
    address = await addresses.load(tx, MARSHAL, link.address)
    if address.closed_at is not None and address.closed_why not in STILL_THERE:
        return None
    speaker = await standing(tx, address, SOURCE, now)
    return await charge_of(tx, speaker, link.order, link.area) if speaker.person == link.person else None


async def language_behind(tx: Transaction, link: Link, now: int) -> str:
    address = await addresses.load(tx, MARSHAL, link.address)
    return (await standing(tx, address, SOURCE, now)).language
