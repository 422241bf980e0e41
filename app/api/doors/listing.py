"""The list of doors: who must knock where, how far it is, and everything that was done."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.doors.shapes import DoorAndSteps, DoorShown, DoorTally
from app.api.doors.showing import door_shown, doors_shown, step_shown
from app.api.paging import Page, Paged
from app.api.shown import area_named
from app.api.unit import Tx, Unit, Who
from bot.stores.doors import steps, tasks

router = APIRouter(prefix="/doors", tags=["doors"], route_class=Unit)
Drill = Annotated[bool, Query(description="those of drills, instead of the real ones")]


@router.get("")
async def list_doors(
    tx: Tx, who: Who, paged: Paged, *, area: str | None = None, drill: Drill = False, done_too: bool = False
) -> Page[DoorShown]:
    """List the doors of your area, or one below it, at which somebody must still knock: who, and how to reach them."""
    under = await area_named(tx, who, area) if area else None
    after, limit = paged.after_number(), paged.fetch
    found = await tasks.listed(tx, who, drill=drill, under=under, done_too=done_too, after=after, limit=limit)
    page = paged.page(found, lambda each: each.key)
    return Page(items=await doors_shown(tx, who, page.items), next=page.next)


@router.get("/tally")
async def count_doors(tx: Tx, who: Who, *, area: str | None = None, drill: Drill = False) -> DoorTally:
    """Count the doors of an area by how far they are; drills and the real thing are never counted together."""
    under = await area_named(tx, who, area) if area else None
    return DoorTally(**await tasks.counted(tx, who, drill=drill, under=under))


@router.get("/{door}")
async def get_door(tx: Tx, who: Who, door: str) -> DoorAndSteps:
    """Read one door task with every step of it."""
    task = await tasks.load(tx, who, door)
    told = (await steps.steps_of(tx, who, [task.key])).get(task.key, ())
    return DoorAndSteps(door=await door_shown(tx, who, task), steps=[step_shown(who, each) for each in told])
