"""Channels: what is switched on, and what each can do."""

from fastapi import APIRouter
from pydantic import BaseModel

from app.api.shown import shown
from app.api.unit import TheHouse, Unit, Who

router = APIRouter(prefix="/channels", tags=["sending"], route_class=Unit)


class AbilitiesShown(BaseModel):
    """What a channel can do, as it declares it."""

    receipts: bool
    buttons: int
    text_limit: int | None
    segments: bool
    media: bool
    audio: bool
    public: bool
    cancel: bool


class ChannelShown(BaseModel):
    name: str
    started: bool
    abilities: AbilitiesShown


@router.get("")
async def list_channels(house: TheHouse, who: Who) -> list[ChannelShown]:
    """List the channels that are switched on."""
    del who  # every operator may know
    return [
        ChannelShown(name=kind.name, started=house.running[kind.name], abilities=shown(AbilitiesShown, kind.abilities))
        for kind in house.kinds
    ]
