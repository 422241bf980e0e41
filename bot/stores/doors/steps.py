"""Steps of a door task: each changes it once, whoever else tries at the same moment, and is kept with its evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, insert, select, update

from audiences.stores.scope import within
from bot.cases.door_errors import UnknownDoor
from bot.cases.door_policy import of_kind
from bot.cases.door_task import Act, Outcome, Rung, State, above, after
from bot.cases.door_values import Deed, DoorTask, Step
from bot.stores.doors import holders, places
from bot.stores.doors.holders import Holder
from bot.stores.doors.places import Wanted
from bot.stores.doors.rows import task_of
from bot.stores.doors.tables import photos, steps, tasks, words
from ground.actor import Actor, Role, system
from ground.bulk import among, insert_rows
from ground.clock import machine_now
from ground.transaction import Transaction

KEEPER = system("doors")
TAKERS = (Role.DUTY, Role.OFFICER)
ENDS = {Act.ANSWER: Outcome.ANSWERED_MEANWHILE, Act.END: Outcome.OVER, Act.CLOSE: Outcome.CLOSED}


@dataclass(frozen=True, slots=True)
class Taken:
    """A task before and after a step; `new` is false if this very step was known."""

    before: DoorTask
    after: DoorTask
    new: bool
    step: int | None = None


async def take(tx: Transaction, actor: Actor, task_id: int, deed: Deed) -> Taken:
    """Take one step. What somebody says whose number is not proven is shown, and changes nothing."""
    actor.require(*TAKERS)
    mine = (tasks.c.id == task_id) & within(actor, tasks.c.area_id)
    row = await tx.row(select(tasks).where(mine).with_for_update())
    if row is None:
        raise UnknownDoor(task=task_id)
    task = task_of(row)
    if await tx.value(select(exists().where(steps.c.task_id == task_id, steps.c.dedupe == deed.dedupe))):
        return Taken(task, task, new=False)
    to = after(task.state, deed.act, deed.outcome)
    if not deed.verified and deed.act is Act.REPORT:
        to, changes = task.state, {"claimed": deed.outcome}
    else:
        changes = _changes(task, to, deed)
        if to is State.HANDED_ON:
            changes |= await _onward(tx, task, deed)
    if changes:
        await tx.execute(update(tasks).where(tasks.c.id == task_id).values(changes))
    step = await _keep(tx, task, to, deed)
    changed = await tx.row(select(tasks).where(tasks.c.id == task_id))
    assert changed is not None  # noqa: S101 - it was just locked
    return Taken(task, task_of(changed), new=True, step=step)


def _changes(task: DoorTask, to: State, deed: Deed) -> dict[str, Any]:
    if deed.act is Act.ADD:
        return {}
    changes: dict[str, Any] = {"state": to, "untold": False}
    if deed.act is Act.ACCEPT:
        changes |= {"accepted_by": deed.person, "accepted_at": deed.happened_at}
        changes["due_at"] = deed.now + of_kind(task.kind).report
    outcome = deed.outcome or ENDS.get(deed.act)
    if outcome is not None:
        changes |= {"outcome": outcome, "claimed": None}
    if to is State.DONE:
        changes |= {"done_at": deed.happened_at, "due_at": None}
        changes["untold"] = deed.act in ENDS and task.state is State.ACCEPTED  # who is on the way may turn round
    return changes


async def _onward(tx: Transaction, task: DoorTask, deed: Deed) -> dict[str, Any]:
    """Hand a task on; at the top nobody has to be told what they themselves have just said."""
    holder = (await next_holders(tx, KEEPER, [task]))[task.key]
    changes = onward(task, holder, deed.now)
    if holder is not None:
        return changes
    return changes | {"untold": False} | ({"due_at": None} if deed.act is Act.REPORT else {})


async def next_holders(tx: Transaction, actor: Actor, handed: Sequence[DoorTask]) -> Mapping[int, Holder | None]:
    """Return who is asked next of each task; None where nobody is above."""
    actor.require_hub()
    wanted = {str(each.key): Wanted(each.person, None if each.person else each.household, each.area) for each in handed}
    found = await places.of_doors(tx, KEEPER, wanted)
    stairs = {str(each.key): list(of_kind(each.kind).stairs) for each in handed}
    asked = await holders.of_places(tx, KEEPER, found, stairs)
    return {each.key: _above(each, asked.get(str(each.key), ())) for each in handed}


def _above(task: DoorTask, asked: Sequence[Holder]) -> Holder | None:
    stairs = list(Rung)
    rungs = above(stairs, task.rung)
    return next((each for each in asked if each.rung in rungs), None)


def onward(task: DoorTask, holder: Holder | None, now: int) -> dict[str, Any]:
    """Return what changes as a task is handed on; at the top the same are told once more."""
    waits = of_kind(task.kind)
    freed = {"state": State.HANDED_ON, "accepted_by": None, "accepted_at": None, "batch": None, "untold": True}
    if holder is None:
        return freed | {"due_at": now + waits.again}
    asked = {"rung": holder.rung, "holder_id": holder.person, "office_id": holder.office}
    return freed | asked | {"due_at": now + waits.accept}


async def _keep(tx: Transaction, task: DoorTask, to: State, deed: Deed) -> int:
    row = {
        "task_id": task.key,
        "area_id": task.area,
        "act": deed.act,
        "from_state": task.state,
        "to_state": to,
        "rung": task.rung,
        "outcome": deed.outcome or ENDS.get(deed.act),
        "verified": deed.verified,
        "means": deed.means,
        "by": deed.by,
        "typed_by": deed.typed_by,
        "happened_at": deed.happened_at,
        "learned_at": machine_now(),
        "dedupe": deed.dedupe[:200],
    }
    step = int(await tx.value(insert(steps).values(row).returning(steps.c.id)))
    if deed.words or deed.spoke:
        said = {"step_id": step, "spoke": deed.spoke[:120], "words": deed.words[:1000]}
        await tx.execute(insert(words).values(said))
    await insert_rows(tx, photos, [{"step_id": step, "digest": each} for each in dict.fromkeys(deed.photos)])
    return step


async def steps_of(tx: Transaction, actor: Actor, task_ids: Sequence[int]) -> Mapping[int, Sequence[Step]]:
    """Return what was done to tasks, in order, with the words and photos that are not erased."""
    mine = among(tx, steps.c.task_id, task_ids) & within(actor, steps.c.area_id)
    joined = steps.outerjoin(words, words.c.step_id == steps.c.id)
    chosen = select(steps, words.c.spoke, words.c.words).select_from(joined).where(mine).order_by(steps.c.id)
    rows = await tx.rows(chosen)
    shots: dict[int, list[str]] = {}
    wanted = select(photos).where(among(tx, photos.c.step_id, [row.id for row in rows]))
    for row in await tx.rows(wanted.order_by(photos.c.step_id, photos.c.digest)):
        shots.setdefault(row.step_id, []).append(row.digest)
    found: dict[int, list[Step]] = {}
    for row in rows:
        found.setdefault(row.task_id, []).append(_step(row, tuple(shots.get(row.id, ()))))
    return found


def _step(row: Any, shots: tuple[str, ...]) -> Step:
    return Step(
        id=row.id,
        act=Act(row.act),
        from_state=State(row.from_state),
        to_state=State(row.to_state),
        rung=Rung(row.rung),
        outcome=Outcome(row.outcome) if row.outcome else None,
        verified=row.verified,
        means=row.means,
        by=row.by,
        typed_by=row.typed_by,
        happened_at=row.happened_at,
        learned_at=row.learned_at,
        spoke=row.spoke or "",
        words=row.words or "",
        photos=shots,
    )


async def erase(tx: Transaction, actor: Actor, task_id: int) -> None:
    """Forget what was said and photographed at a door; that somebody was there, and when, stays."""
    actor.require(Role.ADMIN)
    theirs = select(steps.c.id).where(steps.c.task_id == task_id, within(actor, steps.c.area_id))
    await tx.execute(words.delete().where(words.c.step_id.in_(theirs)))
    await tx.execute(photos.delete().where(photos.c.step_id.in_(theirs)))
