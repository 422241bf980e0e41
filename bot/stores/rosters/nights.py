"""Empty nights as they are kept: raised once for a room and a night, told once, by whichever worker comes first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, update

from audiences.rosters.policy import Night
from audiences.rosters.shift import Gap
from audiences.stores.scope import within
from audiences.stores.tables import areas
from bot.stores.rosters.tables import empty_nights
from ground.actor import Actor
from ground.bulk import insert_rows
from ground.transaction import Dialect, Transaction


@dataclass(frozen=True, slots=True)
class EmptyNight:
    """A night in which a room has nobody; `people` were told of it."""

    id: int
    organisation: int
    night: str
    area: int
    since: int
    until: int
    told_at: int | None
    people: int


async def raised(tx: Transaction, actor: Actor, night: Night) -> set[int]:
    """Return the rooms for which this night was raised already."""
    actor.require_hub()
    return set(await tx.values(select(empty_nights.c.organisation_id).where(empty_nights.c.night == night.name)))


async def raise_all(tx: Transaction, actor: Actor, night: Night, found: Sequence[Gap], now: int) -> None:
    """Raise the first gap of each room; what another worker raised before stays as it is."""
    actor.require_hub()
    first = {gap.organisation: gap for gap in reversed(found)}
    rows = [
        {
            "organisation_id": gap.organisation,
            "night": night.name,
            "area_id": gap.area,
            "from_at": gap.since,
            "until_at": gap.until,
            "raised_at": now,
        }
        for gap in first.values()
    ]
    await insert_rows(tx, empty_nights, rows, ignore_known=True)


async def next_untold(tx: Transaction, actor: Actor, now: int) -> EmptyNight | None:
    """Return one that nobody was told of and that is not over, for this worker alone."""
    actor.require_hub()
    waiting = empty_nights.c.told_at.is_(None) & (empty_nights.c.until_at > now)
    wanted = select(empty_nights).where(waiting).order_by(empty_nights.c.id).limit(1)
    if tx.dialect is Dialect.POSTGRESQL:
        wanted = wanted.with_for_update(skip_locked=True)
    return next((_night(row) for row in await tx.rows(wanted)), None)


async def told(tx: Transaction, actor: Actor, night_id: int, people: int, now: int) -> None:
    actor.require_hub()
    done = {"told_at": now, "people": people}
    await tx.execute(update(empty_nights).where(empty_nights.c.id == night_id).values(done))


async def listed(tx: Transaction, actor: Actor, *, after: int = 0, limit: int = 100) -> Sequence[EmptyNight]:
    """Return the empty nights of the actor's area, a page in the order in which they were raised."""
    mine = within(actor, empty_nights.c.area_id) & (empty_nights.c.id > after)
    return [_night(row) for row in await tx.rows(select(empty_nights).where(mine).order_by("id").limit(limit))]


async def levels_around(tx: Transaction, actor: Actor, area_id: int) -> Sequence[str]:
    """Return the level of a place and of the one above it: the leaders there are told."""
    actor.require_hub()
    parent = select(areas.c.parent_id).where(areas.c.id == area_id).scalar_subquery()
    return await tx.values(select(areas.c.level).where((areas.c.id == area_id) | (areas.c.id == parent)))


def _night(row: Row[Any]) -> EmptyNight:
    where = (row.organisation_id, row.night, row.area_id)
    return EmptyNight(row.id, *where, row.from_at, row.until_at, row.told_at, row.people)
