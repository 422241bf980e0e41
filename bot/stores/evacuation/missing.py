"""The missing list: who is not known to be out of danger, who answers for them, and how to reach both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Integer, and_, case, func, select

from audiences.stores.scope import below, within
from audiences.stores.tables import address_owners, addresses, area_closure, areas, particulars
from bot.cases.evacuation import PersonState
from bot.stores.evacuation.roll import Line, joined, line_of
from bot.stores.evacuation.tables import households, lines, states
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

CALLED: Final = ("sms", "voice")  # addresses that somebody can ring up


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody who answers for others, and the numbers under which they can be rung up."""

    person: int
    name: str | None = field(repr=False)
    phones: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Missing:
    """One person who is not known to be out of danger."""

    line: Line
    area_name: str
    phones: tuple[str, ...] = field(repr=False)
    responsible: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How an area stands, with all that lies below it."""

    area: int
    name: str
    people: int
    missing: int
    settled: int
    urgent: int  # who asks for help, a vehicle or a doctor
    conflicts: int
    to_check: int
    states: Mapping[str, int]


async def listed(
    tx: Transaction, actor: Actor, order_id: int, *, under: int | None = None, after: int = 0, limit: int = 500
) -> Sequence[Missing]:
    """Return who is missing in an area and below, group by group. Four statements, however many people."""
    wanted = joined(actor).add_columns(areas.c.name.label("area_name"))
    wanted = wanted.join(areas, areas.c.id == lines.c.area_id).where(lines.c.order_id == order_id, lines.c.id > after)
    if under is not None:
        wanted = wanted.where(below(under, lines.c.area_id))
    out = func.coalesce(states.c.missing, True)
    rows = await tx.rows(wanted.where(out).order_by(lines.c.id).limit(limit))
    found = [(line_of(row), row.area_name) for row in rows]
    answering = await responsible_for(tx, actor, order_id, [line.household for line, _ in found if line.household])
    phones = await _phones_of(tx, [line.person for line, _ in found if line.person])
    return [
        Missing(line, name, phones.get(line.person or 0, ()), answering.get(line.household or 0, ()))
        for line, name in found
    ]


async def tallies(tx: Transaction, actor: Actor, order_id: int, area_ids: Sequence[int]) -> Mapping[int, Tally]:
    """Return how each of these areas stands, with all that lies below it; those without a roll are left out."""
    state = func.coalesce(states.c.state, PersonState.UNKNOWN.value).label("state")
    out = case((func.coalesce(states.c.missing, True), 1), else_=0)
    counted = (
        select(
            area_closure.c.ancestor_id,
            areas.c.name,
            state,
            func.count().label("people"),
            func.sum(out).cast(Integer).label("missing"),
            func.sum(case((states.c.conflict, 1), else_=0)).cast(Integer).label("conflicts"),
            func.sum(case((states.c.to_check_id.is_not(None), 1), else_=0)).cast(Integer).label("to_check"),
        )
        .select_from(lines)
        .join(area_closure, area_closure.c.descendant_id == lines.c.area_id)
        .join(areas, areas.c.id == area_closure.c.ancestor_id)
        .outerjoin(states, states.c.line_id == lines.c.id)
        .where(lines.c.order_id == order_id, within(actor, lines.c.area_id))
        .where(among(tx, area_closure.c.ancestor_id, area_ids))
        .group_by(area_closure.c.ancestor_id, areas.c.name, state)
    )
    rows = await tx.rows(counted.order_by(area_closure.c.ancestor_id))
    return {
        area: _tally(area, [row for row in rows if row.ancestor_id == area]) for area in {r.ancestor_id for r in rows}
    }


async def responsible_for(
    tx: Transaction, actor: Actor, order_id: int, household_ids: Sequence[int]
) -> Mapping[int, tuple[Reached, ...]]:
    """Return household → persons A and B with their numbers."""
    mine = and_(households.c.order_id == order_id, among(tx, households.c.household_id, sorted(set(household_ids))))
    columns = (households.c.household_id, households.c.responsible_a_id, households.c.responsible_b_id)
    rows = await tx.rows(select(*columns).where(mine, within(actor, households.c.area_id)))
    people = sorted({each for row in rows for each in (row.responsible_a_id, row.responsible_b_id) if each})
    named = await tx.rows(select(particulars).where(among(tx, particulars.c.person_id, people)))
    names, phones = {row.person_id: row.name for row in named}, await _phones_of(tx, people)
    reached = {each: Reached(each, names.get(each), phones.get(each, ())) for each in people}
    return {
        row.household_id: tuple(reached[each] for each in (row.responsible_a_id, row.responsible_b_id) if each)
        for row in rows
    }


async def phones_of_lines(tx: Transaction, actor: Actor, line_ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """Return line → the numbers of its person."""
    mine = among(tx, lines.c.id, line_ids) & within(actor, lines.c.area_id) & lines.c.person_id.is_not(None)
    people = {row.id: row.person_id for row in await tx.rows(select(lines.c.id, lines.c.person_id).where(mine))}
    phones = await _phones_of(tx, list(people.values()))
    return {line: phones[person] for line, person in people.items() if person in phones}


async def _phones_of(tx: Transaction, people: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """Return the numbers of people who stand on a roll, or answer for it, that can be rung up."""
    working = (
        select(address_owners.c.person_id, addresses.c.value)
        .join(addresses, addresses.c.id == address_owners.c.address_id)
        .where(among(tx, address_owners.c.person_id, sorted(set(people))), address_owners.c.until_at.is_(None))
        .where(addresses.c.channel.in_(CALLED), addresses.c.closed_at.is_(None), addresses.c.value.is_not(None))
        .order_by(address_owners.c.person_id, address_owners.c.rank, addresses.c.id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in await tx.rows(working):
        found[row.person_id] = tuple(dict.fromkeys((*found.get(row.person_id, ()), row.value)))
    return found


def _tally(area: int, rows: Sequence[Any]) -> Tally:
    by_state = {row.state: row.people for row in rows}
    people, missing = sum(by_state.values()), sum(row.missing for row in rows)
    urgent = (PersonState.NEED_HELP, PersonState.NEEDS_MEDICAL, PersonState.NEEDS_VEHICLE)
    return Tally(
        area=area,
        name=rows[0].name,
        people=people,
        missing=missing,
        settled=people - missing,
        urgent=sum(by_state.get(state, 0) for state in urgent),
        conflicts=sum(row.conflicts for row in rows),
        to_check=sum(row.to_check for row in rows),
        states=by_state,
    )
