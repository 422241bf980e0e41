"""Places near a point, by the households and sites that are known there: an area has no point of its own."""

import math
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Float, Subquery, and_, func, literal, select, union_all

from audiences.areas import Choice, Level
from audiences.stores.areas import AREA_COLUMNS, PRESENT, area_of
from audiences.stores.gazetteer import paths_to
from audiences.stores.scope import within
from audiences.stores.tables import area_closure, areas, households, sites
from ground.actor import Actor
from ground.transaction import Transaction

NEAR: Final = 0.05  # degrees of latitude: some five kilometres
FARTHEST: Final = 0.15  # some 16 kilometres
STEEPEST: Final = 0.1  # of the cosine, so that nothing is divided by zero at a pole
SHOWN: Final = 5


async def area_near(tx: Transaction, actor: Actor, latitude: float, longitude: float) -> int | None:
    """Return the area of the household or site nearest to a point (WGS 84), if any is within a few kilometres."""
    near = _around(actor, latitude, longitude, NEAR)
    area = await tx.value(select(near.c.area_id).order_by(near.c.away, near.c.area_id).limit(1))
    return None if area is None else int(area)


async def villages_near(tx: Transaction, actor: Actor, latitude: float, longitude: float) -> Sequence[Choice]:
    """Return the villages of what is known within some kilometres of a point (WGS 84), nearest first."""
    near = _around(actor, latitude, longitude, FARTHEST)
    joined = near.join(area_closure, area_closure.c.descendant_id == near.c.area_id)
    joined = joined.join(areas, areas.c.id == area_closure.c.ancestor_id)
    chosen = (
        select(*AREA_COLUMNS)
        .select_from(joined)
        .where(areas.c.level == Level.VILLAGE, PRESENT, within(actor, areas.c.id))
        .group_by(*AREA_COLUMNS)
        .order_by(func.min(near.c.away), areas.c.code)
        .limit(SHOWN)
    )
    found = [area_of(row) for row in await tx.rows(chosen)]
    paths = await paths_to(tx, actor, [area.id for area in found])
    return [Choice(area, paths[area.id]) for area in found]


def _around(actor: Actor, latitude: float, longitude: float, reach: float) -> Subquery:
    """The areas of households and sites in a box around a point, each with how far away (squared degrees) they are."""
    narrow = max(math.cos(math.radians(latitude)), STEEPEST)
    wide = reach / narrow
    near: list[Any] = []
    for table in (households.c, sites.c):
        box = and_(
            table.latitude.between(latitude - reach, latitude + reach),
            table.longitude.between(longitude - wide, longitude + wide),
        )
        north = table.latitude - literal(latitude, Float)
        east = (table.longitude - literal(longitude, Float)) * narrow
        away = (north * north + east * east).label("away")
        near.append(select(table.area_id, away).where(box, table.gone_at.is_(None), within(actor, table.area_id)))
    return union_all(*near).subquery("near")
