"""Channels: what is switched on, what each can do, and whether its provider would serve us now."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from app.api.shown import shown
from app.api.unit import Admitted, TheHouse
from app.process.probing import ask_providers
from broadcast.channels.base import Health
from broadcast.channels.kind import ChannelKind

router = APIRouter(prefix="/channels", tags=["sending"], route_class=Admitted)


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


class HealthShown(BaseModel):
    """What the provider said when it was asked."""

    well: bool
    reason: str = Field(description="a short code of what is wrong: account_refused, no_connection …; empty: nothing")


class ChannelShown(BaseModel):
    name: str
    started: bool
    health: HealthShown | None = Field(description="null: it cannot be asked")
    abilities: AbilitiesShown


@router.get("")
async def list_channels(house: TheHouse) -> list[ChannelShown]:
    """List the channels that are switched on; each provider is asked, for a few seconds at most."""
    said = await ask_providers(house.channels)
    return [_shown(kind, said.get(kind.name), started=house.running[kind.name]) for kind in house.kinds]


def _shown(kind: ChannelKind, health: Health | None, *, started: bool) -> ChannelShown:
    return ChannelShown(
        name=kind.name,
        started=started,
        health=shown(HealthShown, health) if health else None,
        abilities=shown(AbilitiesShown, kind.abilities),
    )
