"""Whom a shelter's keeper may find: people of open orders whose way leads there, by name or by the code they show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select

from audiences.stores.tables import areas, particulars
from bot.stores.evacuation.pass_tables import codes
from bot.stores.evacuation.roll import Line, joined, line_of
from bot.stores.evacuation.tables import added_names, groups, households, lines, orders
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Expected:
    """A row, the group whose roll it stands on, and whether its household was to come here."""

    line: Line
    place: str
    here: bool


async def named(
    tx: Transaction, actor: Actor, site_id: int, order_ids: Sequence[int], name: str, *, limit: int = 9
) -> Sequence[Expected]:
    """Return the people whose name has this in it: those meant for the shelter first, the very name before others."""
    actor.require_hub()
    called = func.lower(func.coalesce(particulars.c.name, added_names.c.name))
    plain = name.strip().lower()
    wanted = _expected(tx, actor, order_ids).where(called.contains(plain, autoescape=True))
    exact = case((called == plain, 0), else_=1)
    here = case((households.c.shelter_id == site_id, 0), else_=1)
    rows = await tx.rows(wanted.order_by(here, exact, lines.c.id).limit(limit))
    return [_found(row, site_id) for row in rows]


async def behind(
    tx: Transaction, actor: Actor, site_id: int, order_ids: Sequence[int], code: str
) -> Sequence[Expected]:
    """Return whose code it is: everybody of a household, or the one who was found."""
    actor.require_hub()
    theirs = and_(codes.c.order_id == lines.c.order_id, codes.c.code == code)
    same = or_(codes.c.household_id == lines.c.household_id, codes.c.line_id == lines.c.id)
    wanted = _expected(tx, actor, order_ids).join(codes, and_(theirs, same))
    return [_found(row, site_id) for row in await tx.rows(wanted.order_by(lines.c.number))]


async def of_lines(
    tx: Transaction, actor: Actor, site_id: int, order_ids: Sequence[int], line_ids: Sequence[int]
) -> Sequence[Expected]:
    """Return those of the rows that stand on these orders' rolls."""
    actor.require_hub()
    wanted = _expected(tx, actor, order_ids).where(among(tx, lines.c.id, line_ids))
    return [_found(row, site_id) for row in await tx.rows(wanted.order_by(lines.c.id))]


async def groups_coming(
    tx: Transaction, actor: Actor, site_id: int, order_ids: Sequence[int]
) -> Sequence[tuple[int, int, str]]:
    """Return (order, area, name) of the groups of these orders, those whose people are to come here first."""
    actor.require_hub()
    comes = (
        select(func.count())
        .where(
            households.c.order_id == groups.c.order_id,
            households.c.area_id == groups.c.area_id,
            households.c.shelter_id == site_id,
        )
        .scalar_subquery()
    )
    wanted = select(groups.c.order_id, groups.c.area_id, areas.c.name).join(areas, areas.c.id == groups.c.area_id)
    mine = wanted.where(among(tx, groups.c.order_id, order_ids))
    rows = await tx.rows(mine.order_by(case((comes > 0, 0), else_=1), areas.c.code, groups.c.order_id))
    return [(row.order_id, row.area_id, row.name) for row in rows]


def _expected(tx: Transaction, actor: Actor, order_ids: Sequence[int]) -> Select[Any]:
    home = and_(households.c.order_id == lines.c.order_id, households.c.household_id == lines.c.household_id)
    wanted = joined(actor).add_columns(areas.c.name.label("place"), households.c.shelter_id.label("meant"))
    wanted = wanted.join(areas, areas.c.id == lines.c.area_id).outerjoin(households, home)
    return wanted.join(orders, orders.c.id == lines.c.order_id).where(_open(tx, order_ids))


def _open(tx: Transaction, order_ids: Sequence[int]) -> ColumnElement[bool]:
    return among(tx, lines.c.order_id, order_ids) & orders.c.lifted_at.is_(None)


def _found(row: Row[Any], site_id: int) -> Expected:
    return Expected(line_of(row), row.place, row.meant == site_id)
