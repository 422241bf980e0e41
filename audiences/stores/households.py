"""Households as they are kept, with the people who live in them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, select

from audiences.errors import UnknownHousehold
from audiences.households import Household
from audiences.stores.scope import below, within
from audiences.stores.tables import households, people
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction


async def load(tx: Transaction, actor: Actor, household_id: int) -> Household:
    found = await _chosen(tx, actor, households.c.id == household_id, limit=1)
    if not found:
        raise UnknownHousehold(household=household_id)
    return found[0]


async def in_area(
    tx: Transaction, actor: Actor, area: int, *, site: int | None = None, after: int = 0, limit: int = 100
) -> Sequence[Household]:
    """Return the households of an area and below, or of those the ones under one dangerous spot, in pages by id."""
    chosen = below(area, households.c.area_id) & (households.c.id > after)
    if site is not None:
        chosen &= households.c.site_id == site
    return await _chosen(tx, actor, chosen, limit)


async def under_site(
    tx: Transaction, actor: Actor, site: int, *, after: int = 0, limit: int = 100
) -> Sequence[Household]:
    """Return the households that live under a dangerous spot, a page at a time in the order of their ids."""
    return await _chosen(tx, actor, (households.c.site_id == site) & (households.c.id > after), limit)


async def _chosen(tx: Transaction, actor: Actor, chosen: ColumnElement[bool], limit: int) -> Sequence[Household]:
    present = households.c.gone_at.is_(None) & within(actor, households.c.area_id)
    rows = await tx.rows(select(households).where(chosen, present).order_by(households.c.id).limit(limit))
    living = among(tx, people.c.household_id, [row.id for row in rows]) & people.c.gone_at.is_(None)
    members: dict[int, list[int]] = {row.id: [] for row in rows}
    for row in await tx.rows(select(people.c.household_id, people.c.id).where(living).order_by(people.c.id)):
        members[row.household_id].append(row.id)
    return [_household(row, members[row.id]) for row in rows]


def _household(row: Row[tuple[int]], members: Sequence[int]) -> Household:
    return Household(
        id=row.id,
        area=row.area_id,
        latitude=row.latitude,
        longitude=row.longitude,
        hazard=row.hazard,
        site=row.site_id,
        responsible_a=row.responsible_a_id,
        responsible_b=row.responsible_b_id,
        assembly_point=row.assembly_point,
        shelter=row.shelter_id,
        route=row.route,
        people=tuple(members),
    )
