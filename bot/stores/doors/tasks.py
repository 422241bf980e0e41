"""Door tasks: opened many at once, found again by id, by who is asked, by area."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from audiences.stores.scope import below, within
from bot.cases.door_errors import UnknownDoor
from bot.cases.door_policy import of_kind
from bot.cases.door_task import OPEN, State, Task
from bot.cases.door_values import DoorTask
from bot.stores.doors.holders import Holder
from bot.stores.doors.places import Place
from bot.stores.doors.rows import task_of
from bot.stores.doors.tables import tasks
from ground.actor import Actor
from ground.bulk import insert_rows
from ground.clock import machine_now
from ground.ids import new_id
from ground.transaction import Transaction

OPEN_STATES = [state.value for state in OPEN]


async def keep(
    tx: Transaction,
    actor: Actor,
    wished: Sequence[Task],
    places: Mapping[str, Place],
    holders: Mapping[str, Sequence[Holder]],
    now: int,
) -> None:
    """Keep the tasks whose place is known; one that was opened under the same origin before stays as it is."""
    actor.require_hub()
    rows = [
        _row(each, places[each.subject], holders[each.subject][0], now) for each in wished if each.subject in places
    ]
    await insert_rows(tx, tasks, rows, ignore_known=True)


def _row(task: Task, place: Place, holder: Holder, now: int) -> dict[str, Any]:
    return {
        "public_id": new_id(),
        "origin": task.origin[:80],
        "subject": task.subject,
        "kind": task.kind,
        "reason": task.reason,
        "level": task.level,
        "drill": task.drill,
        "person_id": task.person,
        "household_id": place.household,
        "area_id": place.area,
        "village_id": place.village,
        "frail": place.frail,
        "alert_id": task.alert,
        "notice_id": task.notice,
        "run_id": task.run,
        "state": State.OPEN,
        "rung": holder.rung,
        "holder_id": holder.person,
        "office_id": holder.office,
        "untold": True,
        "due_at": now + of_kind(task.kind).accept,
        "opened_at": now,
        "learned_at": machine_now(),
    }


async def load(tx: Transaction, actor: Actor, public_id: str) -> DoorTask:
    """Return one task of the actor's area."""
    row = await tx.row(select(tasks).where(tasks.c.public_id == public_id, within(actor, tasks.c.area_id)))
    if row is None:
        raise UnknownDoor(task=public_id)
    return task_of(row)


async def by_key(tx: Transaction, actor: Actor, task_id: int) -> DoorTask:
    row = await tx.row(select(tasks).where(tasks.c.id == task_id, within(actor, tasks.c.area_id)))
    if row is None:
        raise UnknownDoor(task=task_id)
    return task_of(row)


async def of_origin(tx: Transaction, actor: Actor, origin: str, limit: int = 500) -> Sequence[DoorTask]:
    """Return the tasks that were opened under one origin, done or not."""
    mine = (tasks.c.origin == origin) & within(actor, tasks.c.area_id)
    return [task_of(row) for row in await tx.rows(select(tasks).where(mine).order_by(tasks.c.id).limit(limit))]


async def listed(
    tx: Transaction,
    actor: Actor,
    *,
    drill: bool = False,
    under: int | None = None,
    done_too: bool = False,
    after: int = 0,
    limit: int = 100,
) -> Sequence[DoorTask]:
    """Return the tasks of an area and below, the real ones or those of drills, never both; open ones unless asked."""
    mine = _seen(actor, under, drill=drill) & (tasks.c.id > after)
    if not done_too:
        mine &= tasks.c.state.in_(OPEN_STATES)
    return [task_of(row) for row in await tx.rows(select(tasks).where(mine).order_by(tasks.c.id).limit(limit))]


async def by_village(
    tx: Transaction, actor: Actor, *, drill: bool = False, under: int | None = None, limit: int = 1_000
) -> Sequence[DoorTask]:
    """Return the open tasks village by village, those nobody goes to first: as they are printed."""
    mine = _seen(actor, under, drill=drill) & tasks.c.state.in_(OPEN_STATES)
    going = tasks.c.state == State.ACCEPTED
    wanted = select(tasks).where(mine).order_by(tasks.c.village_id, going, tasks.c.area_id, tasks.c.id).limit(limit)
    return [task_of(row) for row in await tx.rows(wanted)]


async def counted(tx: Transaction, actor: Actor, *, drill: bool = False, under: int | None = None) -> Mapping[str, int]:
    """Return how many tasks are in which state."""
    grouped = select(tasks.c.state, func.count().label("n")).where(_seen(actor, under, drill=drill))
    return {row.state: row.n for row in await tx.rows(grouped.group_by(tasks.c.state))}


async def asked_of(
    tx: Transaction, actor: Actor, person: int, offices: Collection[int], limit: int = 200
) -> Sequence[DoorTask]:
    """Return what is asked of somebody, by name or by a seat, and what they said they go to; the gravest first."""
    actor.require_hub()
    asked = or_(tasks.c.holder_id == person, tasks.c.office_id.in_(sorted(offices)))
    waiting = and_(asked, tasks.c.state.in_([State.OPEN, State.HANDED_ON]))
    gone_to = and_(tasks.c.accepted_by == person, tasks.c.state == State.ACCEPTED)
    wanted = select(tasks).where(or_(waiting, gone_to)).order_by(tasks.c.level, tasks.c.area_id, tasks.c.id)
    return [task_of(row) for row in await tx.rows(wanted.limit(limit))]


def _seen(actor: Actor, under: int | None, *, drill: bool) -> ColumnElement[bool]:
    mine = within(actor, tasks.c.area_id) & (tasks.c.drill.is_(drill))
    return mine if under is None else mine & below(under, tasks.c.area_id)
