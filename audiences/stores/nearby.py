"""Which area a point lies in, as far as the directory can say: that of the nearest household or site around it."""

from math import cos, radians

from sqlalchemy import Float, func, literal, select, union_all

from audiences.stores.scope import within
from audiences.stores.tables import households, sites
from ground.actor import Actor
from ground.transaction import Transaction

DEGREES = 0.05  # of latitude: about five kilometres
STEEPEST = 0.1  # of the cosine, so that nothing is divided by zero at a pole


async def area_near(tx: Transaction, actor: Actor, latitude: float, longitude: float) -> int | None:
    """Return the area of the household or site nearest to a point (WGS 84), if any is within a few kilometres."""
    narrow = max(cos(radians(latitude)), STEEPEST)
    near = []
    for table in (households.c, sites.c):
        inside = table.latitude.between(latitude - DEGREES, latitude + DEGREES) & table.longitude.between(
            longitude - DEGREES / narrow, longitude + DEGREES / narrow
        )
        north = func.abs(table.latitude - literal(latitude, Float))
        east = func.abs(table.longitude - literal(longitude, Float)) * narrow
        away = (north * north + east * east).label("away")
        near.append(select(table.area_id, away).where(inside, table.gone_at.is_(None), within(actor, table.area_id)))
    found = union_all(*near).subquery()
    area = await tx.value(select(found.c.area_id).order_by(found.c.away, found.c.area_id).limit(1))
    return None if area is None else int(area)
