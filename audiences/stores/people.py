"""People as they are kept: found by home or by duty, named only to who may see them, and forgotten on demand."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, or_, select, update

from audiences.errors import UnknownPerson
from audiences.people import ERASED, ERASURE_ASKED, Namesake, Person, PhoneKind, Relative, Whereabouts
from audiences.stores.reach import addresses
from audiences.stores.scope import reachable, within
from audiences.stores.tables import (
    erasures,
    households,
    needs,
    organisation_members,
    particulars,
    people,
    relatives,
    shifts,
    terms,
)
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.bulk import among, insert_rows
from ground.events import NewsDesk
from ground.transaction import Transaction


async def load(tx: Transaction, actor: Actor, person_id: int, *, now: int) -> Person:
    """Return a person who lives in the actor's area or has a duty there."""
    named = people.outerjoin(particulars, particulars.c.person_id == people.c.id)
    seen = select(people, particulars.c.name).select_from(named).where(people.c.id == person_id, reachable(actor, now))
    row = await tx.row(seen)
    if row is None:
        raise UnknownPerson(person=person_id)
    codes = select(needs.c.code).where(needs.c.person_id == person_id).order_by(needs.c.code)
    kin = (relatives.c.person_id == person_id) & relatives.c.gone_at.is_(None)
    kinsfolk = await tx.rows(select(relatives.c.relative_id, relatives.c.relation).where(kin))
    return Person(
        id=row.id,
        name=row.name,
        area=row.area_id,
        household=row.household_id,
        language=row.language,
        phone_kind=PhoneKind(row.phone_kind),
        whereabouts=Whereabouts(row.whereabouts),
        needs=tuple(await tx.values(codes)),
        relatives=tuple(Relative(each.relative_id, each.relation) for each in kinsfolk),
    )


async def names(tx: Transaction, actor: Actor, person_ids: Sequence[int], *, now: int) -> Mapping[int, str]:
    """Return the names of those of the people whom the actor may see."""
    seen = among(tx, people.c.id, person_ids) & reachable(actor, now)
    joined = particulars.join(people, people.c.id == particulars.c.person_id)
    rows = await tx.rows(select(particulars.c.person_id, particulars.c.name).select_from(joined).where(seen))
    return {row.person_id: row.name for row in rows}


async def named(tx: Transaction, actor: Actor, name: str, *, now: int, limit: int = 8) -> Sequence[Namesake]:
    """Return the people of this very name whom the actor may see."""
    joined = people.join(particulars, particulars.c.person_id == people.c.id)
    mine = (particulars.c.name == name.strip()) & people.c.gone_at.is_(None) & reachable(actor, now)
    columns = select(people.c.id, people.c.area_id, people.c.household_id).select_from(joined).where(mine)
    rows = await tx.rows(columns.order_by(people.c.id).limit(limit))
    return [Namesake(row.id, row.area_id, row.household_id) for row in rows]


async def in_reach(tx: Transaction, actor: Actor, person_ids: Sequence[int], *, now: int) -> set[int]:
    """Return those of the people who are not gone, and live in the actor's area or have a duty there."""
    chosen = among(tx, people.c.id, person_ids) & people.c.gone_at.is_(None) & reachable(actor, now)
    return set(await tx.values(select(people.c.id).where(chosen)))


async def called(
    tx: Transaction, actor: Actor, source: str, external_ids: Sequence[str], *, now: int
) -> Mapping[str, int]:
    """Return the ids of people by what their source calls them; whom the actor may not see is left out."""
    chosen = (people.c.source == source) & among(tx, people.c.external_id, external_ids) & people.c.gone_at.is_(None)
    rows = await tx.rows(select(people.c.external_id, people.c.id).where(chosen, reachable(actor, now)))
    return {row.external_id: row.id for row in rows}


async def erase(tx: Transaction, actor: Actor, desk: NewsDesk, person_id: int, *, at: int) -> None:
    """Forget a person: the id stays where evidence names it, what identifies them goes.

    What the source called them goes too (it may be an identity number), so whoever is in its file again is new here.
    What others keep of them (cases, messages) is looked for by those who read `person.erased`.
    """
    actor.require(Role.ADMIN)
    home = people.outerjoin(particulars, particulars.c.person_id == people.c.id)
    mine = select(people, particulars.c.name).select_from(home)
    person = await tx.row(mine.where(people.c.id == person_id, within(actor, people.c.area_id)))
    if person is None:
        raise UnknownPerson(person=person_id)
    numbers = await addresses.forget_owner(tx, actor, desk, person_id, at=at)
    looked_for = {"household_id": person.household_id, "area_id": person.area_id, "name": person.name}
    row = looked_for | {"person_id": person_id, "numbers": list(numbers), "stage": ERASURE_ASKED, "asked_at": at}
    await insert_rows(tx, erasures, [row], ignore_known=True)
    for column in (particulars.c.person_id, needs.c.person_id, organisation_members.c.person_id):
        await tx.execute(delete(column.table).where(column == person_id))
    await tx.execute(
        delete(relatives).where(or_(relatives.c.person_id == person_id, relatives.c.relative_id == person_id))
    )
    await _leave_duties(tx, person_id, at)
    forgotten = {"external_id": f"{ERASED}{person_id}", "household_id": None, "gone_at": at}
    await tx.execute(update(people).where(people.c.id == person_id).values(forgotten))
    await desk.tell(tx, "person.erased", str(person_id), at, person=person_id)
    await record_deed(tx, actor, "person.erased", f"person:{person_id}", at)


async def _leave_duties(tx: Transaction, person_id: int, at: int) -> None:
    """Close the person's terms and take them out of what others hold; who held what when stays, by id."""
    open_term = terms.c.until_at.is_(None) | (terms.c.until_at > at)
    await tx.execute(update(terms).where(terms.c.holder_id == person_id, open_term).values(until_at=at))
    await tx.execute(update(terms).where(terms.c.deputy_id == person_id, open_term).values(deputy_id=None))
    await tx.execute(update(shifts).where(shifts.c.person_id == person_id, shifts.c.from_at > at).values(gone_at=at))
    running = (shifts.c.person_id == person_id) & (shifts.c.from_at <= at) & (shifts.c.until_at > at)
    await tx.execute(update(shifts).where(running).values(until_at=at, external_id=None))
    ahead = (shifts.c.backup_id == person_id) & (shifts.c.until_at > at)
    await tx.execute(update(shifts).where(ahead).values(backup_id=None))
    for column in (households.c.responsible_a_id, households.c.responsible_b_id):
        await tx.execute(update(households).where(column == person_id).values({column.name: None}))
