"""The limits of sites: what a water level is held against, in whole centimetres."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from audiences.sites import WaterLimits
from audiences.stores.scope import within
from audiences.stores.tables import site_limits, sites
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction


async def of_sites(tx: Transaction, actor: Actor, site_ids: Sequence[int]) -> Mapping[int, WaterLimits]:
    """Return the limits of those sites of the actor's area that have any."""
    joined = site_limits.join(sites, sites.c.id == site_limits.c.site_id)
    mine = among(tx, sites.c.id, list(site_ids)) & within(actor, sites.c.area_id) & site_limits.c.gone_at.is_(None)
    columns = (site_limits.c.site_id, site_limits.c.flood_limit, site_limits.c.crest)
    rows = await tx.rows(select(*columns).select_from(joined).where(mine))
    return {row.site_id: WaterLimits(row.flood_limit, row.crest) for row in rows}
