"""Whose rolls are whose: for which groups of open orders somebody answers, or sits above."""

from collections.abc import Sequence

from sqlalchemy import exists, literal, or_, select

from audiences.stores.scope import below
from bot.stores.evacuation.roll import answers_for
from bot.stores.evacuation.tables import groups, households, orders
from ground.actor import Actor
from ground.transaction import Transaction


async def answered_by(tx: Transaction, actor: Actor, person: int) -> Sequence[tuple[int, int]]:
    """Return (order, group) of every open roll in which somebody answers for a household, the newest order first."""
    actor.require_hub()
    wanted = (
        select(households.c.order_id, households.c.area_id)
        .distinct()
        .join(orders, orders.c.id == households.c.order_id)
        .where(answers_for(person), orders.c.lifted_at.is_(None))
        .order_by(households.c.order_id.desc(), households.c.area_id)
    )
    return [(row.order_id, row.area_id) for row in await tx.rows(wanted)]


async def in_areas(tx: Transaction, actor: Actor, area_ids: Sequence[int]) -> Sequence[tuple[int, int]]:
    """Return (order, group) of every open roll in or below these areas, the newest order first."""
    actor.require_hub()
    if not area_ids:
        return []
    here = or_(*(below(area, groups.c.area_id) for area in area_ids))
    wanted = select(groups.c.order_id, groups.c.area_id).join(orders, orders.c.id == groups.c.order_id)
    rows = await tx.rows(
        wanted.where(here, orders.c.lifted_at.is_(None)).order_by(groups.c.order_id.desc(), groups.c.area_id)
    )
    return [(row.order_id, row.area_id) for row in rows]


async def of_roll(
    tx: Transaction, actor: Actor, order_id: int, area_id: int, *, person: int, area_ids: Sequence[int]
) -> tuple[bool, bool]:
    """Return whether somebody answers for households of one roll, and whether it lies in or below these areas."""
    actor.require_hub()
    theirs = exists().where(households.c.order_id == order_id, households.c.area_id == area_id, answers_for(person))
    here = or_(*(below(area, groups.c.area_id) for area in area_ids)) if area_ids else literal(value=False)
    lies = exists().where(groups.c.order_id == order_id, groups.c.area_id == area_id, here)
    row = await tx.row(select(theirs.label("own"), lies.label("wide")))
    return (bool(row.own), bool(row.wide)) if row else (False, False)
