"""Where doors are: area and village of each, its household, persons A and B, whether somebody there is frail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from audiences.stores.tables import area_closure, areas, households, needs, people
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Wanted:
    """A door by its subject: a person, a household, or a whole area. `area` if it is known to be elsewhere."""

    person: int | None
    household: int | None
    area: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of one door."""

    area: int
    village: int
    person: int | None
    household: int | None
    responsible: tuple[int | None, int | None]  # A and B
    frail: bool


async def of_doors(tx: Transaction, actor: Actor, wanted: Mapping[str, Wanted]) -> Mapping[str, Place]:
    """Return the places of doors by their keys, in four statements; whoever is gone from the directory has none."""
    actor.require_hub()
    persons = sorted({each.person for each in wanted.values() if each.person is not None})
    living = select(people.c.id, people.c.area_id, people.c.household_id).where(among(tx, people.c.id, persons))
    homes_of = {row.id: row for row in await tx.rows(living)}
    homes = {each.household for each in wanted.values() if each.household is not None}
    homes |= {row.household_id for row in homes_of.values() if row.household_id is not None}
    known = await tx.rows(select(households).where(among(tx, households.c.id, sorted(homes))))
    by_home = {row.id: row for row in known}
    frail_people, frail_homes = await _frail(tx, persons, sorted(homes))
    places: dict[str, Place] = {}
    for key, each in wanted.items():
        person = homes_of.get(each.person or 0)
        home = by_home.get(each.household or (person.household_id if person else None) or 0)
        area = each.area or (home.area_id if home and each.household else person.area_id if person else None)
        if area is None or (each.person is not None and person is None):
            continue
        charged = (home.responsible_a_id, home.responsible_b_id) if home else (None, None)
        frail = each.person in frail_people if each.person else each.household in frail_homes
        places[key] = Place(area, area, each.person, home.id if home else None, charged, frail)
    return await _with_villages(tx, places)


async def _frail(tx: Transaction, persons: Sequence[int], homes: Sequence[int]) -> tuple[set[int], set[int]]:
    """Return which of the people, and which of the households, need help to move."""
    either = among(tx, people.c.id, persons) | among(tx, people.c.household_id, homes)
    coded = select(people.c.id, people.c.household_id).distinct().join(needs, needs.c.person_id == people.c.id)
    rows = await tx.rows(coded.where(either, people.c.gone_at.is_(None)))
    return {row.id for row in rows}, {row.household_id for row in rows}


async def _with_villages(tx: Transaction, places: Mapping[str, Place]) -> Mapping[str, Place]:
    up = area_closure.join(areas, areas.c.id == area_closure.c.ancestor_id)
    wanted = select(area_closure.c.descendant_id, areas.c.id).select_from(up)
    here = among(tx, area_closure.c.descendant_id, sorted({each.area for each in places.values()}))
    villages = {row.descendant_id: row.id for row in await tx.rows(wanted.where(here, areas.c.level == "village"))}
    return {
        key: Place(
            each.area, villages.get(each.area, each.area), each.person, each.household, each.responsible, each.frail
        )
        for key, each in places.items()
    }
