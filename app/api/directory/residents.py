"""Residents: the people of an area, in pages, with numbers masked for all who neither call them nor keep the lists."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app.api.directory.people import PersonShown
from app.api.directory.sites import AreaCode
from app.api.paging import Page, Paged
from app.api.shown import area_named, codes_of, name_for, number_for, shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from audiences.people import Reached, Resident
from audiences.stores import residents
from ground.actor import Actor

router = APIRouter(prefix="/people", tags=["directory"], route_class=Unit)
Need = Annotated[str | None, Query(max_length=30, description="only who has this need, by its short code")]
Unreached = Annotated[bool, Query(description="only whom no channel that is switched on reaches")]


class ReachedShown(BaseModel):
    channel: str
    value: str | None = Field(description="masked for some; null: erased")


class ResidentShown(PersonShown):
    """A person with the addresses that are open now."""

    addresses: list[ReachedShown]


@router.get("")
async def list_people(
    tx: Tx,
    who: Who,
    now: Now,
    house: TheHouse,
    paged: Paged,
    area: AreaCode,
    need: Need = None,
    household: int | None = None,
    *,
    unreached: Unreached = False,
) -> Page[ResidentShown]:
    """List the people who live in an area and below."""
    found = await residents.in_area(
        tx,
        who,
        await area_named(tx, who, area),
        now=now,
        need=need,
        household=household,
        unreached_by=[kind.name for kind in house.kinds] if unreached else None,
        after=paged.after_number(),
        limit=paged.fetch,
    )
    codes = await codes_of(tx, [each.area for each in found])
    return paged.page([_shown(who, each, codes[each.area]) for each in found], lambda each: each.id)


def _shown(who: Actor, each: Resident, area: str) -> ResidentShown:
    return shown(
        ResidentShown,
        each,
        area=area,
        name=name_for(who, each.name),
        needs=list(each.needs),
        addresses=[_reached(who, address) for address in each.addresses],
    )


def _reached(who: Actor, address: Reached) -> ReachedShown:
    return ReachedShown(channel=address.channel, value=number_for(who, address.value))
