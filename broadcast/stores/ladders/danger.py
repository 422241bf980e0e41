"""Old telephones in danger zones: whoever cannot be counted on to read a text there is called as well."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import CTE, and_, exists, literal, null, or_, select

from audiences.stores.tables import address_owners, addresses, audience_members, households, people
from broadcast.notices import Notice, Purpose
from broadcast.stores.ladders import reach
from broadcast.stores.sending.placing import usable
from broadcast.stores.sending.planning import insert_placed
from ground.actor import Actor
from ground.transaction import Transaction

OLD: Final = ("feature", "landline")
WHY: Final = "danger zone"


async def call_too(tx: Transaction, actor: Actor, notice: Notice, batches: Mapping[str, int]) -> int:
    """Plan a call beside the text for everybody of the audience with an old telephone in a danger zone.

    Households with a hazard or a danger spot of their own; return how many calls. One who is called already is not
    called twice.
    """
    actor.require_hub()
    member = audience_members.c
    lives = people.join(households, households.c.id == people.c.household_id)
    endangered = and_(
        people.c.phone_kind.in_(OLD), or_(households.c.site_id.is_not(None), households.c.hazard.is_not(None))
    )
    there = select(people.c.id).select_from(lives).where(endangered)
    whom = select(member.person_id).where(member.audience_id == notice.audience, member.person_id.in_(there))
    persons = await tx.values(whom)
    if not persons:
        return 0
    await reach.make_dialable(tx, actor, persons)
    return await insert_placed(tx, actor, notice, _placed(notice), batches)


def _placed(notice: Notice) -> CTE:
    member = audience_members.c
    lives = exists().where(
        households.c.id == people.c.household_id,
        or_(households.c.site_id.is_not(None), households.c.hazard.is_not(None)),
    )
    return (
        select(
            member.seq.label("audience_seq"),
            addresses.c.id.label("address_id"),
            member.person_id,
            null().cast(member.gateway_id.type).label("gateway_id"),
            member.area_id,
            addresses.c.channel,
            people.c.language,
            member.rule,
            literal(WHY).label("why"),
        )
        .join(people, people.c.id == member.person_id)
        .join(address_owners, address_owners.c.person_id == member.person_id)
        .join(addresses, addresses.c.id == address_owners.c.address_id)
        .where(member.audience_id == notice.audience, people.c.phone_kind.in_(OLD), lives)
        .where(address_owners.c.until_at.is_(None), usable(Purpose.WARNINGS), addresses.c.channel == reach.DIALLED)
        .cte("placed")
    )
