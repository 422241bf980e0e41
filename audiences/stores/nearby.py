"""Villages near a point, by the sites that are known there: a village has no point of its own."""

import math
from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select

from audiences.areas import Choice, Level
from audiences.stores.areas import AREA_COLUMNS, PRESENT, area_of
from audiences.stores.gazetteer import paths_to
from audiences.stores.scope import within
from audiences.stores.tables import area_closure, areas, sites
from ground.actor import Actor
from ground.transaction import Transaction

FARTHEST: Final = 0.15  # degrees of latitude: some 16 km
SHOWN: Final = 5


async def villages_near(tx: Transaction, actor: Actor, latitude: float, longitude: float) -> Sequence[Choice]:
    """Return the villages with a known site within some kilometres, nearest first."""
    narrow = math.cos(math.radians(latitude)) or 1e-6
    across, along = sites.c.latitude - latitude, (sites.c.longitude - longitude) * narrow
    box = sites.c.latitude.between(latitude - FARTHEST, latitude + FARTHEST) & sites.c.longitude.between(
        longitude - FARTHEST / narrow, longitude + FARTHEST / narrow
    )
    joined = sites.join(area_closure, area_closure.c.descendant_id == sites.c.area_id)
    joined = joined.join(areas, areas.c.id == area_closure.c.ancestor_id)
    nearest = func.min(across * across + along * along)
    chosen = (
        select(*AREA_COLUMNS)
        .select_from(joined)
        .where(box, sites.c.gone_at.is_(None), areas.c.level == Level.VILLAGE, PRESENT, within(actor, areas.c.id))
        .group_by(*AREA_COLUMNS)
        .order_by(nearest, areas.c.code)
        .limit(SHOWN)
    )
    found = [area_of(row) for row in await tx.rows(chosen)]
    paths = await paths_to(tx, actor, [area.id for area in found])
    return [Choice(area, paths[area.id]) for area in found]
