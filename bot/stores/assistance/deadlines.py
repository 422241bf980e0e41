"""Until when: notices, hearings and appeals; rows that a sweep finds once they are due."""

from collections.abc import Sequence

from sqlalchemy import insert, select, update

from bot.cases.assistance_values import Deadline, Wait
from bot.stores.assistance.tables import assistance_deadlines
from ground.actor import Actor
from ground.transaction import Transaction

deadlines = assistance_deadlines.c
WAITING = deadlines.met_at.is_(None) & deadlines.raised_at.is_(None)


async def open_one(tx: Transaction, actor: Actor, application_id: int, wait: Wait, due_at: int, now: int) -> None:
    """Wait for something until `due_at`; what was waited for before is waited for no more."""
    actor.require_hub()
    await close(tx, actor, application_id, now)
    row = {"application_id": application_id, "wait": wait.value, "due_at": due_at}
    await tx.execute(insert(assistance_deadlines).values(row))


async def close(tx: Transaction, actor: Actor, application_id: int, at: int) -> None:
    actor.require_hub()
    mine = (deadlines.application_id == application_id) & WAITING
    await tx.execute(update(assistance_deadlines).where(mine).values(met_at=at))


async def due(tx: Transaction, actor: Actor, now: int, limit: int = 50) -> Sequence[Deadline]:
    """Return what has passed and was not raised yet, the longest overdue first."""
    actor.require_hub()
    passed = select(assistance_deadlines).where(WAITING, deadlines.due_at <= now)
    rows = await tx.rows(passed.order_by(deadlines.due_at, deadlines.id).limit(limit))
    return [Deadline(row.id, row.application_id, Wait(row.wait), row.due_at) for row in rows]


async def raise_one(tx: Transaction, actor: Actor, deadline_id: int, now: int) -> bool:
    """Take one overdue deadline in hand; False if it was met or raised meanwhile: two sweeps do no harm."""
    actor.require_hub()
    mine = (deadlines.id == deadline_id) & WAITING
    return (await tx.execute(update(assistance_deadlines).where(mine).values(raised_at=now))).rowcount == 1
