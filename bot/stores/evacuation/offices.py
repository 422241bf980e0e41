"""Who sits above a place and is told of its alarms: duty officers, leaders on duty and the offices' own people."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Select, select

from audiences.areas import Level
from audiences.duties import Duty
from audiences.organisations import OrganisationKind
from audiences.sites import SiteKind
from audiences.stores.scope import below, lasting
from audiences.stores.tables import (
    address_owners,
    addresses,
    area_closure,
    areas,
    gateways,
    operators,
    organisation_members,
    organisations,
    posts,
    sites,
    terms,
)
from ground.actor import Actor
from ground.transaction import Transaction

OFFICES: Final = ("township_office", "command_centre", "village_committee")
DUTIES: Final = (Duty.DUTY_OFFICER, Duty.LEADER_ON_DUTY, Duty.ADMINISTRATIVE)
OWN: Final = frozenset({Level.VILLAGE, Level.NATURAL_VILLAGE, Level.GROUP, Level.GRID})
"""The levels at which somebody knows every door."""


async def above(tx: Transaction, actor: Actor, area_id: int, levels: Sequence[str], now: int) -> Sequence[int]:
    """Return the people of the offices at these levels above an area; if there are none, those of the next level up."""
    actor.require_hub()
    rows = await tx.rows(_on_duty(area_id, now).union(_seated(area_id)))
    meant = [row for row in rows if row.level in levels]
    if not meant:
        higher = [row for row in rows if row.level not in OWN]
        nearest = min((row.depth for row in higher), default=0)
        meant = [row for row in higher if row.depth == nearest]
    return sorted({row.person for row in meant})


def _on_duty(area_id: int, now: int) -> Select[Any]:
    up = area_closure.join(areas, areas.c.id == area_closure.c.ancestor_id).join(posts, posts.c.area_id == areas.c.id)
    held = (area_closure.c.descendant_id == area_id) & lasting(now) & posts.c.gone_at.is_(None)
    columns = (terms.c.holder_id.label("person"), areas.c.level, area_closure.c.depth)
    return (
        select(*columns)
        .select_from(up.join(terms, terms.c.post_id == posts.c.id))
        .where(held, posts.c.duty.in_(DUTIES))
    )


def _seated(area_id: int) -> Select[Any]:
    up = area_closure.join(areas, areas.c.id == area_closure.c.ancestor_id)
    sitting = up.join(organisations, organisations.c.area_id == areas.c.id).join(organisation_members)
    there = (area_closure.c.descendant_id == area_id) & organisation_members.c.gone_at.is_(None)
    columns = (organisation_members.c.person_id.label("person"), areas.c.level, area_closure.c.depth)
    office = organisations.c.kind.in_(OFFICES) & organisations.c.gone_at.is_(None)
    return select(*columns).select_from(sitting).where(there, office)


async def gateways_below(tx: Transaction, actor: Actor, area_id: int) -> Sequence[int]:
    """Return the loudspeakers of an area and below."""
    actor.require_hub()
    here = below(area_id, gateways.c.area_id) & gateways.c.gone_at.is_(None)
    return await tx.values(select(gateways.c.id).where(here).order_by(gateways.c.id))


async def own_places(tx: Transaction, actor: Actor, area_ids: Sequence[int]) -> Sequence[tuple[int, str]]:
    """Return those of the areas that are a village or a group, with their names."""
    actor.require_hub()
    mine = areas.c.id.in_(area_ids) & areas.c.level.in_(OWN) & areas.c.gone_at.is_(None)
    rows = await tx.rows(select(areas.c.id, areas.c.name).where(mine).order_by(areas.c.id))
    return [(row.id, row.name) for row in rows]


async def places_within(
    tx: Transaction, actor: Actor, area_ids: Sequence[int], *, limit: int = 40
) -> Sequence[tuple[int, str]]:
    """Return the villages and groups among these areas, each with the groups in it, by their codes."""
    actor.require_hub()
    own = select(areas.c.id).where(areas.c.id.in_(area_ids), areas.c.level.in_(OWN))
    inside = select(area_closure.c.descendant_id).where(area_closure.c.ancestor_id.in_(own))
    mine = areas.c.id.in_(inside) & areas.c.level.in_(OWN) & areas.c.gone_at.is_(None)
    rows = await tx.rows(select(areas.c.id, areas.c.name).where(mine).order_by(areas.c.code).limit(limit))
    return [(row.id, row.name) for row in rows]


async def spots(tx: Transaction, actor: Actor, site_ids: Sequence[int]) -> Sequence[tuple[int, str, int]]:
    """Return (site, name, area) of those sites that are places of danger in a village or a group."""
    actor.require_hub()
    wanted = select(sites.c.id, sites.c.name, sites.c.area_id).join(areas, areas.c.id == sites.c.area_id)
    mine = sites.c.id.in_(site_ids) & sites.c.gone_at.is_(None) & (sites.c.kind != SiteKind.SHELTER)
    rows = await tx.rows(wanted.where(mine, areas.c.level.in_(OWN)).order_by(sites.c.id))
    return [(row.id, row.name, row.area_id) for row in rows]


async def committee_of(tx: Transaction, actor: Actor, village_id: int) -> Sequence[int]:
    """Return the members of a village's committee."""
    actor.require_hub()
    seated = organisation_members.join(organisations)
    there = (organisations.c.area_id == village_id) & (organisations.c.kind == OrganisationKind.VILLAGE_COMMITTEE)
    present = organisation_members.c.gone_at.is_(None) & organisations.c.gone_at.is_(None)
    wanted = select(organisation_members.c.person_id).distinct().select_from(seated).where(there, present)
    return await tx.values(wanted.order_by(organisation_members.c.person_id))


async def is_proven(tx: Transaction, actor: Actor, person: int) -> bool:
    """Say whether every address that a person has was shown to be theirs: what they are sent goes to all of them."""
    actor.require_hub()
    owned = select(addresses.c.verified_at).join(address_owners, address_owners.c.address_id == addresses.c.id)
    theirs = (address_owners.c.person_id == person) & address_owners.c.until_at.is_(None)
    proofs = await tx.values(owned.where(theirs, addresses.c.closed_at.is_(None)))
    return bool(proofs) and None not in proofs


async def person_of(tx: Transaction, actor: Actor, name: str) -> int | None:
    """Return the person behind an actor's name, if the directory knows one."""
    actor.require_hub()
    kind, _, key = name.partition(":")
    if kind == "person":
        return int(key) if key.isdigit() else None
    found = await tx.value(select(operators.c.person_id).where(operators.c.id == key)) if kind == "operator" else None
    return None if found is None else int(found)


async def name_of(tx: Transaction, actor: Actor, area_id: int) -> str:
    actor.require_hub()
    return str(await tx.value(select(areas.c.name).where(areas.c.id == area_id)) or "")


async def names_of(tx: Transaction, actor: Actor, area_ids: Sequence[int]) -> Mapping[int, str]:
    actor.require_hub()
    return {row.id: row.name for row in await tx.rows(select(areas.c.id, areas.c.name).where(areas.c.id.in_(area_ids)))}
