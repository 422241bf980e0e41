"""Replies: a notice for one address, planned by a direct insert without an audience; it may belong to nobody yet."""

from dataclasses import asdict
from hashlib import sha256
from json import dumps
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, insert, select

from audiences.stores.tables import address_owners, people
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
    notice = (await tx.rows(MADE, _notice(channel, now, drill=drill, origin=origin) | {"address": address_id}))[0]
    packed = message.packed()
    digest = sha256(dumps(packed, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    sending = {"notice_id": notice.id, "channel": channel, "language": LANGUAGE}
    await tx.execute(WORDED, sending | {"rule": 0, "message": packed, "digest": digest})
    await tx.execute(PLANNED, sending | {"address_id": address_id, "area_id": notice.area_id})
    await tx.execute(QUEUED, {"notice_id": notice.id, "channel": channel})
    place = (notice.id, channel, notice.area_id or counters.NO_AREA, State.PLANNED.value)
    await counters.add(tx, actor, {place: 1})
    return int(notice.id)


def _home_of(address: ColumnElement[int]) -> ScalarSelect[int]:
    """The home of the first who has this address; none while it belongs to nobody."""
    owner = select(people.c.area_id).join(address_owners, address_owners.c.person_id == people.c.id)
    mine = owner.where(address_owners.c.address_id == address, address_owners.c.until_at.is_(None))
    return mine.order_by(address_owners.c.from_at, people.c.id).limit(1).scalar_subquery()


ALIKE = {"lane": Lane.REPLIES, "state": State.PLANNED}
MADE = insert(notices).values(area_id=_home_of(bindparam("address"))).returning(notices.c.id, notices.c.area_id)
WORDED = insert(notice_words)
PLANNED = insert(deliveries).values(**ALIKE, seq=1, why="reply")
QUEUED = insert(ranges).values(**ALIKE, first_seq=1, last_seq=1)


def _notice(channel: str, now: int, *, drill: bool, origin: str) -> dict[str, Any]:
    public_id = new_id()
    return {
        "public_id": public_id,
        "origin": origin or f"reply:{public_id}",
        "kind": Kind.REPLY,
        "purpose": Purpose.REPLIES,
        "lane": Lane.REPLIES,
        "guarantee": Guarantee.AT_LEAST_ONCE,
        "drill": drill,
        "asks_answer": False,
        "policy": asdict(Policy((channel,), silence=None, on_refusal=False)),
        "tells_heard_of": [],
        "state": NoticeState.PLANNED,
        "size": 1,
        "valid_from": now,
        "expires": now + VALID_FOR,
        "made_at": now,
    }
