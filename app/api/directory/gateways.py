"""Gateways of village speakers: registered, listed, and given what they need to connect."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.api.paging import Page, Paged
from app.api.shown import area_named, codes_of, shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who, secret_answer
from app.broker.accounts import gateway_account
from app.errors import NoBroker
from audiences.gateways import GatewayState
from audiences.stores import gateways
from broadcast.channels.speaker_mqtt.channel import SpeakerChannel
from ground.actor import Role

router = APIRouter(prefix="/gateways", tags=["speakers"], route_class=Unit)


class GatewayGiven(BaseModel):
    model_config = ConfigDict(extra="forbid")
    code: str = Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_-]+$")
    name: str = Field(min_length=1, max_length=120)
    area: str = Field(description="the code of the area it stands in")


class GatewayShown(BaseModel):
    """A gateway as it was last heard (milliseconds since 1970 UTC)."""

    code: str
    name: str
    area: str
    state: GatewayState
    heard_at: int | None


class AccountShown(BaseModel):
    """What a gateway needs to connect and to trust: its broker account, its topics, the hub's public key."""

    host: str
    port: int
    username: str
    password: str
    reads: list[str]
    writes: list[str]
    public_key: str = Field(description="Ed25519, 32 bytes in base64: commands that it did not sign are refused")


@router.post("", status_code=201)
async def register_gateway(tx: Tx, who: Who, now: Now, given: GatewayGiven) -> GatewayShown:
    """Register a gateway. The broker knows its account some seconds later."""
    area = await area_named(tx, who, given.area)
    await gateways.register(tx, who, code=given.code, name=given.name, area=area, source="operator", at=now)
    return shown(GatewayShown, await gateways.by_code(tx, who, given.code), area=given.area)


@router.get("")
async def list_gateways(
    tx: Tx, who: Who, paged: Paged, area: Annotated[str, Query(description="a code")]
) -> Page[GatewayShown]:
    """List the gateways of an area and below."""
    inside = await area_named(tx, who, area)
    found = await gateways.in_area(tx, who, inside, after=paged.after_number(), limit=paged.fetch)
    codes = await codes_of(tx, [each.area for each in found])
    page = paged.page(found, lambda each: each.id)
    return Page(items=[shown(GatewayShown, each, area=codes[each.area]) for each in page.items], next=page.next)


@router.post("/{gateway}/account")
@secret_answer
async def give_account(tx: Tx, who: Who, house: TheHouse, gateway: str) -> AccountShown:
    """Return what the gateway with this code needs to connect; the same each time it is asked."""
    who.require(Role.ADMIN)
    found = await gateways.by_code(tx, who, gateway)
    account = gateway_account(house.passwords, gateway, await gateways.topics(tx, who, found.id))
    channel = house.channels.get("speaker")
    if not isinstance(channel, SpeakerChannel):
        raise NoBroker
    host, port = house.settings.channel("speaker").host, house.settings.channel("speaker").port
    if house.broker is not None and not host:
        host, port = house.broker.host, house.broker.mqtt_port
    return AccountShown(
        host=host,
        port=port,
        username=account.name,
        password=account.password,
        reads=list(account.reads),
        writes=list(account.writes),
        public_key=channel.public_key,
    )
