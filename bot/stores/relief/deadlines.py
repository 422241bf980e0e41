"""Until when an office must have accepted a request: rows that a sweep finds once they are due."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from bot.cases.relief import Level
from bot.stores.relief.tables import relief_deadlines
from ground.actor import Actor
from ground.transaction import Transaction

deadlines = relief_deadlines.c
WAITING = deadlines.met_at.is_(None) & deadlines.raised_at.is_(None)


@dataclass(frozen=True, slots=True)
class Deadline:
    id: int
    request: int
    level: Level
    due_at: int


async def open_for(tx: Transaction, actor: Actor, request_id: int, level: Level, due_at: int, now: int) -> None:
    """Give a level until `due_at` to accept; what was waited for before is waited for no more."""
    actor.require_hub()
    await close(tx, actor, request_id, now)
    row = {"request_id": request_id, "level": level.value, "due_at": due_at}
    await tx.execute(insert(relief_deadlines).values(row))


async def close(tx: Transaction, actor: Actor, request_id: int, at: int) -> None:
    """Note that what was waited for came, or is not waited for any more."""
    actor.require_hub()
    mine = (deadlines.request_id == request_id) & WAITING
    await tx.execute(update(relief_deadlines).where(mine).values(met_at=at))


async def due(tx: Transaction, actor: Actor, now: int, limit: int = 50) -> Sequence[Deadline]:
    """Return deadlines that have passed and were not raised yet, the longest overdue first."""
    actor.require_hub()
    passed = select(relief_deadlines).where(WAITING, deadlines.due_at <= now).order_by(deadlines.due_at, deadlines.id)
    return [_deadline(row) for row in await tx.rows(passed.limit(limit))]


async def raise_one(tx: Transaction, actor: Actor, deadline_id: int, now: int) -> bool:
    """Take one overdue deadline in hand; False if it was met or raised meanwhile: two sweeps do no harm."""
    actor.require_hub()
    mine = (deadlines.id == deadline_id) & WAITING
    return (await tx.execute(update(relief_deadlines).where(mine).values(raised_at=now))).rowcount == 1


def _deadline(row: object) -> Deadline:
    return Deadline(row.id, row.request_id, Level(row.level), row.due_at)  # type: ignore[attr-defined] # a row
