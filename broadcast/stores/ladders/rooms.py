"""Duty rooms: the landline rings with the telephone of whoever is on shift, and whoever picks up answers."""

from collections.abc import Mapping

from sqlalchemy import CTE

from audiences.stores.tables import addresses, audience_members
from broadcast.notices import Notice
from broadcast.stores.sending.placing import further
from broadcast.stores.sending.planning import insert_placed
from ground.actor import Actor
from ground.transaction import Transaction

WHY = "duty room"


async def ring_too(
    tx: Transaction, actor: Actor, notice: Notice, rooms: Mapping[int, int], batches: Mapping[str, int]
) -> None:
    """Plan one more delivery for each of these people (person → address of the room) in a call's notice."""
    actor.require_hub()
    for person, room in rooms.items():
        await insert_placed(tx, actor, notice, _placed(notice, person, room), batches)


def _placed(notice: Notice, person: int, room: int) -> CTE:
    member = audience_members.c
    whose = (member.audience_id == notice.audience) & (member.person_id == person)
    return further(WHY, addresses.c.id == room, notice).where(whose, addresses.c.closed_at.is_(None)).cte("placed")
