"""Rosters: who is on duty now or at another hour, the shifts of a period, and the gaps in which nobody is."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app.api.paging import Page, Paged
from app.api.shown import area_named, codes_of, name_for, number_for, shown
from app.api.unit import Now, Tx, Unit, Who
from audiences.rosters.policy import roster_policy
from audiences.rosters.shift import Room, ShiftRole
from audiences.stores.rosters import gaps, rooms, shifts
from audiences.stores.rosters.names import names_of_rooms
from bot.stores.rosters import nights
from ground.actor import Actor
from ground.transaction import Transaction

router = APIRouter(prefix="/rosters", tags=["rosters"], route_class=Unit)
LARGEST = 2**53
Instant = Annotated[int, Query(ge=0, le=LARGEST, description="milliseconds since 1970 UTC")]


class OnShiftShown(BaseModel):
    """Somebody on shift; the name masked, unless you call people."""

    person: int
    name: str | None
    role: ShiftRole
    since: int
    until: int
    backup: int | None


class RoomShown(BaseModel):
    """A duty room and who is on shift there; nobody: `on_shift` is empty."""

    organisation: int
    kind: str
    name: str
    area: str
    phone: str | None = Field(description="the landline, masked unless you call people")
    on_shift: list[OnShiftShown]


class ShiftShown(BaseModel):
    id: int
    organisation: int
    role: ShiftRole
    person: int
    backup: int | None
    since: int
    until: int


class GapShown(BaseModel):
    """A span in which nobody is on duty; `kept` false: the room hands in no roster at all."""

    organisation: int
    name: str
    kind: str
    area: str
    since: int
    until: int
    kept: bool


class EmptyNightShown(BaseModel):
    """A night in which a room had nobody, as it was raised."""

    organisation: int
    night: str
    area: str
    since: int
    until: int
    told_at: int | None
    people: int = Field(description="how many were told")


@router.get("/on-duty")
async def list_on_duty(
    tx: Tx, who: Who, now: Now, paged: Paged, area: str, at: Annotated[Instant | None, Query()] = None
) -> Page[RoomShown]:
    """List who is on duty in the rooms of an area and below: now, or at another instant."""
    when = now if at is None else at
    place = await area_named(tx, who, area)
    found = await rooms.needed_in(tx, who, place, when, after=paged.after_number(), limit=paged.fetch)
    return paged.page(await rooms_shown(tx, who, found), lambda each: each.organisation)


@router.get("/shifts")
async def list_shifts(
    tx: Tx, who: Who, now: Now, paged: Paged, area: str, since: Instant | None = None, until: Instant | None = None
) -> Page[ShiftShown]:
    """List the shifts of an area and below that have some of a period; a month from now on, unless you say."""
    begin = now if since is None else since
    end = begin + roster_policy().period if until is None else until
    place = await area_named(tx, who, area)
    found = await shifts.in_period(tx, who, place, begin, end, after=paged.after_number(), limit=paged.fetch)
    return paged.page([shown(ShiftShown, each) for each in found], lambda each: each.id)


@router.get("/gaps")
async def list_gaps(
    tx: Tx, who: Who, now: Now, area: str, since: Instant | None = None, until: Instant | None = None
) -> list[GapShown]:
    """List up to 1,000 gaps of rooms that must have somebody, room by room; the next 31 days, unless you say."""
    begin = now if since is None else since
    end = begin + roster_policy().period if until is None else until
    found = await gaps.gaps(tx, who, await area_named(tx, who, area), begin, end)
    codes = await codes_of(tx, [each.area for each in found])
    return [shown(GapShown, each, area=codes[each.area]) for each in found]


@router.get("/empty-nights")
async def list_empty_nights(tx: Tx, who: Who, paged: Paged) -> Page[EmptyNightShown]:
    """List the nights that were raised because a room of your area had nobody."""
    found = await nights.listed(tx, who, after=paged.after_number(), limit=paged.fetch)
    codes = await codes_of(tx, [each.area for each in found])
    listed = [(each.id, shown(EmptyNightShown, each, area=codes[each.area])) for each in found]
    page = paged.page(listed, lambda each: each[0])
    return Page(items=[item for _, item in page.items], next=page.next)


async def rooms_shown(tx: Transaction, who: Actor, found: Sequence[Room]) -> list[RoomShown]:
    codes = await codes_of(tx, [each.area for each in found])
    names = await names_of_rooms(tx, who, found)
    return [
        shown(
            RoomShown,
            room,
            area=codes[room.area],
            phone=number_for(who, room.phone),
            on_shift=[shown(OnShiftShown, each, name=name_for(who, names.get(each.person))) for each in room.on_shift],
        )
        for room in found
    ]
