"""Shifts: who is on duty in a room at an instant, and the shifts of a period."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, select

from audiences.rosters.shift import OnShift, Shift, ShiftRole
from audiences.stores.scope import below, within
from audiences.stores.tables import organisation_addresses, organisations, shifts
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

_IN_ORDER = case({role.value: place for place, role in enumerate(ShiftRole)}, value=shifts.c.role, else_=9)


def lasting_at(at: int) -> ColumnElement[bool]:
    """Say that a shift lasts at the instant."""
    return and_(shifts.c.from_at <= at, shifts.c.until_at > at, shifts.c.gone_at.is_(None))


def touching(since: int, until: int) -> ColumnElement[bool]:
    """Say that a shift has some of a period."""
    return and_(shifts.c.from_at < until, shifts.c.until_at > since, shifts.c.gone_at.is_(None))


async def on_shift(
    tx: Transaction, actor: Actor, organisation_ids: Sequence[int], at: int
) -> Mapping[int, Sequence[OnShift]]:
    """Return who is on shift in each of the rooms, the duty officer first; a room without anybody is left out."""
    landline = and_(
        organisation_addresses.c.organisation_id == shifts.c.organisation_id,
        organisation_addresses.c.until_at.is_(None),
    )
    joined = shifts.join(organisations, organisations.c.id == shifts.c.organisation_id)
    joined = joined.outerjoin(organisation_addresses, landline)
    mine = among(tx, shifts.c.organisation_id, organisation_ids) & within(actor, organisations.c.area_id)
    found = select(shifts, organisation_addresses.c.address_id).select_from(joined).where(mine, lasting_at(at))
    sitting: dict[int, list[OnShift]] = {}
    for row in await tx.rows(found.order_by(shifts.c.organisation_id, _IN_ORDER, shifts.c.from_at, shifts.c.id)):
        sitting.setdefault(row.organisation_id, []).append(_on_shift(row))
    return sitting


async def in_period(
    tx: Transaction, actor: Actor, area: int, since: int, until: int, *, after: int = 0, limit: int = 100
) -> Sequence[Shift]:
    """Return the shifts of an area and below that have some of a period, a page in the order of their ids."""
    joined = shifts.join(organisations, organisations.c.id == shifts.c.organisation_id)
    mine = below(area, organisations.c.area_id) & within(actor, organisations.c.area_id)
    page = select(shifts).select_from(joined).where(mine, touching(since, until), shifts.c.id > after)
    return [_shift(row) for row in await tx.rows(page.order_by(shifts.c.id).limit(limit))]


async def of_rooms(
    tx: Transaction, actor: Actor, organisation_ids: Sequence[int], since: int, until: int
) -> Sequence[Shift]:
    """Return the shifts of the rooms that have some of a period, room by room in the order of time."""
    joined = shifts.join(organisations, organisations.c.id == shifts.c.organisation_id)
    mine = among(tx, shifts.c.organisation_id, organisation_ids) & within(actor, organisations.c.area_id)
    chosen = select(shifts).select_from(joined).where(mine, touching(since, until))
    order = (shifts.c.organisation_id, shifts.c.from_at, _IN_ORDER, shifts.c.id)
    return [_shift(row) for row in await tx.rows(chosen.order_by(*order))]


def _on_shift(row: Row[Any]) -> OnShift:
    role = ShiftRole(row.role)
    return OnShift(row.person_id, role, row.from_at, row.until_at, row.backup_id, row.address_id)


def _shift(row: Row[Any]) -> Shift:
    role = ShiftRole(row.role)
    return Shift(row.id, row.organisation_id, role, row.person_id, row.backup_id, row.from_at, row.until_at)
