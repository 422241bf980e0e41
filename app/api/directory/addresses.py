"""Addresses: opened, closed, verified, opted out; a number repaired while a warning is valid gets that warning."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.api.paging import Page, Paged
from app.api.shown import area_named, shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from audiences.addresses import Opening, Purpose, normal_phone
from audiences.stores.reach import addresses, consents, owners

router = APIRouter(prefix="/addresses", tags=["directory"], route_class=Unit)
PHONES = frozenset({"sms", "voice"})
HOW = "operator"


class AddressGiven(BaseModel):
    """A new address of one person; others may share it."""

    model_config = ConfigDict(extra="forbid")
    person: int
    channel: str = Field(min_length=1, max_length=20)
    value: str = Field(min_length=1, max_length=200, description="a number, a chat's id …")
    rank: int = Field(default=0, ge=0, le=100, description="the person's own order within the channel")


class Closing(BaseModel):
    model_config = ConfigDict(extra="forbid")
    why: str = Field(min_length=1, max_length=60, pattern=r"^[a-z_.]+$", description="a short code: changed, dead …")


class Verification(BaseModel):
    model_config = ConfigDict(extra="forbid")
    how: str = Field(min_length=1, max_length=40, pattern=r"^[a-z_.]+$", description="a short code: call, visit, reply")


class ConsentGiven(BaseModel):
    model_config = ConfigDict(extra="forbid")
    granted: bool


class StoppedShown(BaseModel):
    """An address to which the carrier delivers nothing: somebody of the village should ask them."""

    address: int
    channel: str
    stopped_at: int
    people: list[int]


@router.post("", status_code=204)
async def open_address(tx: Tx, who: Who, now: Now, house: TheHouse, given: AddressGiven) -> None:
    """Give a person an address. Whoever is meant by a warning that is still valid gets it there."""
    value = normal_phone(given.value) if given.channel in PHONES else given.value
    opening = Opening(given.person, given.channel, value, HOW, rank=given.rank)
    await owners.open_for(tx, who, house.desk, [opening], at=now)


@router.get("/stopped")
async def list_stopped(
    tx: Tx, who: Who, paged: Paged, area: Annotated[str, Query(description="a code")]
) -> Page[StoppedShown]:
    """List the addresses to which the carrier delivers nothing until their owner lifts it."""
    inside = await area_named(tx, who, area)
    found = await addresses.stopped(tx, who, inside, after=paged.after_number(), limit=paged.fetch)
    return paged.page(
        [shown(StoppedShown, each, people=list(each.people)) for each in found], lambda each: each.address
    )


@router.post("/{address}/close", status_code=204)
async def close_address(tx: Tx, who: Who, now: Now, house: TheHouse, address: int, given: Closing) -> None:
    """Close an address for all who share it."""
    await addresses.close(tx, who, house.desk, address, given.why, at=now)


@router.post("/{address}/verify", status_code=204)
async def verify_address(tx: Tx, who: Who, now: Now, address: int, given: Verification) -> None:
    """Note that somebody made sure the address is who it says it is."""
    await addresses.verify(tx, who, address, given.how, at=now)


@router.put("/{address}/consents/{purpose}", status_code=204)
async def set_consent(tx: Tx, who: Who, now: Now, address: int, purpose: Purpose, given: ConsentGiven) -> None:
    """Note what the owner said about one purpose; an opt-out from lessons never silences a warning."""
    change = consents.opt_in if given.granted else consents.opt_out
    await change(tx, who, address, purpose, HOW, at=now)
