"""The roll as it is read: line by line with how each person stands, and who answers for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from audiences.stores.scope import below, within
from audiences.stores.tables import areas, particulars, sites
from bot.cases.counting import HouseholdStanding, household
from bot.cases.evacuation import PersonState
from bot.stores.evacuation.tables import added_names, groups, households, lines, orders, states
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a roll."""

    id: int
    order: int
    area: int
    number: int
    person: int | None
    household: int | None
    name: str | None = field(repr=False)
    needs: tuple[str, ...]
    added: str | None
    state: PersonState
    missing: bool
    verified: bool
    conflict: bool
    report: int | None  # the one that counts
    to_check: int | None
    shelter: int | None
    happened_at: int | None
    refusals: int


@dataclass(frozen=True, slots=True)
class Home:
    """A household as it stood when the order was given, and whither it goes."""

    household: int
    area: int
    responsible_a: int | None
    responsible_b: int | None
    assembly_point: str | None
    shelter: int | None
    shelter_name: str | None
    route: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """One group of an order."""

    order: int
    area: int
    name: str
    village: int
    households: int
    people: int
    told_through: int
    told_at: int | None
    checked_at: int | None
    return_at: int | None


async def of_group(tx: Transaction, actor: Actor, order_id: int, area_id: int) -> Sequence[Line]:
    """Return the roll of one group, row by row."""
    return await _lines(tx, actor, and_(lines.c.order_id == order_id, lines.c.area_id == area_id))


async def of_households(tx: Transaction, actor: Actor, order_id: int, household_ids: Sequence[int]) -> Sequence[Line]:
    """Return the rows of these households."""
    return await _lines(tx, actor, and_(lines.c.order_id == order_id, among(tx, lines.c.household_id, household_ids)))


async def of_lines(tx: Transaction, actor: Actor, line_ids: Sequence[int]) -> Sequence[Line]:
    return await _lines(tx, actor, among(tx, lines.c.id, line_ids))


async def answered_for(tx: Transaction, actor: Actor, order_id: int, person: int) -> Sequence[Line]:
    """Return the rows of the households for which somebody is person A or B."""
    theirs = select(households.c.household_id).where(households.c.order_id == order_id, answers_for(person))
    return await _lines(tx, actor, and_(lines.c.order_id == order_id, lines.c.household_id.in_(theirs)))


async def homes(tx: Transaction, actor: Actor, order_id: int, household_ids: Sequence[int]) -> Sequence[Home]:
    """Return these households as they were frozen, with their shelters by name."""
    mine = and_(households.c.order_id == order_id, among(tx, households.c.household_id, household_ids))
    return await _homes(tx, actor, mine)


async def homes_of_group(
    tx: Transaction, actor: Actor, order_id: int, area_id: int, *, after: int = 0, limit: int = 1_000
) -> Sequence[Home]:
    mine = and_(households.c.order_id == order_id, households.c.area_id == area_id, households.c.household_id > after)
    return await _homes(tx, actor, mine, limit)


async def groups_of(
    tx: Transaction, actor: Actor, order_id: int, *, under: int | None = None, untold: bool = False
) -> Sequence[Group]:
    """Return the groups of an order, by their areas' codes."""
    wanted = select(groups, areas.c.name).join(areas, areas.c.id == groups.c.area_id)
    wanted = wanted.where(groups.c.order_id == order_id, within(actor, groups.c.area_id)).order_by(areas.c.code)
    if under is not None:
        wanted = wanted.where(below(under, groups.c.area_id))
    if untold:  # the next to be told
        wanted = wanted.where(groups.c.told_at.is_(None)).limit(1)
    return [_group(row) for row in await tx.rows(wanted)]


async def open_for_people(tx: Transaction, actor: Actor, people: Sequence[int]) -> Sequence[Line]:
    """Return the rows on which these people, and those who live with them, stand in orders that are open."""
    actor.require_hub()
    own = select(lines.c.order_id, lines.c.household_id, lines.c.person_id).where(among(tx, lines.c.person_id, people))
    mine = own.join(orders, orders.c.id == lines.c.order_id).where(orders.c.lifted_at.is_(None)).subquery()
    together = and_(lines.c.order_id == mine.c.order_id, lines.c.household_id == mine.c.household_id)
    return await _lines(tx, actor, lines.c.id.in_(select(lines.c.id).join(mine, together)))


