"""Stops: a notice, a channel or everything is held at once; read at every claim, shown with what still went out."""

from collections.abc import Sequence
from typing import Self

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import select

from app.api.shown import shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from broadcast.errors import UnknownChannel
from broadcast.stores import notices, stops
from broadcast.stores.stops import Stop
from broadcast.stores.tables import notices as notice_table
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

router = APIRouter(prefix="/stops", tags=["sending"], route_class=Unit)


class StopGiven(BaseModel):
    """What is to be held: a `notice`, a `channel`, or `everything`."""

    model_config = ConfigDict(extra="forbid")
    notice: str | None = None
    channel: str | None = None
    everything: bool = False
    reason: str = Field(min_length=1, max_length=400)

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if [self.notice is not None, self.channel is not None, self.everything].count(True) != 1:
            raise ValueError("say one of notice, channel and everything")
        return self


class StopShown(BaseModel):
    """A stop as it stands; `notice` and `channel` null: everything."""

    id: int
    notice: str | None
    channel: str | None
    actor: str
    reason: str
    at: int
    lifted_at: int | None
    went_out: int = Field(description="sendings that were under way when it was said and could not be held")


@router.post("", status_code=201)
async def say_stop(tx: Tx, who: Who, now: Now, house: TheHouse, given: StopGiven) -> StopShown:
    """Hold what is not sent yet. What is in a provider's hands already still goes out, and is counted."""
    if given.notice is not None:
        notice = await notices.by_public_id(tx, who, given.notice)
        stop_id = await stops.stop_notice(tx, who, notice.id, given.reason, now)
    else:
        if given.channel is not None and given.channel not in house.running:
            raise UnknownChannel(channel=given.channel, known=", ".join(house.running))
        stop_id = await stops.stop_channel(tx, who, given.channel, given.reason, now)
    return await _shown(tx, who, stop_id)


@router.get("")
async def list_stops(tx: Tx, who: Who, *, lifted_too: bool = False) -> list[StopShown]:
    """List the stops in force, with what still went out after each was said."""
    return await _all_shown(tx, await stops.in_force(tx, who, lifted_too=lifted_too))


@router.post("/{stop}/lift", status_code=204)
async def lift_stop(tx: Tx, who: Who, now: Now, stop: int) -> None:
    """Let what was held go on."""
    await stops.lift(tx, who, stop, now)


async def _shown(tx: Transaction, who: Actor, stop_id: int) -> StopShown:
    said = [each for each in await stops.in_force(tx, who) if each.id == stop_id]
    return (await _all_shown(tx, said))[0]


async def _all_shown(tx: Transaction, said: Sequence[Stop]) -> list[StopShown]:
    """Name notices as the world knows them."""
    table = notice_table.c
    named = await tx.rows(
        select(table.id, table.public_id).where(among(tx, table.id, [each.notice for each in said if each.notice]))
    )
    public = {row.id: row.public_id for row in named}
    return [shown(StopShown, each, notice=each.notice and public[each.notice]) for each in said]
