"""Names of whoever is on shift: scope follows the duty, so a room's people are named wherever they live."""

from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select

from audiences.rosters.shift import Room
from audiences.stores.scope import within
from audiences.stores.tables import organisations, particulars, shifts
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction


async def names_of_rooms(tx: Transaction, actor: Actor, rooms: Sequence[Room]) -> Mapping[int, str]:
    """Return the names of the people who are on shift in these rooms of the actor's area."""
    people = [each.person for room in rooms for each in room.on_shift]
    return await names_of_people(tx, actor, [room.organisation for room in rooms], people)


async def names_of_people(
    tx: Transaction, actor: Actor, organisation_ids: Sequence[int], person_ids: Sequence[int]
) -> Mapping[int, str]:
    """Return the names of those of the people who have, or had, a shift in these rooms of the actor's area."""
    theirs = or_(shifts.c.person_id == particulars.c.person_id, shifts.c.backup_id == particulars.c.person_id)
    joined = particulars.join(shifts, theirs).join(organisations, organisations.c.id == shifts.c.organisation_id)
    offices = among(tx, organisations.c.id, organisation_ids) & within(actor, organisations.c.area_id)
    mine = among(tx, particulars.c.person_id, sorted(set(person_ids))) & offices
    named = select(particulars.c.person_id, particulars.c.name).select_from(joined).where(mine).distinct()
    return {row.person_id: row.name for row in await tx.rows(named)}