def standing_of_homes(found: Sequence[Line]) -> Mapping[int, HouseholdStanding]:
    """Return household → how it stands."""
    together: dict[int, list[Line]] = {}
    for line in found:
        if line.household is not None:
            together.setdefault(line.household, []).append(line)
    return {home: household(members) for home, members in together.items()}


def answers_for(person: int) -> ColumnElement[bool]:
    return or_(households.c.responsible_a_id == person, households.c.responsible_b_id == person)


async def _lines(tx: Transaction, actor: Actor, chosen: ColumnElement[bool]) -> Sequence[Line]:
    wanted = joined(actor).where(chosen).order_by(lines.c.order_id, lines.c.area_id, lines.c.number)
    return [line_of(row) for row in await tx.rows(wanted)]


def joined(actor: Actor) -> Select[Any]:
    """Select lines with names and states, within the actor's area."""
    shown = (states.c.state, states.c.missing, states.c.verified, states.c.conflict, states.c.to_check_id)
    when = (states.c.report_id, states.c.shelter_id, states.c.happened_at, states.c.refusals)
    name = func.coalesce(particulars.c.name, added_names.c.name).label("name")
    return (
        select(lines, name, *shown, *when)
        .outerjoin(states, states.c.line_id == lines.c.id)
        .outerjoin(particulars, particulars.c.person_id == lines.c.person_id)
        .outerjoin(added_names, added_names.c.line_id == lines.c.id)
        .where(within(actor, lines.c.area_id))
    )


async def _homes(
    tx: Transaction, actor: Actor, chosen: ColumnElement[bool], limit: int | None = None
) -> Sequence[Home]:
    wanted = select(households, sites.c.name.label("shelter_name"))
    wanted = wanted.outerjoin(sites, sites.c.id == households.c.shelter_id)
    wanted = wanted.where(chosen, within(actor, households.c.area_id)).order_by(households.c.household_id).limit(limit)
    return [
        Home(
            row.household_id,
            row.area_id,
            row.responsible_a_id,
            row.responsible_b_id,
            row.assembly_point,
            row.shelter_id,
            row.shelter_name,
            row.route,
        )
        for row in await tx.rows(wanted)
    ]


def line_of(row: Row[Any]) -> Line:
    return Line(
        id=row.id,
        order=row.order_id,
        area=row.area_id,
        number=row.number,
        person=row.person_id,
        household=row.household_id,
        name=row.name,
        needs=tuple(row.needs.split()),
        added=row.added,
        state=PersonState(row.state) if row.state else PersonState.UNKNOWN,
        missing=True if row.missing is None else row.missing,
        verified=bool(row.verified),
        conflict=bool(row.conflict),
        report=row.report_id,
        to_check=row.to_check_id,
        shelter=row.shelter_id,
        happened_at=row.happened_at,
        refusals=row.refusals or 0,
    )


def _group(row: Row[Any]) -> Group:
    return Group(
        row.order_id,
        row.area_id,
        row.name,
        row.village_id,
        row.households,
        row.people,
        row.told_through,
        row.told_at,
        row.checked_at,
        row.return_at,
    )


async def disputed(tx: Transaction, actor: Actor, order_id: int, *, after: int = 0, limit: int = 200) -> Sequence[Line]:
    """Return the rows on which reports disagree, or one waits to be checked."""
    doubtful = or_(states.c.conflict, states.c.to_check_id.is_not(None))
    wanted = joined(actor).where(lines.c.order_id == order_id, doubtful, lines.c.id > after)
    return [line_of(row) for row in await tx.rows(wanted.order_by(lines.c.id).limit(limit))]


async def named(tx: Transaction, actor: Actor, order_id: int, name: str, *, limit: int = 20) -> Sequence[Line]:
    """Return the rows of people with this name: who stands at a shelter's door says it."""
    wanted = joined(actor).where(lines.c.order_id == order_id)
    said = func.coalesce(particulars.c.name, added_names.c.name) == name.strip()
    return [line_of(row) for row in await tx.rows(wanted.where(said).order_by(lines.c.id).limit(limit))]
