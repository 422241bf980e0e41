"""The door of the home county at which somebody must knock, and how its rows are asked for."""

from dataclasses import dataclass, replace
from typing import Any

from bot.cases.door_task import Act, Kind, Outcome, Reason, Task
from bot.cases.door_values import Deed
from bot.doors.opening import open_tasks
from bot.stores.doors import steps, tasks
from ground.actor import system
from ground.transaction import Database
from tests.builders import NOON

ORIGIN = "hand:home"
SAID = Deed(act=Act.ADD, by="person:1", dedupe="said", happened_at=NOON, now=NOON, words="locked", photos=("f" * 64,))


@dataclass(frozen=True, slots=True)
class Knocking:
    """One open task, of which something was said already, and what may be done to it."""

    key: int
    public_id: str
    origin: str
    deed: Deed


async def knocked(database: Database, household: int) -> Knocking:
    """Open a task at a household's door, and say something of it."""
    hub = system("test")
    asked = Task(kind=Kind.BY_HAND, origin=ORIGIN, reason=Reason.ASKED, household=household)
    async with database.writing() as tx:
        await open_tasks(tx, [asked], NOON)
        (task,) = await tasks.of_origin(tx, hub, ORIGIN)
        await steps.take(tx, hub, task.key, SAID)
    found = replace(SAID, act=Act.REPORT, outcome=Outcome.ANSWERED_SAFE, dedupe="found")
    return Knocking(task.key, task.id, ORIGIN, found)


def door_examples(door: Knocking) -> dict[str, Any]:
    """Return an argument for each name that only the stores of door tasks give to theirs."""
    return {"task_id": door.key, "task_ids": [door.key]}
