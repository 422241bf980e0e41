"""Organisations as they are kept, with their members."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from audiences.errors import UnknownOrganisation
from audiences.organisations import Organisation
from audiences.stores.scope import below, within
from audiences.stores.tables import organisation_members, organisations
from ground.actor import Actor
from ground.transaction import Transaction

_COLUMNS = (organisations.c.id, organisations.c.kind, organisations.c.name, organisations.c.area_id)


async def load(tx: Transaction, actor: Actor, organisation_id: int) -> Organisation:
    chosen = (organisations.c.id == organisation_id) & within(actor, organisations.c.area_id)
    row = await tx.row(select(*_COLUMNS).where(chosen))
    if row is None:
        raise UnknownOrganisation(organisation=organisation_id)
    return _organisation(row)


async def in_area(
    tx: Transaction, actor: Actor, area: int, *, kind: str | None = None, after: int = 0, limit: int = 100
) -> Sequence[Organisation]:
    """Return the organisations of an area and below, a page at a time in the order of their ids."""
    chosen = below(area, organisations.c.area_id) & within(actor, organisations.c.area_id)
    if kind is not None:
        chosen &= organisations.c.kind == kind
    page = select(*_COLUMNS).where(chosen, organisations.c.gone_at.is_(None), organisations.c.id > after)
    return [_organisation(row) for row in await tx.rows(page.order_by(organisations.c.id).limit(limit))]


async def members(tx: Transaction, actor: Actor, organisation_id: int) -> Sequence[int]:
    """Return the ids of the people who are members now."""
    await load(tx, actor, organisation_id)
    mine = organisation_members.c.organisation_id == organisation_id
    present = organisation_members.c.gone_at.is_(None)
    person = organisation_members.c.person_id
    return await tx.values(select(person).where(mine, present).order_by(person))


def _organisation(row: Row[Any]) -> Organisation:
    return Organisation(row.id, row.kind, row.name, row.area_id)
