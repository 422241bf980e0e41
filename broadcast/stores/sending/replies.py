"""Replies: a notice for one address, planned by a direct insert without an audience; it may belong to nobody yet."""

from dataclasses import asdict
from hashlib import sha256
from json import dumps
from typing import Any

from sqlalchemy import insert, select

from audiences.stores.tables import address_owners, addresses, people
from broadcast.content.message import Message
from broadcast.deliveries import State
from broadcast.notices import Guarantee, Kind, Lane, Policy, Purpose
from broadcast.notices import State as NoticeState
from broadcast.stores import counters
from broadcast.stores.tables import deliveries, notice_words, notices, ranges
from ground.actor import Actor
from ground.clock import HOUR
from ground.ids import new_id
from ground.transaction import Transaction

LANGUAGE = "zh_CN"  # a reply is composed for the one who reads it: one row of words, whatever its language
VALID_FOR = 12 * HOUR


async def reply(
    tx: Transaction,
    actor: Actor,
    address_id: int,
    channel: str,
    message: Message,
    now: int,
    *,
    drill: bool = False,
    origin: str = "",
) -> int:
    """Say `message` to whoever is at this address, in the caller's transaction; return the notice's id.

    It leaves through the engine after the commit, in the lane of replies, at least once. `origin` names what it belongs
    to (talk:<id>), so that a press of its buttons finds the way back.
    """
    actor.require_hub()
    area = await _area_of(tx, address_id)
    row = _notice(channel, area, now, drill=drill)
    row |= {"origin": origin} if origin else {}
    notice_id = int(await tx.value(insert(notices).values(row).returning(notices.c.id)))
    packed = message.packed()
    digest = sha256(dumps(packed, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    words = {"notice_id": notice_id, "channel": channel, "language": LANGUAGE, "rule": 0}
    await tx.execute(insert(notice_words).values(**words, message=packed, digest=digest))
    sending = {"notice_id": notice_id, "channel": channel, "lane": Lane.REPLIES}
    whither = {"seq": 1, "address_id": address_id, "area_id": area, "language": LANGUAGE}
    await tx.execute(insert(deliveries).values(**sending, **whither, why="reply", state=State.PLANNED))
    await tx.execute(insert(ranges).values(**sending, first_seq=1, last_seq=1, state="planned"))
    place = (notice_id, channel, area or counters.NO_AREA, State.PLANNED.value)
    await counters.add(tx, actor, {place: 1})
    return notice_id


def _notice(channel: str, area: int | None, now: int, *, drill: bool) -> dict[str, Any]:
    public_id = new_id()
    return {
        "public_id": public_id,
        "origin": f"reply:{public_id}",
        "kind": Kind.REPLY,
        "purpose": Purpose.REPLIES,
        "lane": Lane.REPLIES,
        "guarantee": Guarantee.AT_LEAST_ONCE,
        "drill": drill,
        "asks_answer": False,
        "policy": asdict(Policy((channel,), silence=None, on_refusal=False)),
        "area_id": area,
        "tells_heard_of": [],
        "state": NoticeState.PLANNED,
        "size": 1,
        "valid_from": now,
        "expires": now + VALID_FOR,
        "made_at": now,
    }


async def _area_of(tx: Transaction, address_id: int) -> int | None:
    """The home of the first who has this address; None while it belongs to nobody."""
    owner = (
        select(people.c.area_id)
        .join(address_owners, address_owners.c.person_id == people.c.id)
        .join(addresses, addresses.c.id == address_owners.c.address_id)
        .where(addresses.c.id == address_id, address_owners.c.until_at.is_(None))
        .order_by(address_owners.c.from_at, people.c.id)
        .limit(1)
    )
    area = await tx.value(owner)
    return None if area is None else int(area)
