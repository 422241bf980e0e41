"""A month's table of duty rooms: read as offices write it, checked whole, and never a shift overwritten that began."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from audiences.stores.rosters import rooms, shifts
from audiences.stores.tables import organisations, people
from audiences.stores.tables import shifts as table
from ground.clock import DAY, HOUR, instant
from ground.transaction import Database
from tests.audiences.files import HUB, Office, counted_statements, reasons
from tests.builders import NOON, World

COLUMNS = "organisation,role,date,shift,person,backup,room_phone"
PHONE = "+99907950001"
DAY_SHIFT = f"hehu,值班员,2021-06-28,白班,p1,p2,{PHONE}"
NIGHT = f"hehu,值班员,2021-06-28,夜班,p2,,{PHONE}"
LEADER = f"hehu,带班领导,2021/6/28,00:00-24:00,p3,,{PHONE}"
MONTH = (COLUMNS, DAY_SHIFT, NIGHT, LEADER)


def at(day: int, hour: int, month: int = 6) -> int:
    """Return an hour of Beijing."""
    return instant(datetime(2021, month, day, hour, tzinfo=UTC)) - 8 * HOUR


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> Office:
    await World(database).area("t", "荷湖乡", level="township")
    office = Office(database, tmp_path)
    await office.hand_in("organisations", "id,kind,name,area_code", "hehu,township_office,荷湖乡政府,t")
    await office.hand_in("people", "id,name,area_code", "p1,罗文斌,t", "p2,徐海平,t", "p3,涂国平,t")
    return office


async def sitting(office: Office, when: int) -> list[tuple[str, str]]:
    """Return (person, role) of whoever is on shift."""
    async with office.database.reading() as tx:
        room = await tx.value(select(organisations.c.id))
        found = await shifts.on_shift(tx, HUB, [room], when)
        called = {row.id: row.external_id for row in await tx.rows(select(people.c.id, people.c.external_id))}
    return [(called[each.person], each.role.value) for each in found.get(room, ())]


async def test_a_months_table_says_who_sits_there_at_each_hour(office: Office) -> None:
    report = await office.hand_in("shifts", *MONTH)
    assert (report.new, report.bad, report.applied) == (3, 0, True)
    assert await sitting(office, at(28, 12)) == [("p1", "duty_officer"), ("p3", "leader_on_duty")]
    assert await sitting(office, at(28, 18)) == [("p2", "duty_officer"), ("p3", "leader_on_duty")]
    assert await sitting(office, at(29, 7)) == [("p2", "duty_officer")]
    assert await sitting(office, at(29, 8)) == []
    async with office.database.reading() as tx:
        area = await tx.value(select(organisations.c.area_id))
        [room] = (await rooms.rooms_of(tx, HUB, [area], at(28, 12))).values()
    assert (room.name, room.phone) == ("荷湖乡政府", PHONE)
    assert {each.room_phone_address for each in room.on_shift} == {room.phone_address}
    assert room.on_shift[0].until == at(28, 18)


async def test_the_same_table_again_changes_nothing(office: Office) -> None:
    await office.hand_in("shifts", *MONTH)
    again = await office.hand_in("shifts", *MONTH)
    assert (again.new, again.changed, again.unchanged, again.gone) == (0, 0, 3, 0)


async def test_a_dry_run_takes_nothing_over(office: Office) -> None:
    report = await office.hand_in("shifts", *MONTH, dry_run=True)
    assert (report.new, report.applied) == (3, False)
    async with office.database.reading() as tx:
        assert await tx.value(select(func.count()).select_from(table)) == 0


async def test_each_bad_row_is_named_with_what_to_do(office: Office) -> None:
    report = await office.hand_in(
        "shifts",
        COLUMNS,
        f"hehu,值班员,2021-06-28,白班,nobody,,{PHONE}",
        f"hehu,厨师,2021-06-28,白班,p1,,{PHONE}",
        f"hehu,值班员,2021-06-31,白班,p1,,{PHONE}",
        f"hehu,值班员,2021-06-30,早上,p1,,{PHONE}",
        f"hehu,值班员,2021-06-29,08:00-25:00,p1,,{PHONE}",
        "hehu,值班员,2021-06-27,白班,p1,,12",
        f"elsewhere,值班员,2021-06-26,白班,p1,,{PHONE}",
    )
    found = [(fault.row, fault.column, fault.advice[:14]) for fault in report.faults]
    assert found == [
        (2, "person", "Import it firs"),
        (3, "role", "Write one of: "),
        (4, "date", "Write it like "),
        (5, "shift", "Write one of: "),
        (6, "shift", "Write one of: "),
        (7, "room_phone", "Write it in fu"),
        (8, "organisation", "Import it firs"),
    ]
    assert "nobody" not in repr(report)


async def test_shifts_that_overlap_in_one_role_are_flagged(office: Office) -> None:
    report = await office.hand_in(
        "shifts",
        *MONTH,
        f"hehu,值班员,2021-06-28,17:30-20:00,p3,,{PHONE}",
        f"hehu,值班员,2021-06-29,07:00-09:00,p3,,{PHONE}",
    )
    there = "has somebody in the same role there at the same time."
    assert reasons(report) == [
        (3, "shift", f"Row 5 {there}"),
        (5, "shift", f"Row 2 {there}"),
        (6, "shift", f"Row 3 {there}"),
    ]
    assert not report.applied


async def test_another_source_cannot_lay_its_shifts_over_those_that_are_there(office: Office, tmp_path: Path) -> None:
    await office.hand_in("shifts", *MONTH)
    other = Office(office.database, tmp_path, source="county")
    await other.hand_in("organisations", "id,kind,name,area_code", "hehu,township_office,荷湖乡政府,t")
    await other.hand_in("people", "id,name,area_code", "p1,罗文斌,t")
    assert (await other.hand_in("shifts", COLUMNS, DAY_SHIFT.replace("p2", ""))).bad == 0  # a room of its own
    async with office.database.writing() as tx:
        mine, theirs = await tx.values(select(organisations.c.id).order_by(organisations.c.id))
        await tx.execute(table.update().where(table.c.organisation_id == mine).values(organisation_id=theirs))
    report = await other.hand_in("shifts", COLUMNS, NIGHT.replace("p2", "p1"))
    assert reasons(report) == [(2, "shift", "The source office has somebody in the same role there at the same time.")]


async def test_one_room_has_one_number_in_a_table(office: Office) -> None:
    report = await office.hand_in("shifts", COLUMNS, DAY_SHIFT, NIGHT.replace(PHONE, "+99907950002"))
    assert reasons(report) == [(3, "room_phone", "Row 2 gives the room another number.")]


async def test_a_shift_that_runs_is_closed_when_another_person_takes_it(office: Office) -> None:
    await office.hand_in("shifts", *MONTH)
    report = await office.hand_in("shifts", COLUMNS, DAY_SHIFT.replace("p1", "p3"), NIGHT, LEADER)
    assert (report.changed, report.unchanged) == (1, 2)
    assert await sitting(office, NOON - 1) == [("p1", "duty_officer"), ("p3", "leader_on_duty")]
    assert await sitting(office, NOON) == [("p3", "duty_officer"), ("p3", "leader_on_duty")]
    assert (await office.hand_in("shifts", COLUMNS, DAY_SHIFT.replace("p1", "p3"), NIGHT, LEADER)).unchanged == 3


async def test_what_a_changed_table_has_no_more_is_taken_off_and_what_runs_is_closed(office: Office) -> None:
    july = NIGHT.replace("06-28", "07-01")
    await office.hand_in("shifts", *MONTH, july)
    report = await office.hand_in("shifts", COLUMNS, NIGHT.replace("夜班", "20:00-08:00"), LEADER)
    assert (report.new, report.unchanged, report.retired) == (1, 1, True)
    assert report.gone_ids == ("hehu/duty_officer/2021-06-28/08:00-18:00", "hehu/duty_officer/2021-06-28/18:00-08:00")
    assert await sitting(office, NOON - 1) == [("p1", "duty_officer"), ("p3", "leader_on_duty")]
    assert await sitting(office, NOON) == [("p3", "leader_on_duty")]
    assert await sitting(office, at(28, 19)) == [("p3", "leader_on_duty")]
    assert await sitting(office, at(28, 20)) == [("p2", "duty_officer"), ("p3", "leader_on_duty")]
    assert await sitting(office, at(1, 20, month=7)) == [("p2", "duty_officer")]  # the file said nothing of July
    async with office.database.reading() as tx:
        assert await tx.value(select(func.count()).select_from(table)) == 5  # nothing was deleted


async def test_longer_hours_of_a_shift_that_runs_go_on_from_where_it_was_closed(office: Office) -> None:
    await office.hand_in("shifts", *MONTH)
    longer = DAY_SHIFT.replace("白班", "08:00-17:00")
    await office.hand_in("shifts", COLUMNS, longer, NIGHT, LEADER)
    await office.hand_in("shifts", *MONTH)
    for hour in (9, 12, 17):
        assert await sitting(office, at(28, hour)) == [("p1", "duty_officer"), ("p3", "leader_on_duty")]


async def test_a_shift_of_the_past_is_corrected_beside_what_was_said_of_it(office: Office) -> None:
    await office.hand_in("shifts", *MONTH)
    office.clock.pass_by(3 * DAY)
    await office.hand_in("shifts", COLUMNS, DAY_SHIFT.replace("p1", "p3"), NIGHT, LEADER)
    assert await sitting(office, NOON) == [("p3", "duty_officer"), ("p3", "leader_on_duty")]
    async with office.database.reading() as tx:
        assert await tx.value(select(func.count()).select_from(table)) == 4


async def test_a_table_of_any_size_is_as_many_statements(office: Office) -> None:
    days = [f"hehu,值班员,2021-07-{day:02},白班,p1,,{PHONE}" for day in range(1, 31)]
    with counted_statements(office.database) as one:
        await office.hand_in("shifts", COLUMNS, days[0])
    with counted_statements(office.database) as many:
        await office.hand_in("shifts", COLUMNS, *days)
    assert len(many) <= len(one) + 3
