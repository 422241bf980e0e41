"""The evacuation that is under way in the home county, and how its rows are asked for."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select, update

from audiences.stores.tables import addresses, households
from bot.cases.evacuation import AddedKind, AlarmKind, OrderKind, PersonState
from bot.stores.evacuation import adding, links, orders, recordings, reports, returns, roll, shelters
from bot.stores.evacuation import alarms as evacuation_alarms
from bot.stores.evacuation import freezing as freezing_roll
from bot.stores.evacuation.adding import Found
from bot.stores.evacuation.alarms import Raised
from bot.stores.evacuation.orders import Order, OrderDraft
from broadcast.answers import Means
from broadcast.content.message import Audio
from ground.actor import Actor, system
from ground.transaction import Database
from tests.builders import NOON

GONG = Audio("c" * 64, "audio/wav", 1_000, 3_000)


@dataclass(frozen=True, slots=True)
class Moving:
    """The evacuation that is under way in the home county."""

    order: Order
    line: int
    alarm: int
    recording: int


async def moving_out(
    database: Database, operator: Actor, village: int, household: int, person: int, site: int
) -> Moving:
    """Order an evacuation of the village: a roll, reports that disagree, an alarm, a head count."""
    hub = system("test")
    async with database.writing() as tx:
        charged = {"responsible_a_id": person, "shelter_id": site}
        await tx.execute(update(households).where(households.c.id == household).values(charged))
        draft = OrderDraft(kind=OrderKind.NOW, drill=False, area=village)
        order = await orders.keep(tx, operator, draft, NOON)
        await freezing_roll.freeze_slice(tx, hub, order, 10)
        line = (await roll.of_group(tx, operator, order.key, village))[0].id
        await reports.keep(tx, operator, [moved(line, "1")], NOON)
        await reports.overhear(tx, hub, [replace(moved(line, "2"), state=PersonState.NEED_HELP)], NOON)
        await adding.add(tx, operator, order.key, village, [Found("A guest", AddedKind.VISITOR, "guest-1")])
        await evacuation_alarms.raise_all(
            tx, hub, [Raised(order.key, "help", AlarmKind.NEED_HELP, village, NOON, line)]
        )
        alarm = (await evacuation_alarms.listed(tx, operator, order.key, now=NOON))[0].id
        await shelters.count(tx, operator, order.key, site, 1, happened_at=NOON, dedupe="count-1", at=NOON)
        await returns.check(tx, operator, order.key, village, NOON)
        address = int(await tx.value(select(func.min(addresses.c.id))))
        await links.make(tx, hub, order.key, village, address_id=address, person=person, at=NOON)
        recording = (await recordings.approve(tx, operator, village, GONG, NOON)).id
    return Moving(order, line, alarm, recording)


def moved(line: int, dedupe: str) -> reports.Said:
    state, means = PersonState.MOVED, Means.PHONE
    return reports.Said(line=line, state=state, happened_at=NOON, by="person:1", means=means, dedupe=dedupe, spoke="Li")


def evacuation_examples(moving: Moving, village: int, household: int, person: int, county: int) -> dict[str, Any]:
    """Return an argument for each name that only the stores of evacuations give to theirs."""
    return {
        "alarm_id": moving.alarm, "around": county, "audio": GONG, "dedupe": "count-2",
        "draft": OrderDraft(kind=OrderKind.NOW, drill=False, area=village),
        "found": [Found("Another guest", AddedKind.VISITOR, "guest-2")], "happened_at": NOON,
        "household_ids": [household], "keys": ["guest-1"], "line_ids": [moving.line],
        "order_id": moving.order.key, "people": 2, "person": person, "recording_id": moving.recording,
        "said": [moved(moving.line, "3")],
    }  # fmt: skip
