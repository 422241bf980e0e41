"""What the sweep does with door tasks: whose time is up is handed on, and what is over is closed."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from bot.cases.door_task import OPEN, Act, Outcome, State
from bot.cases.door_values import DoorTask
from bot.stores.doors.rows import task_of
from bot.stores.doors.steps import KEEPER, next_holders, onward
from bot.stores.doors.tables import steps, tasks
from ground.actor import Actor
from ground.bulk import among, insert_rows
from ground.clock import machine_now
from ground.transaction import Dialect, Transaction

HUB = "hub"  # by what the hub's own steps come


async def lapse(tx: Transaction, actor: Actor, now: int, limit: int) -> int:
    """Hand on the tasks whose time is up; return how many. The same number of statements for one and for all."""
    actor.require_hub()
    late = select(tasks).where(tasks.c.due_at <= now, tasks.c.state.in_([state.value for state in OPEN]))
    late = late.order_by(tasks.c.due_at).limit(limit)
    if tx.dialect is Dialect.POSTGRESQL:
        late = late.with_for_update(skip_locked=True)
    found = [task_of(row) for row in await tx.rows(late)]
    if not found:
        return 0
    asked = await next_holders(tx, found)
    changes = [_columns(each, onward(each, asked[each.key], now)) for each in found]
    names = [name for name in changes[0] if name != "key"]
    moved = (
        update(tasks).where(tasks.c.id == bindparam("key")).values({name: bindparam(f"to_{name}") for name in names})
    )
    await tx.execute(moved, [{"key": row["key"]} | {f"to_{name}": row[name] for name in names} for row in changes])
    await insert_rows(tx, steps, [_step(each, now) for each in found], ignore_known=True)
    return len(found)


def _columns(task: DoorTask, changes: Mapping[str, Any]) -> dict[str, Any]:
    stays = {"rung": task.rung, "holder_id": task.holder, "office_id": task.office}
    return {"key": task.key} | stays | dict(changes)


def _step(task: DoorTask, now: int) -> dict[str, Any]:
    return {
        "task_id": task.key,
        "area_id": task.area,
        "act": Act.LAPSE,
        "from_state": task.state,
        "to_state": State.HANDED_ON,
        "rung": task.rung,
        "verified": True,
        "means": HUB,
        "by": KEEPER.name,
        "happened_at": now,
        "learned_at": machine_now(),
        "dedupe": f"lapse:{task.due_at}",
    }


async def end(tx: Transaction, actor: Actor, run_id: int, at: int, limit: int, *, but: str = "") -> int:
    """Close open tasks of a warning that is over, but those opened under an origin since then; return how many.

    Who was asked, or goes, is told so.
    """
    actor.require_hub()
    mine = (tasks.c.run_id == run_id) & tasks.c.state.in_([state.value for state in OPEN]) & (tasks.c.origin != but)
    chosen = select(tasks).where(mine).order_by(tasks.c.id).limit(limit)
    if tx.dialect is Dialect.POSTGRESQL:
        chosen = chosen.with_for_update()
    found = [task_of(row) for row in await tx.rows(chosen)]
    if not found:
        return 0
    over = {"state": State.DONE, "outcome": Outcome.OVER, "done_at": at, "due_at": None}
    keys = [each.key for each in found]
    asked = tasks.c.batch.is_not(None)
    await tx.execute(update(tasks).where(among(tx, tasks.c.id, keys)).values(over | {"untold": asked}))
    ended = [
        _step(each, at) | {"act": Act.END, "to_state": State.DONE, "outcome": Outcome.OVER, "dedupe": "over"}
        for each in found
    ]
    await insert_rows(tx, steps, ended, ignore_known=True)
    return len(found)


async def heard_again(tx: Transaction, actor: Actor, origin: str, area_ids: Sequence[int], at: int) -> None:
    """Close what was opened for villages that give a sign of life again; `origin` is how theirs begin."""
    actor.require_hub()
    mine = tasks.c.origin.startswith(origin, autoescape=True) & tasks.c.state.in_([state.value for state in OPEN])
    closed = {"state": State.DONE, "outcome": Outcome.ANSWERED_MEANWHILE, "done_at": at, "due_at": None}
    told_so = tasks.c.state == State.ACCEPTED
    changed = update(tasks).where(mine, among(tx, tasks.c.area_id, area_ids)).values(closed | {"untold": told_so})
    rows = await tx.rows(changed.returning(tasks))
    answered = [
        _step(task_of(row), at) | {"act": Act.ANSWER, "outcome": Outcome.ANSWERED_MEANWHILE, "dedupe": "heard again"}
        for row in rows
    ]
    await insert_rows(tx, steps, [each | {"to_state": State.DONE} for each in answered], ignore_known=True)
