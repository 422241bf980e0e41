"""Who is still to be told of door tasks: one message each, however many doors; and how far the telling came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from bot.cases.door_task import WAITING, State
from bot.cases.door_values import DoorTask
from bot.stores.doors.rows import task_of
from bot.stores.doors.tables import runs, tasks
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Dialect, Transaction

SHOWN = 200  # doors of one person that are looked at; of more the message says how many
WAIT_STATES = [state.value for state in WAITING]


@dataclass(frozen=True, slots=True, order=True)
class Addressee:
    """Of whom tasks of one kind are asked; drills and the real thing apart."""

    person: int
    office: int
    kind: str
    drill: bool
    over: bool  # told that nobody has to go any more


@dataclass(frozen=True, slots=True)
class Asked:
    """What one of them is to be told: how many doors, up to which task, and the first of them."""

    count: int
    through: int
    tasks: list[DoorTask] = field(default_factory=list)


_WHO = (
    func.coalesce(tasks.c.holder_id, tasks.c.accepted_by, 0).label("person"),
    func.coalesce(tasks.c.office_id, 0).label("office"),
    tasks.c.kind.label("of_kind"),
    tasks.c.drill.label("of_drill"),
    (tasks.c.state == State.DONE).label("over"),
)


async def untold(tx: Transaction, actor: Actor, limit: int) -> Mapping[Addressee, Asked]:
    """Return the next who are to be told; what a look has not finished waits for its end. Two statements."""
    actor.require_hub()
    first = select(
        *_WHO, func.count().label("n"), func.min(tasks.c.id).label("since"), func.max(tasks.c.id).label("last")
    )
    rows = await tx.rows(first.where(_ready()).group_by(*_WHO).order_by("since").limit(limit))
    found = {_addressee(row): Asked(row.n, row.last) for row in rows}
    if not found:
        return {}
    people, offices = sorted({each.person for each in found}), sorted({each.office for each in found})
    theirs = and_(_ready(), among(tx, _WHO[0].element, people), among(tx, _WHO[1].element, offices))
    place = func.row_number().over(partition_by=[each.element for each in _WHO[:2]], order_by=tasks.c.id).label("place")
    numbered = select(tasks.c.id, place, *_WHO).where(theirs).subquery()
    named = [numbered.c[name] for name in ("person", "office", "of_kind", "of_drill", "over")]
    wanted = select(tasks, *named).join(numbered, numbered.c.id == tasks.c.id).where(numbered.c.place <= SHOWN)
    for row in await tx.rows(wanted.order_by(tasks.c.id)):
        asked = found.get(_addressee(row))
        if asked is not None:
            asked.tasks.append(task_of(row))
    return {who: asked for who, asked in found.items() if asked.tasks}


async def told(tx: Transaction, actor: Actor, told_now: Sequence[DoorTask], batch: str) -> bool:
    """Note by which message tasks are asked; False if another worker was faster, or something changed meanwhile."""
    actor.require_hub()
    keys = [each.key for each in told_now]
    here = select(tasks.c.id, tasks.c.state, tasks.c.rung).where(among(tx, tasks.c.id, keys), tasks.c.untold)
    if tx.dialect is Dialect.POSTGRESQL:
        here = here.order_by(tasks.c.id).with_for_update()
    same = {(row.id, row.state, row.rung) for row in await tx.rows(here)}
    if same != {(each.key, each.state.value, each.rung.value) for each in told_now}:
        return False
    await tx.execute(update(tasks).where(among(tx, tasks.c.id, keys)).values(untold=False, batch=batch))
    return True


async def rest(tx: Transaction, actor: Actor, who: Addressee, through: int, batch: str, limit: int) -> int:
    """Note it of the doors that the message only counted, a slice at a time; return of how many."""
    actor.require_hub()
    theirs = [column.element == value for column, value in zip(_WHO[:2], (who.person, who.office), strict=True)]
    alike = [tasks.c.kind == who.kind, tasks.c.drill.is_(who.drill), tasks.c.id <= through]
    ended = tasks.c.state == State.DONE if who.over else tasks.c.state != State.DONE
    some = select(tasks.c.id).where(_ready(), ended, *theirs, *alike).order_by(tasks.c.id).limit(limit)
    return (await tx.execute(update(tasks).where(tasks.c.id.in_(some)).values(untold=False, batch=batch))).rowcount


async def wait_until(tx: Transaction, actor: Actor, task_ids: Sequence[int], due: int) -> None:
    """Count the wait for an answer from the moment at which they are told; a longer one stays."""
    actor.require_hub()
    mine = among(tx, tasks.c.id, task_ids) & tasks.c.state.in_(WAIT_STATES) & (tasks.c.due_at < due)
    await tx.execute(update(tasks).where(mine).values(due_at=due))


def _ready() -> ColumnElement[bool]:
    looking = select(runs.c.id).where(runs.c.stage == "looking")
    return tasks.c.untold & or_(tasks.c.run_id.is_(None), tasks.c.run_id.not_in(looking))


def _addressee(row: Any) -> Addressee:
    return Addressee(row.person, row.office, row.of_kind, bool(row.of_drill), bool(row.over))
