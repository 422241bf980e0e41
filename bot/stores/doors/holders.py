"""Whom a door task can be asked of, rung by rung: who has a working address, and is not who is looked for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import exists, select

from audiences.stores.tables import (
    address_owners,
    addresses,
    area_closure,
    organisation_members,
    organisations,
    people,
)
from bot.cases.door_task import Rung
from bot.stores.doors.places import Place
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

OFFICE_OF: Final[Mapping[Rung, str]] = {
    Rung.COMMITTEE: "village_committee",
    Rung.TOWNSHIP: "township_office",
    Rung.COUNTY: "command_centre",
}
LAST_RESORT: Final = Rung.COUNTY


@dataclass(frozen=True, slots=True)
class Holder:
    """Of whom a task is asked: a person, or whoever sits in an office; neither where nobody is known."""

    rung: Rung
    person: int | None = None
    office: int | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """Who lives where and can be told, and which offices answer for an area."""

    homes: Mapping[int, int | None] = field(default_factory=dict)
    told: frozenset[int] = frozenset()
    offices: Mapping[tuple[int, str], Sequence[int]] = field(default_factory=dict)  # the nearest first
    members: Mapping[int, Sequence[int]] = field(default_factory=dict)


async def of_places(
    tx: Transaction, actor: Actor, places: Mapping[str, Place], stairs: Mapping[str, Sequence[Rung]]
) -> Mapping[str, Sequence[Holder]]:
    """Return who can be asked of each place, in the order of its stairs; never none. Four statements.

    Whoever has no working address is passed over at once, and so is whoever lives behind that very door.
    """
    actor.require_hub()
    offices = await _offices(tx, {each.area for each in places.values()})
    members = await _members(tx, {office for found in offices.values() for office in found})
    asked = {person for each in places.values() for person in each.responsible if person is not None}
    asked |= {person for seated in members.values() for person in seated}
    known = _Known(*await _people(tx, asked), offices, members)
    return {key: _stairs(place, stairs[key], known) for key, place in places.items()}


def _stairs(place: Place, stairs: Sequence[Rung], known: _Known) -> Sequence[Holder]:
    found = [holder for rung in stairs if (holder := _holder(place, rung, known)) is not None]
    last = _holder(place, LAST_RESORT, known)
    return found or [last or Holder(stairs[-1])]


def _holder(place: Place, rung: Rung, known: _Known) -> Holder | None:
    kind = OFFICE_OF.get(rung)
    if kind is None:
        person = place.responsible[0 if rung is Rung.PERSON_A else 1]
        return Holder(rung, person=person) if person is not None and _can(place, person, known) else None
    for office in known.offices.get((place.area, kind), ()):
        if any(_can(place, person, known) for person in known.members.get(office, ())):
            return Holder(rung, office=office)
    return None


def _can(place: Place, person: int, known: _Known) -> bool:
    behind = place.household is not None and known.homes.get(person) == place.household
    return person in known.told and person != place.person and not behind


async def _offices(tx: Transaction, area_ids: Collection[int]) -> Mapping[tuple[int, str], Sequence[int]]:
    up = organisations.join(area_closure, area_closure.c.ancestor_id == organisations.c.area_id)
    chosen = select(area_closure.c.descendant_id, organisations.c.id, organisations.c.kind).select_from(up)
    here = among(tx, area_closure.c.descendant_id, sorted(area_ids)) & organisations.c.gone_at.is_(None)
    chosen = chosen.where(here, organisations.c.kind.in_(list(OFFICE_OF.values())))
    found: dict[tuple[int, str], list[int]] = {}
    for row in await tx.rows(chosen.order_by(area_closure.c.depth, organisations.c.id)):
        found.setdefault((row.descendant_id, row.kind), []).append(row.id)
    return found


async def _members(tx: Transaction, office_ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    member = organisation_members.c
    sitting = among(tx, member.organisation_id, sorted(office_ids)) & member.gone_at.is_(None)
    found: dict[int, list[int]] = {}
    for row in await tx.rows(select(member.organisation_id, member.person_id).where(sitting)):
        found.setdefault(row.organisation_id, []).append(row.person_id)
    return found


async def _people(tx: Transaction, person_ids: Collection[int]) -> tuple[Mapping[int, int | None], frozenset[int]]:
    """Return where these people live, and who of them has an address at which they can be told."""
    owner = address_owners.c
    working = addresses.c.closed_at.is_(None) & addresses.c.stopped_at.is_(None) & addresses.c.value.is_not(None)
    held = address_owners.join(addresses, addresses.c.id == owner.address_id)
    reached = exists(
        select(1).select_from(held).where(owner.person_id == people.c.id, owner.until_at.is_(None), working)
    )
    chosen = select(people.c.id, people.c.household_id, reached.label("reached"))
    here = among(tx, people.c.id, sorted(person_ids)) & people.c.gone_at.is_(None)
    rows = await tx.rows(chosen.where(here))
    return {row.id: row.household_id for row in rows}, frozenset(row.id for row in rows if row.reached)
