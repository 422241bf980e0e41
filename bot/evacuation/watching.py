"""What the sweep watches: alarms that are due, and villages of which nothing is heard any more."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from bot.cases.evacuation import COUNT_WITHIN, COUNTED_EVERY, SILENT_AT_MOST, AlarmKind, OrderKind
from bot.evacuation import contacting
from bot.evacuation.advancing import Marshal
from bot.evacuation.ordering import MARSHAL
from bot.evacuation.wording import SPOKEN, alarm_line
from bot.lines import Spoken
from bot.stores.evacuation import alarms, contacts, missing, offices, orders, roll, shelters
from bot.stores.evacuation.alarms import Alarm, Raised
from bot.stores.evacuation.orders import Order
from bot.telling import News, Teller, Told
from broadcast.notices import Lane
from ground import apart
from ground.clock import SECOND
from ground.transaction import Transaction

ALARMS_AT_ONCE = 20
PUT_OFF: Final = 15 * SECOND  # an alarm that could not be told
WARNED_AT: Final = 2  # red and orange
TOWNSHIP, COUNTY, VILLAGE = "township", "county", "village"
WHOM: Final[dict[AlarmKind, tuple[str, ...]]] = {
    AlarmKind.NEED_HELP: (VILLAGE, TOWNSHIP),
    AlarmKind.REFUSED_TWICE: (TOWNSHIP,),
    AlarmKind.WENT_BACK: (TOWNSHIP,),
    AlarmKind.OUT_OF_CONTACT: (TOWNSHIP, COUNTY),
    AlarmKind.OVERDUE: (TOWNSHIP,),
    AlarmKind.HEAD_COUNT: (VILLAGE, TOWNSHIP),
    AlarmKind.WARNING_ENDED: (TOWNSHIP, COUNTY),
    AlarmKind.INSTANT: (TOWNSHIP, COUNTY),
}
ANSWERING: Final = frozenset({AlarmKind.NEED_HELP, AlarmKind.WENT_BACK, AlarmKind.OVERDUE})
"""What persons A and B are told too."""


async def watch(marshal: Marshal) -> int:
    """Tell what is due; return how many alarms were worked on."""
    async with marshal.database.reading() as tx:
        found = await alarms.due(tx, MARSHAL, marshal.clock.now(), ALARMS_AT_ONCE)
    worked = await apart.together(found, partial(_work_on_some, marshal))
    if worked.failed:  # their turn comes again, after that of others
        async with marshal.database.writing() as tx:
            await alarms.put_off(tx, MARSHAL, worked.failed, marshal.clock.now() + PUT_OFF)
    return worked.done


async def _work_on_some(marshal: Marshal, alarm_ids: Sequence[int]) -> int:
    now = marshal.clock.now()
    async with marshal.database.writing() as tx:
        found = await alarms.take(tx, MARSHAL, alarm_ids, now)
        for alarm in found:
            await _work_on(tx, marshal.teller, alarm, now)
    return len(found)


async def listen_for_villages(marshal: Marshal) -> int:
    """失联: raise an alarm for each village of a grave order that gave no sign of life for ten minutes."""
    async with marshal.database.reading() as tx:
        grave = [each.key for each in await orders.open_ones(tx, MARSHAL) if _is_grave(each)]
    return (await apart.each(grave, partial(_listen_for, marshal))).done


async def _listen_for(marshal: Marshal, key: int) -> int:
    async with marshal.database.writing() as tx:
        order = await orders.hold(tx, MARSHAL, key)
        return await _listen(tx, order, marshal.clock.now()) if order else 0


async def _listen(tx: Transaction, order: Order, now: int) -> int:
    villages = await contacts.look(tx, MARSHAL, order, now)
    silent = [each for each in villages if now - each.sign_at >= SILENT_AT_MOST]
    raised = [
        Raised(order.key, f"silent:{each.area}:{each.sign_at}", AlarmKind.OUT_OF_CONTACT, each.area, now)
        for each in silent
    ]
    await alarms.raise_all(tx, MARSHAL, raised)
    heard = [each.area for each in villages if now - each.sign_at < SILENT_AT_MOST]
    await alarms.heard_again(tx, MARSHAL, order.key, heard, now)
    await contacting.look_for(tx, order, silent, now)
    await contacting.heard_again(tx, order, heard, now)
    return len(raised)


def _is_grave(order: Order) -> bool:
    return order.stage == "told" and order.kind is not OrderKind.PREPARE and order.level <= WARNED_AT


async def _work_on(tx: Transaction, teller: Teller, alarm: Alarm, now: int) -> None:
    order = await orders.by_key(tx, MARSHAL, alarm.order)
    if alarm.kind is AlarmKind.HEAD_COUNT:
        await _next_count(tx, alarm, now)
    why = await _gone(tx, order, alarm)
    if why:
        await alarms.over(tx, MARSHAL, alarm.id, why, now)
        return
    await _tell(tx, teller, order, alarm, now)
    await alarms.told(tx, MARSHAL, alarm.id, now)


async def _gone(tx: Transaction, order: Order, alarm: Alarm) -> str:
    """Say why nobody has to be told any more, if so."""
    if alarm.kind is AlarmKind.OVERDUE:
        tally = (await missing.tallies(tx, MARSHAL, order.key, [alarm.area])).get(alarm.area)
        return "the roll is complete" if tally is None or tally.missing == 0 else ""
    if alarm.kind is AlarmKind.HEAD_COUNT:
        shelter = await _shelter(tx, alarm)
        counted = shelter is not None and (shelter.counted_at or 0) > alarm.due_at - COUNT_WITHIN
        return "heads were counted" if counted or shelter is None or shelter.expected == 0 else ""
    return ""


async def _next_count(tx: Transaction, alarm: Alarm, now: int) -> None:
    stem, _, number = alarm.key.rpartition(":")
    due_at = max(alarm.due_at + COUNTED_EVERY, now)
    following = Raised(alarm.order, f"{stem}:{int(number) + 1}", alarm.kind, alarm.area, due_at, site=alarm.site)
    await alarms.raise_all(tx, MARSHAL, [following])


async def _shelter(tx: Transaction, alarm: Alarm) -> shelters.Shelter | None:
    found = await shelters.of_order(tx, MARSHAL, alarm.order)
    return next((each for each in found if each.site == alarm.site), None)


async def _tell(tx: Transaction, teller: Teller, order: Order, alarm: Alarm, now: int) -> None:
    shelter = await _shelter(tx, alarm) if alarm.site else None
    rows = await roll.of_lines(tx, MARSHAL, [alarm.line]) if alarm.line else []
    tally = (await missing.tallies(tx, MARSHAL, order.key, [alarm.area])).get(alarm.area)
    place = tally.name if tally else await offices.name_of(tx, MARSHAL, alarm.area)
    line = alarm_line(alarm, place, tally.missing if tally else 0, rows[0] if rows else None, shelter)
    people = await _whom(tx, order, alarm, [each.household for each in rows if each.household], now)
    told = Told(people, [Spoken(SPOKEN, line)])
    await teller.tell(tx, News(f"{SPOKEN}:{order.id}", Lane.IMMEDIATE, [told], alarm.area, drill=order.drill), now)


async def _whom(tx: Transaction, order: Order, alarm: Alarm, homes: Sequence[int], now: int) -> Sequence[int]:
    people = list(await offices.above(tx, MARSHAL, alarm.area, WHOM[alarm.kind], now))
    if alarm.kind in ANSWERING:
        if alarm.kind is AlarmKind.OVERDUE:
            homes = [each.household for each in await roll.homes_of_group(tx, MARSHAL, order.key, alarm.area)]
        answering = await missing.responsible_for(tx, MARSHAL, order.key, homes)
        people += [each.person for two in answering.values() for each in two]
    if alarm.kind is AlarmKind.WARNING_ENDED:
        orderer = await offices.person_of(tx, MARSHAL, order.by)
        people += [orderer] if orderer else []
    return list(dict.fromkeys(people))
