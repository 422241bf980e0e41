"""Sites as they are kept."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from audiences.errors import UnknownSite
from audiences.sites import Site
from audiences.stores.scope import below, within
from audiences.stores.tables import sites
from ground.actor import Actor
from ground.transaction import Transaction

_COLUMNS = (sites.c.id, sites.c.kind, sites.c.name, sites.c.area_id, sites.c.latitude, sites.c.longitude)


async def load(tx: Transaction, actor: Actor, site_id: int) -> Site:
    row = await tx.row(select(*_COLUMNS).where(sites.c.id == site_id, within(actor, sites.c.area_id)))
    if row is None:
        raise UnknownSite(site=site_id)
    return _site(row)


async def in_area(
    tx: Transaction, actor: Actor, area: int, *, kind: str | None = None, after: int = 0, limit: int = 100
) -> Sequence[Site]:
    """Return the sites of an area and below, a page at a time in the order of their ids."""
    chosen = below(area, sites.c.area_id) & within(actor, sites.c.area_id)
    if kind is not None:
        chosen &= sites.c.kind == kind
    page = select(*_COLUMNS).where(chosen, sites.c.gone_at.is_(None), sites.c.id > after)
    return [_site(row) for row in await tx.rows(page.order_by(sites.c.id).limit(limit))]


def _site(row: Row[Any]) -> Site:
    return Site(row.id, row.kind, row.name, row.area_id, row.latitude, row.longitude)
