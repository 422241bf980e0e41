"""From a door task to what is shown: areas by code, names and numbers only to those who must call people."""

from collections.abc import Mapping, Sequence

from app.api.doors.shapes import AskedShown, DoorShown, DoorStepShown
from app.api.evacuation.showing import phones_shown
from app.api.shown import codes_of, may_see_people, name_for, shown
from bot.cases.door_values import DoorTask, Step
from bot.doors.opening import DOORS
from bot.stores.doors import names
from bot.stores.doors.names import Door
from ground.actor import Actor
from ground.transaction import Transaction


async def doors_shown(tx: Transaction, who: Actor, tasks: Sequence[DoorTask]) -> list[DoorShown]:
    """Return tasks that the actor may see, in words."""
    doors = await names.of_tasks(tx, DOORS, tasks)
    codes = await codes_of(tx, [area for each in tasks for area in (each.area, each.village)])
    return [_shown(who, each, codes) for each in doors]


async def door_shown(tx: Transaction, who: Actor, task: DoorTask) -> DoorShown:
    return (await doors_shown(tx, who, [task]))[0]


def step_shown(who: Actor, step: Step) -> DoorStepShown:
    """Return a step; what was said and photographed only for those who must call people."""
    full = may_see_people(who)
    return shown(
        DoorStepShown,
        step,
        spoke=name_for(who, step.spoke) or "",
        words=step.words if full else "",
        photos=list(step.photos) if full else [],
    )


def _shown(who: Actor, door: Door, codes: Mapping[int, str]) -> DoorShown:
    task = door.task
    return shown(
        DoorShown,
        task,
        village=codes[task.village],
        village_name=door.village,
        area=codes[task.area],
        area_name=door.place,
        name=name_for(who, door.name or None),
        phones=phones_shown(who, door.phones),
        needs=list(door.needs),
        office=door.office,
        asked=[
            AskedShown(person=one.person, name=name_for(who, one.name), phones=phones_shown(who, one.phones))
            for one in door.asked
        ],
    )
