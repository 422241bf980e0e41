"""Gaps of rosters: the spans of a period in which a room that must have somebody has nobody, whatever the role."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, func, literal, select, true, union_all

from audiences.rosters.policy import roster_policy
from audiences.rosters.shift import Gap
from audiences.stores.rosters.rooms import keeps_roster, needed
from audiences.stores.rosters.shifts import touching
from audiences.stores.scope import below, within
from audiences.stores.tables import organisations, shifts
from ground.actor import Actor
from ground.transaction import Transaction


async def gaps(
    tx: Transaction,
    actor: Actor,
    area: int | None,
    since: int,
    until: int,
    *,
    kept_only: bool = False,
    after: int = 0,
    limit: int = 1_000,
) -> Sequence[Gap]:
    """Return the gaps of the period, room by room in the order of time; `area` None: wherever the actor may look.

    One statement: the database lays each room's shifts in a row and says where the next begins after all before ended.
    `after` is the organisation of the last gap of the page before, of which the rest is left out; `kept_only` leaves
    out rooms that keep no roster here.
    """
    mine = needed() & within(actor, organisations.c.area_id) & (organisations.c.id > after)
    mine &= true() if area is None else below(area, organisations.c.area_id)
    if kept_only:
        mine &= keeps_roster(since)
    holes = _holes(mine, since, until).subquery("holes")
    found = (
        select(organisations, holes.c.since, holes.c.until, keeps_roster(since).label("kept"))
        .join(holes, holes.c.room == organisations.c.id)
        .where(holes.c.until - holes.c.since >= roster_policy().shortest_gap)
        .order_by(organisations.c.id, holes.c.since)
        .limit(limit)
    )
    return [
        Gap(row.id, row.name, row.kind, row.area_id, row.since, row.until, bool(row.kept))
        for row in await tx.rows(found)
    ]


def _holes(mine: ColumnElement[bool], since: int, until: int) -> Select[Any]:
    """Between two shifts, and at both ends of the period: (room, since, until)."""
    begin, end = literal(since, BigInteger), literal(until, BigInteger)
    sitting = select(shifts.c.organisation_id.label("room"), shifts.c.from_at.label("begins"), shifts.c.until_at)
    joined = sitting.join(organisations, organisations.c.id == shifts.c.organisation_id)
    room = organisations.c.id.label("room")
    laid = union_all(
        joined.where(mine, touching(since, until)),
        select(room, begin, begin).where(mine),
        select(room, end, end).where(mine),
    ).subquery("laid")
    order: dict[str, Any] = {
        "partition_by": laid.c.room,
        "order_by": (laid.c.begins, laid.c.until_at),
        "rows": (None, -1),
    }
    before = func.max(laid.c.until_at).over(**order).label("since")
    ended = select(laid.c.room, before, laid.c.begins.label("until")).subquery("ended")
    return select(ended).where(ended.c.since < ended.c.until, ended.c.since >= since)
