"""The desk: what officers enter for others, who checks in at shelters, head counts, alarms, returns, the report."""

from fastapi import APIRouter

from app.api.evacuation.desk_shapes import (
    AlarmShown,
    CheckInGiven,
    CheckInShown,
    ClosingShown,
    CountGiven,
    OnBehalfGiven,
    ReasonGiven,
    ShelterShown,
)
from app.api.evacuation.shapes import GroupShown, LineShown
from app.api.evacuation.showing import areas_of, lines_shown, order_shown, tallies_shown
from app.api.shown import area_named, codes_of, shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from bot.cases.errors import UnknownLine, UnknownShelter
from bot.cases.evacuation import PersonState, Way
from bot.evacuation import reporting, returning
from bot.stores.evacuation import alarms, closing, orders, returns, roll, shelters
from bot.stores.evacuation.orders import Order
from bot.stores.evacuation.reports import Said
from bot.telling import Teller
from ground.actor import Actor
from ground.transaction import Transaction

router = APIRouter(prefix="/evacuations", tags=["evacuation"], route_class=Unit)


@router.post("/{order}/on-behalf")
async def enter_for_somebody(tx: Tx, who: Who, now: Now, order: str, given: OnBehalfGiven) -> LineShown:
    """代录: enter what somebody said by telephone, radio, satellite phone, in person or in a group chat. It counts."""
    found = await orders.load(tx, who, order)
    said = Said(
        line=(await _row(tx, who, found, given.line)).id,
        state=given.state,
        happened_at=given.said_at,
        entered_at=now,
        by=who.name,
        typed_by=who.name,
        means=given.means,
        dedupe=f"{who.id}:{given.key}",
        checks=given.checks,
        shelter=given.shelter,
        spoke=given.spoke,
        words=given.words,
    )
    return await _report(tx, who, found, said, now)


@router.post("/{order}/check-ins")
async def check_in(tx: Tx, who: Who, now: Now, order: str, given: CheckInGiven) -> CheckInShown:
    """Check somebody in at a shelter's door, by the row that a QR code names or by name."""
    found = await orders.load(tx, who, order)
    if given.shelter not in {each.site for each in await shelters.of_order(tx, who, found.key)}:
        raise UnknownShelter(shelter=given.shelter)
    if given.line is not None:
        rows = [await _row(tx, who, found, given.line)]
    else:
        rows = list(await roll.named(tx, who, found.key, given.name or ""))
    if len(rows) != 1:
        return CheckInShown(line=None, choices=await lines_shown(tx, who, rows))
    said = Said(
        line=rows[0].id,
        state=PersonState.MOVED,
        happened_at=now if given.at is None else given.at,
        by=who.name,
        means=Way.DESK,
        dedupe=f"{who.id}:{given.key}",
        shelter=given.shelter,
    )
    return CheckInShown(line=await _report(tx, who, found, said, now), choices=[])


@router.get("/{order}/shelters")
async def list_shelters(tx: Tx, who: Who, order: str) -> list[ShelterShown]:
    """List the shelters of an order: how many the roll has there, and the newest head count."""
    found = await orders.load(tx, who, order)
    return [shown(ShelterShown, each) for each in await shelters.of_order(tx, who, found.key)]


@router.post("/{order}/shelters/{site}/counts")
async def count_heads(tx: Tx, who: Who, now: Now, order: str, site: int, given: CountGiven) -> ShelterShown:
    """Report a head count of a shelter."""
    found = await orders.load(tx, who, order)
    at = now if given.counted_at is None else given.counted_at
    key = f"{who.id}:{given.key}"
    counted = await shelters.count(tx, who, found.key, site, given.people, happened_at=at, dedupe=key, at=now)
    return shown(ShelterShown, counted)


@router.get("/{order}/alarms")
async def list_alarms(tx: Tx, who: Who, now: Now, order: str, *, done_too: bool = False) -> list[AlarmShown]:
    """List what must be dealt with: 失联, calls for help, second refusals, unauthorised returns, overdue rolls."""
    found = await alarms.listed(tx, who, (await orders.load(tx, who, order)).key, now=now, done_too=done_too)
    codes = await codes_of(tx, [each.area for each in found])
    return [shown(AlarmShown, each, area=codes[each.area], shelter=each.site) for each in found]


@router.post("/{order}/alarms/{alarm}/settle", status_code=204)
async def settle_alarm(tx: Tx, who: Who, now: Now, order: str, alarm: int, given: ReasonGiven) -> None:
    """Say that an alarm was dealt with, and how."""
    await orders.load(tx, who, order)
    await alarms.settle(tx, who, alarm, given.reason, now)


@router.post("/{order}/groups/{area}/check")
async def check_place(tx: Tx, who: Who, now: Now, order: str, area: str) -> GroupShown:
    """Note that somebody looked at a group's place and found it safe."""
    found = await orders.load(tx, who, order)
    return shown(GroupShown, await returns.check(tx, who, found.key, await area_named(tx, who, area), now), area=area)


@router.post("/{order}/groups/{area}/return")
async def let_return(tx: Tx, who: Who, now: Now, house: TheHouse, order: str, area: str) -> GroupShown:
    """可以返回: let a group return after a check on the spot, and tell its people."""
    found, place = await orders.load(tx, who, order), await area_named(tx, who, area)
    group = await returning.let_return(tx, who, Teller(house.kinds), found, place, now)
    return shown(GroupShown, group, area=area)


@router.get("/{order}/report")
async def report_closing(tx: Tx, who: Who, order: str) -> ClosingShown:
    """Read what the order came to: people, refusals, reports by means, alarms, shelters, group by group."""
    found = await orders.load(tx, who, order)
    return shown(
        ClosingShown,
        await closing.figures(tx, who, found.key),
        order=await order_shown(tx, found),
        tallies=await tallies_shown(tx, who, found, await areas_of(tx, who, found)),
        shelters=[shown(ShelterShown, each) for each in await shelters.of_order(tx, who, found.key)],
    )


async def _row(tx: Transaction, who: Actor, order: Order, line: int) -> roll.Line:
    rows = [each for each in await roll.of_lines(tx, who, [line]) if each.order == order.key]
    if not rows:
        raise UnknownLine(line=line)
    return rows[0]


async def _report(tx: Transaction, who: Actor, order: Order, said: Said, now: int) -> LineShown:
    await reporting.report(tx, who, [said], now)
    return (await lines_shown(tx, who, [await _row(tx, who, order, said.line)]))[0]
