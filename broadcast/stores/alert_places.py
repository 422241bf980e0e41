"""Which areas of the directory a warning's geocodes name, and which area holds them all."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select

from audiences.stores.scope import within
from audiences.stores.tables import area_closure, areas
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

CODES_AT_MOST: Final = 100
"""A message that names more areas than this is aimed by hand."""


async def known_codes(tx: Transaction, actor: Actor, codes: Sequence[str]) -> Sequence[str]:
    """Return those of the codes that are areas of the actor's."""
    named = among(tx, areas.c.code, codes) & areas.c.gone_at.is_(None)
    return await tx.values(select(areas.c.code).where(named, within(actor, areas.c.id)).order_by(areas.c.code))


async def smallest_around(tx: Transaction, actor: Actor, codes: Sequence[str]) -> int | None:
    """Return the smallest area of the actor's that holds all areas so named; the actor's own if none is known."""
    named = select(areas.c.id).where(among(tx, areas.c.code, codes), within(actor, areas.c.id)).scalar_subquery()
    held = area_closure.c.descendant_id
    how_many = select(func.count()).where(areas.c.id.in_(named)).scalar_subquery()
    around = (
        select(area_closure.c.ancestor_id)
        .where(held.in_(named), within(actor, area_closure.c.ancestor_id))
        .group_by(area_closure.c.ancestor_id)
        .having(func.count() == how_many)
        .order_by(func.sum(area_closure.c.depth))
        .limit(1)
    )
    found = await tx.value(around)
    return int(found) if found is not None else actor.area
