"""Who answers while somebody is to knock at their door: the open tasks of their household, and what was answered."""

from collections.abc import Sequence

from sqlalchemy import or_, select, update

from audiences.stores.tables import people
from bot.cases.door_task import OPEN
from bot.cases.door_values import DoorTask
from bot.stores.doors.rows import task_of
from bot.stores.doors.tables import tasks
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction


async def open_for(tx: Transaction, actor: Actor, person_ids: Sequence[int], *, drill: bool) -> Sequence[DoorTask]:
    """Return the open tasks at the doors of these people: their own, and those of the household they live in."""
    actor.require_hub()
    homes = select(people.c.household_id).where(among(tx, people.c.id, person_ids))
    theirs = or_(
        among(tx, tasks.c.person_id, person_ids),
        tasks.c.person_id.is_(None) & tasks.c.household_id.in_(homes),
    )
    wanted = select(tasks).where(theirs, tasks.c.state.in_([state.value for state in OPEN]), tasks.c.drill.is_(drill))
    return [task_of(row) for row in await tx.rows(wanted.order_by(tasks.c.id))]


async def answered(tx: Transaction, actor: Actor, task_ids: Sequence[int], kind: str, at: int) -> None:
    """Show on tasks what was answered meanwhile."""
    actor.require_hub()
    if task_ids:
        theirs = among(tx, tasks.c.id, task_ids)
        await tx.execute(update(tasks).where(theirs).values(answered=kind, answered_at=at))
