"""Offices: which committee, township office or command centre answers for a place, looked for from there upwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, func, select

from audiences.stores.scope import within
from audiences.stores.tables import area_closure, organisation_members, organisations
from ground.actor import Actor
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Office:
    """An organisation that answers for a place: where it sits, and who its members are."""

    organisation: int
    kind: str
    area: int
    members: tuple[int, ...]


async def nearest(tx: Transaction, actor: Actor, area: int, kind: str) -> Office | None:
    """Return the office of this kind that answers for an area: its own, or that of the nearest area above.

    The area must lie in the actor's; the office may sit above: whom to turn to is no secret of the county's.
    """
    above = organisations.join(area_closure, area_closure.c.ancestor_id == organisations.c.area_id)
    here = and_(area_closure.c.descendant_id == area, within(actor, area_closure.c.descendant_id))
    chosen = (
        select(organisations.c.id, organisations.c.kind, organisations.c.area_id)
        .select_from(above)
        .where(here, organisations.c.kind == kind, organisations.c.gone_at.is_(None))
        .order_by(area_closure.c.depth, organisations.c.id)
        .limit(1)
    )
    return _office(await tx.rows(_with_members(chosen)))


async def topmost(tx: Transaction, actor: Actor, kind: str) -> Office | None:
    """Return the office of this kind that sits highest in the actor's area: for what nobody knows the place of."""
    height = (
        select(func.count())
        .where(area_closure.c.descendant_id == organisations.c.area_id)
        .correlate(organisations)
        .scalar_subquery()
    )
    chosen = (
        select(organisations.c.id, organisations.c.kind, organisations.c.area_id)
        .where(organisations.c.kind == kind, organisations.c.gone_at.is_(None), within(actor, organisations.c.area_id))
        .order_by(height, organisations.c.id)
        .limit(1)
    )
    return _office(await tx.rows(_with_members(chosen)))


async def by_id(tx: Transaction, actor: Actor, organisation_id: int) -> Office | None:
    """Return one office of the actor's area, or none."""
    chosen = select(organisations.c.id, organisations.c.kind, organisations.c.area_id).where(
        organisations.c.id == organisation_id, within(actor, organisations.c.area_id)
    )
    return _office(await tx.rows(_with_members(chosen)))


def _with_members(chosen: Select[Any]) -> Select[Any]:
    office = chosen.subquery("office")
    present = and_(organisation_members.c.organisation_id == office.c.id, organisation_members.c.gone_at.is_(None))
    joined = office.outerjoin(organisation_members, present)
    return select(office, organisation_members.c.person_id).select_from(joined).order_by("person_id")


def _office(rows: Sequence[Row[Any]]) -> Office | None:
    if not rows:
        return None
    first = rows[0]
    return Office(first.id, first.kind, first.area_id, tuple(row.person_id for row in rows if row.person_id))
