"""Many door tasks at once: accepted or passed on by one word, handed on by the sweep, closed when it is over."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select, update

from bot.cases.door_policy import of_kind
from bot.cases.door_task import OPEN, WAITING, Act, Outcome, State
from bot.cases.door_values import Deed, DoorTask
from bot.stores.doors.rows import task_of
from bot.stores.doors.steps import KEEPER, next_holders, onward
from bot.stores.doors.tables import steps, tasks
from ground.actor import Actor
from ground.bulk import among, insert_rows
from ground.clock import machine_now
from ground.transaction import Dialect, Transaction

OPEN_STATES = [state.value for state in OPEN]
HUB = "hub"  # by what the hub's own steps come


async def lapse(tx: Transaction, actor: Actor, now: int, limit: int) -> int:
    """Hand on the tasks whose time is up; return how many. The same number of statements for one and for all."""
    actor.require_hub()
    late = (tasks.c.due_at <= now) & tasks.c.state.in_(OPEN_STATES)
    found = await _held(tx, select(tasks).where(late).order_by(tasks.c.due_at).limit(limit), skip=True)
    up = Deed(act=Act.LAPSE, by=KEEPER.name, dedupe="lapse", happened_at=now, now=now, means=HUB)
    return await _hand_on(tx, found, up)


async def pass_on(tx: Transaction, actor: Actor, task_ids: Sequence[int], deed: Deed) -> int:
    """Hand on all these tasks, because whoever was asked cannot go; return how many."""
    actor.require_hub()
    mine = among(tx, tasks.c.id, task_ids) & tasks.c.state.in_(OPEN_STATES)
    return await _hand_on(tx, await _held(tx, select(tasks).where(mine).order_by(tasks.c.id)), deed)


async def accept(tx: Transaction, actor: Actor, task_ids: Sequence[int], deed: Deed) -> int:
    """Note that somebody goes to all of these doors to which nobody went yet; return how many."""
    actor.require_hub()
    mine = among(tx, tasks.c.id, task_ids) & tasks.c.state.in_([state.value for state in WAITING])
    found = await _held(tx, select(tasks).where(mine).order_by(tasks.c.id))
    taken = {"state": State.ACCEPTED, "untold": False, "accepted_by": deed.person, "accepted_at": deed.happened_at}
    for kind in {each.kind for each in found}:  # each has its own wait, and a message is of one kind
        keys = [each.key for each in found if each.kind is kind]
        due = {"due_at": deed.now + of_kind(kind).report}
        await tx.execute(update(tasks).where(among(tx, tasks.c.id, keys)).values(taken | due))
    rows = [_step(each, deed) | {"to_state": State.ACCEPTED} for each in found]
    await insert_rows(tx, steps, rows, ignore_known=True)
    return len(found)


async def _held(tx: Transaction, chosen: Select[Any], *, skip: bool = False) -> Sequence[DoorTask]:
    if tx.dialect is Dialect.POSTGRESQL:
        chosen = chosen.with_for_update(skip_locked=skip)
    return [task_of(row) for row in await tx.rows(chosen)]


async def _hand_on(tx: Transaction, found: Sequence[DoorTask], deed: Deed) -> int:
    if not found:
        return 0
    asked = await next_holders(tx, KEEPER, found)
    changes = [_columns(each, onward(each, asked[each.key], deed.now)) for each in found]
    if deed.act is Act.CANNOT_GO:  # at the top nobody has to be told what they have just said
        changes = [each | {"untold": asked[int(each["key"])] is not None} for each in changes]
    names = [name for name in changes[0] if name != "key"]
    moved = update(tasks).where(tasks.c.id == bindparam("key"))
    moved = moved.values({name: bindparam(f"to_{name}") for name in names})
    await tx.execute(moved, [{"key": row["key"]} | {f"to_{name}": row[name] for name in names} for row in changes])
    await insert_rows(tx, steps, [_step(each, deed) for each in found], ignore_known=True)
    return len(found)


def _columns(task: DoorTask, changes: Mapping[str, Any]) -> dict[str, Any]:
    stays = {"rung": task.rung, "holder_id": task.holder, "office_id": task.office}
    return {"key": task.key} | stays | dict(changes)


def _step(task: DoorTask, deed: Deed) -> dict[str, Any]:
    return {
        "task_id": task.key,
        "area_id": task.area,
        "act": deed.act,
        "from_state": task.state,
        "to_state": State.HANDED_ON,
        "rung": task.rung,
        "verified": deed.verified,
        "means": deed.means,
        "by": deed.by,
        "happened_at": deed.happened_at,
        "learned_at": machine_now(),
        "dedupe": f"{deed.dedupe}:{task.due_at}"[:200],
    }


def _ended(task: DoorTask, act: Act, outcome: Outcome, at: int) -> dict[str, Any]:
    over = Deed(act=act, by=KEEPER.name, dedupe=outcome, happened_at=at, now=at, means=HUB)
    return _step(task, over) | {"to_state": State.DONE, "outcome": outcome}


async def end(tx: Transaction, actor: Actor, run_id: int, at: int, limit: int, *, but: str = "") -> int:
    """Close open tasks of a warning that is over, but those opened under an origin since then; return how many.

    Who was asked, or goes, is told so.
    """
    actor.require_hub()
    mine = (tasks.c.run_id == run_id) & tasks.c.state.in_(OPEN_STATES) & (tasks.c.origin != but)
    some = select(tasks).where(mine).order_by(tasks.c.id).limit(limit)
    return await _close(tx, some, Act.END, Outcome.OVER, at, untold=tasks.c.batch.is_not(None))


async def lifted(tx: Transaction, actor: Actor, origin: str, at: int) -> int:
    """Close what was opened for the sake of an evacuation that was lifted; `origin` is how its tasks' begin.

    Who was asked, or goes, is told so. Whatever was opened under another origin stays, be it at the same door.
    """
    actor.require_hub()
    mine = tasks.c.origin.startswith(origin, autoescape=True) & tasks.c.state.in_(OPEN_STATES)
    theirs = select(tasks).where(mine).order_by(tasks.c.id)
    return await _close(tx, theirs, Act.END, Outcome.LIFTED, at, untold=tasks.c.batch.is_not(None))


async def less_grave(
    tx: Transaction, actor: Actor, alert_ids: Sequence[str], level: int, limit: int, *, drill: bool
) -> Sequence[int]:
    """Return open tasks that came out of a chain of warnings and show a lower level than it has now."""
    actor.require_hub()
    mine = tasks.c.alert_id.in_(list(alert_ids)) & _graver(level) & tasks.c.drill.is_(drill)
    return list(await tx.values(select(tasks.c.id).where(mine).order_by(tasks.c.id).limit(limit)))


async def raise_level(tx: Transaction, actor: Actor, task_ids: Sequence[int], level: int) -> None:
    """Let open tasks show a graver level; what was graver stays so."""
    actor.require_hub()
    mine = among(tx, tasks.c.id, task_ids) & _graver(level)
    await tx.execute(update(tasks).where(mine).values(level=level))


def _graver(level: int) -> ColumnElement[bool]:
    """Say for which tasks a level is graver than their own."""
    return tasks.c.state.in_(OPEN_STATES) & (tasks.c.level > level)


async def heard_again(tx: Transaction, actor: Actor, origin: str, area_ids: Sequence[int], at: int) -> None:
    """Close what was opened for villages that give a sign of life again; `origin` is how theirs begin."""
    actor.require_hub()
    mine = tasks.c.origin.startswith(origin, autoescape=True) & tasks.c.state.in_(OPEN_STATES)
    theirs = select(tasks).where(mine, among(tx, tasks.c.area_id, area_ids)).order_by(tasks.c.id)
    on_the_way = tasks.c.state == State.ACCEPTED
    await _close(tx, theirs, Act.ANSWER, Outcome.ANSWERED_MEANWHILE, at, untold=on_the_way)


async def _close(
    tx: Transaction, chosen: Select[Any], act: Act, outcome: Outcome, at: int, *, untold: ColumnElement[bool]
) -> int:
    """Close tasks, each with a step from what it was; `untold`: whose holders are to be told. Three statements."""
    found = await _held(tx, chosen)
    if not found:
        return 0
    closed = {"state": State.DONE, "outcome": outcome, "done_at": at, "due_at": None, "untold": untold}
    await tx.execute(update(tasks).where(among(tx, tasks.c.id, [each.key for each in found])).values(closed))
    await insert_rows(tx, steps, [_ended(each, act, outcome, at) for each in found], ignore_known=True)
    return len(found)
