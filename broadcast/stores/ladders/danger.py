"""Old telephones in danger zones: whoever cannot be counted on to read a text there is called as well."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_, select

from audiences.stores.tables import addresses, audience_members, households, people
from broadcast.notices import Notice, Purpose
from broadcast.stores.ladders import reach
from broadcast.stores.sending.placing import further, owned_by_member, usable
from broadcast.stores.sending.planning import insert_placed
from ground.actor import Actor
from ground.transaction import Transaction

OLD: Final = ("feature", "landline")
WHY: Final = "danger zone"


async def call_too(tx: Transaction, actor: Actor, notice: Notice, batches: Mapping[str, int]) -> int:
    """Plan a call beside the text for everybody of the audience with an old telephone in a danger zone.

    Return how many calls; one who is called already is not called twice.
    """
    actor.require_hub()
    member = audience_members.c
    whom = select(member.person_id).join(people, people.c.id == member.person_id)
    persons = await tx.values(whom.where(member.audience_id == notice.audience, _exposed()))
    if not persons:
        return 0
    await reach.make_dialable(tx, actor, persons)
    theirs = further(WHY, owned_by_member()).where(member.audience_id == notice.audience, _exposed())
    placed = theirs.where(addresses.c.channel == reach.DIALLED, usable(Purpose.WARNINGS)).cte("placed")
    return await insert_placed(tx, actor, notice, placed, batches)


def _exposed() -> ColumnElement[bool]:
    """Say that somebody has an old telephone, and a household with a hazard or a danger spot of its own."""
    home = households.c.id == people.c.household_id
    danger = or_(households.c.site_id.is_not(None), households.c.hazard.is_not(None))
    return and_(people.c.phone_kind.in_(OLD), exists().where(home, danger))
