"""The doors to be knocked at, to be printed: village by village, who goes and how to reach them."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.api.doors.shapes import DoorShown
from app.api.doors.showing import doors_shown
from app.api.shown import area_named
from app.api.unit import house_of
from app.pages import laying_out
from app.pages.routes import page, to_login, visitor
from bot.cases.door_task import Kind
from bot.stores.doors import tasks
from ground.actor import Actor
from ground.clock import BEIJING, moment
from ground.transaction import Transaction
from templates.rendering import render_page

router = APIRouter(include_in_schema=False)
SHOWN = 2_000


@router.get("/doors")
async def show_doors(
    request: Request, lang: str | None = None, area: str | None = None, *, drill: bool = False
) -> Response:
    """Show the doors of the visitor's area at which somebody must still knock; drills have a page of their own."""
    house, language = house_of(request), laying_out.language_of(lang)
    async with house.database.reading() as tx:
        holder = await visitor(request, tx)
        if holder is None:
            return to_login("/doors")
        under = await area_named(tx, holder.actor, area) if area else None
        values = await _doors(tx, holder.actor, under, drill=drill)
    frame = {
        "drill": drill,
        "area": area or "",
        "printed": f"{moment(house.clock.now(), BEIJING):%m-%d %H:%M}",
        "other_language": laying_out.LANGUAGES[language],
    }
    return page(render_page("doors.html.j2", language, values | frame))


async def _doors(tx: Transaction, who: Actor, under: int | None, *, drill: bool) -> dict[str, Any]:
    found = await tasks.by_village(tx, who, drill=drill, under=under, limit=SHOWN)
    counted = await tasks.counted(tx, who, drill=drill, under=under)
    waiting = counted.get("open", 0) + counted.get("handed_on", 0)
    doors = await doors_shown(tx, who, found)
    return {"villages": _villages(doors), "waiting": waiting, "going": counted.get("accepted", 0)}


def _villages(doors: Sequence[DoorShown]) -> list[tuple[str, list[dict[str, Any]]]]:
    together = groupby(doors, key=lambda each: (each.village, each.village_name))
    return [(name, [_row(each) for each in some]) for (_, name), some in together]


def _row(door: DoorShown) -> dict[str, Any]:
    return {
        "place": door.area_name,
        "name": door.name or "",
        "whole": door.kind is Kind.OUT_OF_CONTACT,
        "phones": door.phones,
        "needs": door.needs,
        "reason": door.reason.value,
        "state": door.state.value,
        "rung": door.rung.value,
        "office": door.office,
        "asked": [(each.name or "", each.phones) for each in door.asked],
        "outcome": door.outcome.value if door.outcome else "",
        "claimed": door.claimed.value if door.claimed else "",
        "answered": door.answered or "",
    }
