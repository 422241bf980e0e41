"""Who is asked to show a site: whoever watches or patrols it, and how they are called by those above."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Row, Select, case, func, select

from audiences.duties import Duty
from audiences.stores.reach.usable import usable
from audiences.stores.scope import lasting, reachable, within
from audiences.stores.tables import (
    address_owners,
    addresses,
    area_closure,
    areas,
    particulars,
    people,
    posts,
    sites,
    terms,
)
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

WATCHING: Final = (Duty.MONITOR, Duty.PATROL, Duty.TECHNICAL)
"""Who is asked first; the technical one where nobody watches."""
CALLED: Final = ("sms", "voice")


@dataclass(frozen=True, slots=True)
class Place:
    """What is to be checked. `person` None: nobody holds the duty. `reachable`: one of their addresses can be used."""

    site: int | None
    area: int
    person: int | None
    reachable: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody by name, with the number under which they can be rung up."""

    person: int
    name: str = field(repr=False)
    phone: str = field(repr=False)

    @property
    def said(self) -> str:
        return f"{self.name} {self.phone}".strip()


async def of_sites(
    tx: Transaction, actor: Actor, site_ids: Sequence[int], now: int, *, channels: Sequence[str] = CALLED
) -> Sequence[Place]:
    """Return the sites of the actor's area, each with whoever is to be asked: the first whom anything reaches.

    Holders come before their deputies, and duties in the order of WATCHING; where nothing reaches any of them, the
    first is named nevertheless.
    """
    mine = among(tx, sites.c.id, list(site_ids)) & within(actor, sites.c.area_id) & sites.c.gone_at.is_(None)
    known = await tx.rows(select(sites.c.id, sites.c.area_id).where(mine).order_by(sites.c.id))
    held = await tx.rows(_held(now).where(among(tx, posts.c.site_id, [row.id for row in known])))
    reachable = await _reachable(tx, [each for row in held for each in (row.holder_id, row.deputy_id)], now, channels)
    places = []
    for row in known:
        mine_to_ask = _in_turn([each for each in held if each.site_id == row.id])
        first = next((each for each in mine_to_ask if each in reachable), next(iter(mine_to_ask), None))
        places.append(Place(row.id, row.area_id, first, first in reachable))
    return places


async def of_people(
    tx: Transaction, actor: Actor, person_ids: Sequence[int], now: int, *, channels: Sequence[str] = CALLED
) -> Sequence[Place]:
    """Return people within the actor's reach, each with the site in the actor's area that they watch, if any."""
    mine = among(tx, people.c.id, list(person_ids)) & people.c.gone_at.is_(None) & reachable(actor, now)
    known = await tx.rows(select(people.c.id, people.c.area_id).where(mine).order_by(people.c.id))
    ids = [row.id for row in known]
    theirs = (among(tx, terms.c.holder_id, ids) | among(tx, terms.c.deputy_id, ids)) & within(actor, posts.c.area_id)
    watched: dict[int, Row[Any]] = {}
    for row in await tx.rows(_held(now).where(theirs, posts.c.site_id.is_not(None))):
        for person in (row.holder_id, row.deputy_id):
            watched.setdefault(person, row)
    told = await _reachable(tx, ids, now, channels)
    found = [Place(watched[each].site_id, watched[each].area_id, each, each in told) for each in ids if each in watched]
    at_home = among(tx, people.c.id, [each for each in ids if each not in watched]) & within(actor, people.c.area_id)
    rows = await tx.rows(select(people.c.id, people.c.area_id).where(at_home).order_by(people.c.id))
    return [*found, *(Place(None, row.area_id, row.id, row.id in told) for row in rows)]


async def reached(tx: Transaction, actor: Actor, person_ids: Sequence[int], now: int) -> Mapping[int, Reached]:
    """Return names and numbers of people who were asked."""
    actor.require_hub()
    ids = sorted(set(person_ids))
    names = await tx.rows(select(particulars).where(among(tx, particulars.c.person_id, ids)))
    phones = (
        select(address_owners.c.person_id, addresses.c.value)
        .join(addresses, addresses.c.id == address_owners.c.address_id)
        .where(among(tx, address_owners.c.person_id, ids), usable(CALLED, now))
        .order_by(address_owners.c.person_id, address_owners.c.rank.desc(), addresses.c.id.desc())
    )
    numbers = {row.person_id: row.value for row in await tx.rows(phones)}
    return {row.person_id: Reached(row.person_id, row.name or "", numbers.get(row.person_id, "")) for row in names}


async def names_of_sites(tx: Transaction, actor: Actor, site_ids: Sequence[int]) -> Mapping[int, str]:
    mine = among(tx, sites.c.id, sorted(set(site_ids))) & within(actor, sites.c.area_id)
    return {row.id: row.name for row in await tx.rows(select(sites.c.id, sites.c.name).where(mine))}


async def area_named(tx: Transaction, actor: Actor, area_id: int) -> str:
    mine = (areas.c.id == area_id) & within(actor, areas.c.id)
    return str(await tx.value(select(areas.c.name).where(mine)) or "")


async def lowest_around(tx: Transaction, actor: Actor, area_ids: Sequence[int]) -> int | None:
    """Return the lowest area that holds all of these: whoever sees it sees what is told there."""
    actor.require_hub()
    ids = sorted(set(area_ids))
    around = (
        select(area_closure.c.ancestor_id)
        .where(among(tx, area_closure.c.descendant_id, ids))
        .group_by(area_closure.c.ancestor_id)
        .having(func.count() == len(ids))
        .order_by(func.sum(area_closure.c.depth), area_closure.c.ancestor_id)
        .limit(1)
    )
    found = await tx.value(around)
    return None if found is None else int(found)


async def _reachable(
    tx: Transaction, person_ids: Sequence[int | None], now: int, channels: Sequence[str]
) -> frozenset[int]:
    """Return those of the people who have an address that can be used now."""
    ids = sorted({each for each in person_ids if each is not None})
    owned = address_owners.join(addresses, addresses.c.id == address_owners.c.address_id)
    mine = among(tx, address_owners.c.person_id, ids) & usable(channels, now)
    return frozenset(await tx.values(select(address_owners.c.person_id).select_from(owned).where(mine).distinct()))


def _in_turn(held: Sequence[Row[Any]]) -> list[int]:
    """Return whom to ask first: all holders, then all deputies."""
    holders, deputies = [each.holder_id for each in held], [each.deputy_id for each in held if each.deputy_id]
    return list(dict.fromkeys([*holders, *deputies]))


def _held(now: int) -> Select[Any]:
    order = case({duty.value: place for place, duty in enumerate(WATCHING)}, value=posts.c.duty)
    columns = (posts.c.site_id, posts.c.area_id, terms.c.holder_id, terms.c.deputy_id)
    return (
        select(*columns)
        .select_from(posts.join(terms, terms.c.post_id == posts.c.id))
        .where(posts.c.duty.in_(WATCHING), posts.c.gone_at.is_(None), lasting(now))
        .order_by(order, posts.c.rank, posts.c.id)
    )
