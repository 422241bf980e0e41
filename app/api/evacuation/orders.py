"""Orders: an evacuation is ordered out of a warning, or of a site or an area; hushed, closed, listed."""

from fastapi import APIRouter

from app.api.evacuation.desk_shapes import ReasonGiven, RecordingGiven, RecordingShown
from app.api.evacuation.shapes import GroupShown, OrderGiven, OrderShown
from app.api.evacuation.showing import order_shown
from app.api.shown import area_named, codes_of, shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from bot.cases.evacuation import OrderKind
from bot.evacuation import lifting, ordering
from bot.evacuation.ordering import Asked
from bot.stores.evacuation import links, orders, recordings, roll
from bot.telling import Teller
from broadcast.content.message import Audio
from ground import media
from ground.transaction import Transaction

router = APIRouter(prefix="/evacuations", tags=["evacuation"], route_class=Unit)


@router.post("", status_code=201)
async def order_evacuation(tx: Tx, who: Who, now: Now, house: TheHouse, given: OrderGiven) -> OrderShown:
    """Order an evacuation. Loudspeakers sound at once; the roll is frozen and people are told within seconds."""
    area = await area_named(tx, who, given.area) if given.area else None
    recording = await _audio(tx, given.recording) if given.recording else None
    teller = Teller(house.kinds)
    if given.kind is OrderKind.INSTANT and area is not None:
        made = await ordering.sound_the_alarm(tx, who, teller, area, now, site=given.site, drill=given.drill)
        return await order_shown(tx, made)
    asked = Asked(
        kind=given.kind,
        alert=given.alert,
        area=area,
        site=given.site,
        drill=given.drill,
        follows=given.follows,
        recording=recording,
    )
    return await order_shown(tx, await ordering.order(tx, who, teller, asked, now))


@router.get("")
async def list_evacuations(tx: Tx, who: Who, *, lifted_too: bool = True, before: str | None = None) -> list[OrderShown]:
    """List the orders of your area, the newest first; `before` is the id of the last one of the page before."""
    found = await orders.listed(tx, who, lifted_too=lifted_too, before=before)
    codes = await codes_of(tx, [each.area for each in found])
    return [shown(OrderShown, each, area=codes[each.area]) for each in found]


@router.get("/recordings")
async def list_recordings(tx: Tx, who: Who) -> list[RecordingShown]:
    """List the recordings that villages of your area may sound by themselves."""
    found = await recordings.listed(tx, who)
    codes = await codes_of(tx, [each.area for each in found])
    return [shown(RecordingShown, each, area=codes[each.area], digest=each.audio.digest) for each in found]


@router.post("/recordings", status_code=201)
async def approve_recording(tx: Tx, who: Who, now: Now, given: RecordingGiven) -> RecordingShown:
    """Approve a recording for 立即撤离 in an area and all below it."""
    area = await area_named(tx, who, given.area)
    made = await recordings.approve(tx, who, area, await _audio(tx, given.digest), now)
    return shown(RecordingShown, made, area=given.area, digest=made.audio.digest)


@router.post("/recordings/{recording}/withdraw", status_code=204)
async def withdraw_recording(tx: Tx, who: Who, now: Now, recording: int) -> None:
    """Let a recording be sounded no more."""
    await recordings.withdraw(tx, who, recording, now)


@router.get("/{order}")
async def get_evacuation(tx: Tx, who: Who, order: str) -> OrderShown:
    """Read one order."""
    return await order_shown(tx, await orders.load(tx, who, order))


@router.get("/{order}/groups")
async def list_groups(tx: Tx, who: Who, order: str) -> list[GroupShown]:
    """List the groups of an order: how many are on each roll, who was told, who may return."""
    found = await roll.groups_of(tx, who, (await orders.load(tx, who, order)).key)
    codes = await codes_of(tx, [each.area for each in found])
    return [shown(GroupShown, each, area=codes[each.area]) for each in found]


@router.post("/{order}/hush", status_code=204)
async def hush_evacuation(tx: Tx, who: Who, now: Now, order: str, given: ReasonGiven) -> None:
    """End what loudspeakers play of an order. The evacuation goes on."""
    await ordering.stop_sounding(tx, who, await orders.load(tx, who, order), given.reason, now)


@router.delete("/{order}/links/{person}", status_code=204)
async def revoke_links(tx: Tx, who: Who, now: Now, order: str, person: int) -> None:
    """End a person's links to the rolls of this order, and every page that was opened by them."""
    await links.revoke(tx, who, (await orders.load(tx, who, order)).key, person, now)


@router.post("/{order}/lift")
async def lift_evacuation(tx: Tx, who: Who, now: Now, house: TheHouse, order: str, given: ReasonGiven) -> OrderShown:
    """Close an order and call back who looks for its silent villages. Who may return is said group by group."""
    found = await orders.load(tx, who, order)
    return await order_shown(tx, await lifting.lift(tx, who, house.desk, found, given.reason, now))


async def _audio(tx: Transaction, digest: str) -> Audio:
    medium = await media.recording(tx, digest)
    return Audio(medium.digest, medium.mime_type, medium.bytes, medium.duration_ms or 0)
