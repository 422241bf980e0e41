"""The roster of a duty room of the home county and the contact tests there, and how their rows are asked for."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, update

from audiences.rosters.shift import Room
from audiences.stores.intake import staging
from audiences.stores.intake.staging import Run, StagedRow
from audiences.stores.rosters import rooms
from audiences.stores.tables import organisations, shifts
from bot.cases.contact_test import Asked, Outcome, Stage
from bot.stores.rosters import contact_tests, numbers
from bot.stores.rosters.contact_tests import ContactTest
from bot.stores.rosters.numbers import Number
from bot.stores.rosters.tables import contact_test_people, contact_test_results, empty_nights
from bot.stores.rosters.tables import contact_tests as contact_tests_table
from broadcast.notices import Lane
from broadcast.stores.tables import notices
from ground.actor import Actor
from ground.clock import DAY, HOUR
from ground.ids import new_id
from ground.transaction import Database, Transaction
from tests.builders import NOON

LANDLINE = "+99907950001"


@dataclass(frozen=True, slots=True)
class Watching:
    """A room of the home county with somebody on shift, a test that is over, and a month's table that is staged."""

    office: int
    room: Room
    over: ContactTest
    number: Number
    table: Run


async def watching(database: Database, operator: Actor, village: int, person: int, notice: int) -> Watching:
    async with database.writing() as tx:
        await tx.execute(update(notices).values(lane=Lane.NORMAL))  # beside a grave warning no test is begun
        office = {"source": "test", "external_id": "room-1", "kind": "township_office", "name": "a room"}
        row = insert(organisations).values(office | {"area_id": village}).returning(organisations.c.id)
        room = int(await tx.value(row))
        await rooms.set_phones(tx, operator, {room: LANDLINE}, source="test", at=NOON)
        shift = {"source": "another", "external_id": "hers", "organisation_id": room, "role": "duty_officer"}
        when = {"person_id": person, "from_at": NOON - HOUR, "until_at": NOON + HOUR}
        await tx.execute(insert(shifts).values(shift | when))
        night = {"organisation_id": room, "night": "2021-06-28", "area_id": village, "raised_at": NOON}
        await tx.execute(insert(empty_nights).values(night | {"from_at": NOON, "until_at": NOON + DAY}))
        over = await _over(tx, operator, village, person, notice)
        number = (await numbers.of_test(tx, operator, over))[0]
        table = await staging.begin(tx, operator, "shifts", "test", mark="a table of home")
        await staging.stage(tx, operator, table, [_staged(2, LANDLINE), _staged(3, LANDLINE), _staged(4, "")])
        found = (await rooms.rooms_of(tx, operator, [village], NOON))[room]
    return Watching(room, found, over, number, table)


async def _over(tx: Transaction, operator: Actor, village: int, person: int, notice: int) -> ContactTest:
    test = {
        "public_id": new_id(),
        "area_id": village,
        "duties": [],
        "on_shift": True,
        "size": 1,
        "made_by": "operator:1",
        "started_at": NOON,
        "learned_at": NOON,
        "deadline_at": NOON + HOUR,
        "stage": Stage.OVER,
        "over_at": NOON + HOUR,
    }
    await tx.execute(insert(contact_tests_table).values(test))
    over = await contact_tests.load(tx, operator, str(test["public_id"]))
    place = {"test_id": over.key, "person_id": person, "area_id": village, "township_id": village}
    await tx.execute(insert(contact_test_people).values(place | {"notice_id": notice, "asked_at": NOON}))
    found = {"address_id": 1, "channel": "sms", "outcome": Outcome.FAILED, "reached": False, "reason": "", "at": NOON}
    await tx.execute(insert(contact_test_results).values(place | found))
    return over


def _staged(line: int, phone: str) -> StagedRow:
    content = {
        "organisation": "room-1",
        "role": "duty_officer",
        "date": "2021-06-28",
        "shift": "08:00-18:00",
        "person": "1",
        "room_phone": phone,
        "from_at": NOON,
        "until_at": NOON + HOUR,
    }
    return StagedRow(line, f"room-1/duty_officer/2021-06-28/{line}", content)


def roster_examples(home: Watching, village: int, person: int) -> dict[str, Any]:
    """Return an argument for each name that the stores of rosters give to theirs."""
    return {
        "areas": [village],
        "asked": Asked(area=village, duties=("patrol",)),
        "numbers": {home.office: "+99907950002"},
        "organisation_ids": [home.office],
        "person_ids": [person],
        "rooms": [home.room],
        "since": NOON - DAY,
        "test": home.over,
        "until": NOON + DAY,
    }


def roster_particulars(home: Watching, village: int) -> dict[str, dict[str, Any]]:
    """Return what single functions of rosters need instead."""
    tables = ("overlapping", "overlapping_kept", "other_phones", "months")
    return {
        **{f"audiences.stores.intake.rosters.{each}": {"run": home.table} for each in tables},
        "audiences.stores.rosters.rooms.set_phones": {"numbers": {home.office: "+99907950002"}},
        "bot.stores.rosters.contact_tests.load": {"public_id": home.over.id},
        "bot.stores.rosters.numbers.particulars_of": {"numbers": [home.number]},
        "bot.stores.rosters.repairs.to_repair": {"area": village},
    }
