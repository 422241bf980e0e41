"""Who is asked to show a site: whoever watches or patrols it, and how they are called by those above."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Select, case, func, select

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
    """What is to be checked. `person` None: nobody holds the duty."""

    site: int | None
    area: int
    person: int | None


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody by name, with the number under which they can be rung up."""

    person: int
    name: str = field(repr=False)
    phone: str = field(repr=False)

    @property
    def said(self) -> str:
        return f"{self.name} {self.phone}".strip()


async def of_sites(tx: Transaction, actor: Actor, site_ids: Sequence[int], now: int) -> Sequence[Place]:
    """Return the sites of the actor's area, each with whoever is to be asked."""
    mine = among(tx, sites.c.id, list(site_ids)) & within(actor, sites.c.area_id) & sites.c.gone_at.is_(None)
    known = await tx.rows(select(sites.c.id, sites.c.area_id).where(mine).order_by(sites.c.id))
    here = among(tx, posts.c.site_id, [row.id for row in known])
    first: dict[int, int] = {}
    for row in await tx.rows(_held(now).where(here)):
        first.setdefault(row.site_id, row.holder_id)
    return [Place(row.id, row.area_id, first.get(row.id)) for row in known]


async def of_people(tx: Transaction, actor: Actor, person_ids: Sequence[int], now: int) -> Sequence[Place]:
    """Return people within the actor's reach, each with the site in the actor's area that they watch, if any."""
    mine = among(tx, people.c.id, list(person_ids)) & people.c.gone_at.is_(None) & reachable(actor, now)
    known = await tx.rows(select(people.c.id, people.c.area_id).where(mine).order_by(people.c.id))
    theirs = among(tx, terms.c.holder_id, [row.id for row in known]) & within(actor, posts.c.area_id)
    first: dict[int, Any] = {}
    for row in await tx.rows(_held(now).where(theirs, posts.c.site_id.is_not(None))):
        first.setdefault(row.holder_id, row)
    watched = [Place(first[row.id].site_id, first[row.id].area_id, row.id) for row in known if row.id in first]
    at_home = await _at_home(tx, actor, [row.id for row in known if row.id not in first])
    return [*watched, *at_home]


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


async def _at_home(tx: Transaction, actor: Actor, person_ids: Sequence[int]) -> Sequence[Place]:
    """Whoever watches no site is asked where they live, if that is in the actor's area."""
    mine = among(tx, people.c.id, list(person_ids)) & within(actor, people.c.area_id)
    rows = await tx.rows(select(people.c.id, people.c.area_id).where(mine).order_by(people.c.id))
    return [Place(None, row.area_id, row.id) for row in rows]


def _held(now: int) -> Select[Any]:
    order = case({duty.value: place for place, duty in enumerate(WATCHING)}, value=posts.c.duty)
    columns = (posts.c.site_id, posts.c.area_id, terms.c.holder_id)
    return (
        select(*columns)
        .select_from(posts.join(terms, terms.c.post_id == posts.c.id))
        .where(posts.c.duty.in_(WATCHING), posts.c.gone_at.is_(None), lasting(now))
        .order_by(order, posts.c.rank, posts.c.id)
    )
