"""Door tasks by name: whose door it is and where, who is asked to knock, and how both can be rung up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select

from audiences.stores.tables import (
    address_owners,
    addresses,
    areas,
    needs,
    organisation_members,
    organisations,
    particulars,
    people,
)
from bot.cases.door_values import DoorTask
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

CALLED: Final = ("sms", "voice")  # addresses that somebody can ring up
SEATS_SHOWN: Final = 3  # of an office


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person with the numbers under which they can be rung up."""

    person: int
    name: str = field(repr=False)
    phones: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Door:
    """A task in words. `name` is empty where it is about a whole village, or where the name was erased."""

    task: DoorTask
    village: str
    place: str
    name: str = field(repr=False)
    people: int
    phones: tuple[str, ...] = field(repr=False)
    needs: tuple[str, ...]
    office: str  # where it is asked of one
    asked: tuple[Somebody, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    areas: Mapping[int, str]
    homes: Mapping[int, Sequence[int]]  # household → who lives there
    offices: Mapping[int, str]
    members: Mapping[int, Sequence[int]]
    names: Mapping[int, str] = field(repr=False)
    phones: Mapping[int, tuple[str, ...]] = field(repr=False)
    needs: Mapping[int, Sequence[str]]


async def of_tasks(tx: Transaction, actor: Actor, tasks: Sequence[DoorTask]) -> Sequence[Door]:
    """Return the tasks in words, in their order; six statements, however many there are."""
    actor.require_hub()
    homes = await _living(tx, {each.household for each in tasks if each.household})
    offices, members = await _offices(tx, {each.office for each in tasks if each.office})
    everybody = {each.person for each in tasks if each.person}
    everybody |= {person for each in tasks for person in (each.holder, each.accepted_by) if person}
    everybody |= {person for seated in members.values() for person in seated}
    everybody |= {person for living in homes.values() for person in living}
    known = _Known(
        await _areas(tx, {area for each in tasks for area in (each.area, each.village)}),
        homes,
        offices,
        members,
        await _names(tx, everybody),
        await _phones(tx, everybody),
        await _needs(tx, everybody),
    )
    return [_door(each, known) for each in tasks]


def _door(task: DoorTask, known: _Known) -> Door:
    living = [task.person] if task.person else list(known.homes.get(task.household or 0, ()))
    codes = sorted({code for each in living for code in known.needs.get(each, ())})
    phones = dict.fromkeys(phone for each in living for phone in known.phones.get(each, ()))
    seated = known.members.get(task.office or 0, ())[:SEATS_SHOWN]
    asked = [task.accepted_by] if task.accepted_by else [task.holder] if task.holder else seated
    return Door(
        task=task,
        village=known.areas.get(task.village, ""),
        place=known.areas.get(task.area, ""),
        name=next((known.names[each] for each in living if each in known.names), ""),
        people=len(living),
        phones=tuple(phones),
        needs=tuple(codes),
        office=known.offices.get(task.office or 0, ""),
        asked=tuple(Somebody(each, known.names.get(each, ""), known.phones.get(each, ())) for each in asked if each),
    )


async def members_of(tx: Transaction, actor: Actor, office_ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    """Return who sits in offices."""
    actor.require_hub()
    return (await _offices(tx, office_ids))[1]


async def _areas(tx: Transaction, ids: Collection[int]) -> Mapping[int, str]:
    rows = await tx.rows(select(areas.c.id, areas.c.name).where(among(tx, areas.c.id, sorted(ids))))
    return {row.id: row.name for row in rows}


async def _living(tx: Transaction, ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    here = among(tx, people.c.household_id, sorted(ids)) & people.c.gone_at.is_(None)
    found: dict[int, list[int]] = {}
    for row in await tx.rows(select(people.c.household_id, people.c.id).where(here).order_by(people.c.id)):
        found.setdefault(row.household_id, []).append(row.id)
    return found


async def _offices(tx: Transaction, ids: Collection[int]) -> tuple[Mapping[int, str], Mapping[int, Sequence[int]]]:
    member = organisation_members.c
    seats = organisations.outerjoin(
        organisation_members, (member.organisation_id == organisations.c.id) & member.gone_at.is_(None)
    )
    chosen = select(organisations.c.id, organisations.c.name, member.person_id).select_from(seats)
    rows = await tx.rows(chosen.where(among(tx, organisations.c.id, sorted(ids))).order_by(member.person_id))
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.id, []).extend([row.person_id] if row.person_id else [])
    return {row.id: row.name for row in rows}, found


async def _names(tx: Transaction, ids: Collection[int]) -> Mapping[int, str]:
    rows = await tx.rows(select(particulars).where(among(tx, particulars.c.person_id, sorted(ids))))
    return {row.person_id: row.name for row in rows}


async def _phones(tx: Transaction, ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    owner = address_owners.c
    working = addresses.c.closed_at.is_(None) & addresses.c.value.is_not(None) & addresses.c.channel.in_(CALLED)
    chosen = select(owner.person_id, addresses.c.value).join(addresses, addresses.c.id == owner.address_id)
    chosen = chosen.where(among(tx, owner.person_id, sorted(ids)), owner.until_at.is_(None), working)
    found: dict[int, tuple[str, ...]] = {}
    for row in await tx.rows(chosen.order_by(owner.person_id, owner.rank, addresses.c.id)):
        found[row.person_id] = tuple(dict.fromkeys((*found.get(row.person_id, ()), row.value)))
    return found


async def _needs(tx: Transaction, ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    found: dict[int, list[str]] = {}
    for row in await tx.rows(select(needs).where(among(tx, needs.c.person_id, sorted(ids)))):
        found.setdefault(row.person_id, []).append(row.code)
    return found
