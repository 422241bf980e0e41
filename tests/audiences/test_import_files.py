"""Files as they come: encodings, broken CSV, and every bad row named with row, column, value and reason."""

from pathlib import Path

import pytest

from audiences.importing.errors import (
    BadCsv,
    ColumnTwice,
    EmptyFile,
    FileRefused,
    MissingColumns,
    NulBytes,
    UnknownKind,
    WrongDelimiter,
    WrongEncoding,
)
from ground.actor import RoleMissing, operator
from ground.transaction import Database
from tests.audiences.files import Office
from tests.builders import World

SITES = "id,kind,name,area_code,latitude"
PEOPLE = "id,name,area_code,phone,needs,phone_kind"


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> Office:
    await World(database).area("v", "车草村委会")
    return Office(database, tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_the_encodings_of_offices_are_read(office: Office, encoding: str) -> None:
    report = await office.hand_in_bytes("sites", f"{SITES}\ns1,landslide_spot,北霞滑坡点,v,28.1\n".encode(encoding))
    assert (report.new, report.faults) == (1, ())


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyFile),
        (b"\n\n", EmptyFile),
        (b"id;kind;name;area_code\n", WrongDelimiter),
        (b"id\tkind\tname\tarea_code\n", WrongDelimiter),
        (b"s1,landslide_spot,a slope,v\n", MissingColumns),
        (b"id,kind,name\n", MissingColumns),
        (b"id,kind,name,area_code,name\n", ColumnTwice),
        (b"id,kind,name,area_code\ns1,shelter,a\0b,v\n", NulBytes),
        ("id,kind,name,area_code\n".encode("utf-16"), NulBytes),
        (b"id,kind,name,area_code\ns1,shelter,\xff\xff,v\n", WrongEncoding),
        (b'id,kind,name,area_code\ns1,shelter,"open,v\n', BadCsv),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_in_words(
    office: Office, content: bytes, error: type[FileRefused]
) -> None:
    with pytest.raises(error):
        await office.hand_in_bytes("sites", content)


async def test_a_file_of_no_known_kind_is_refused_with_the_kinds_there_are(office: Office) -> None:
    with pytest.raises(UnknownKind, match="people"):
        await office.hand_in("heroes", "id")


async def test_only_administrators_import(office: Office) -> None:
    office.actor = operator("x", None, [])
    with pytest.raises(RoleMissing):
        await office.hand_in("sites", SITES)


async def test_every_bad_row_is_named_and_nothing_is_taken_over(office: Office) -> None:
    report = await office.hand_in(
        "sites",
        SITES,
        "s1,landslide_spot,a slope,v,28.1",
        "s2,volcano,a slope,v,28.1",
        "s3,shelter,,v,28.1",
        "s4,shelter,a hall,nowhere,28.1",
        "s5,shelter,a hall,v,91",
        "s6,shelter,a hall,v",
        "",
        "s1,shelter,a hall,v,28.1",
        ",shelter,a hall,v,",
        "s9,x_cave,a cave,v,",
    )
    assert [(fault.row, fault.column, fault.value) for fault in report.faults] == [
        (3, "kind", "volcano"),
        (4, "name", ""),
        (5, "area_code", "nowhere"),
        (6, "latitude", "91"),
        (7, "", ""),
        (9, "id", ""),
        (10, "id", ""),
    ]
    assert all(fault.reason and fault.advice for fault in report.faults)
    assert (report.rows, report.new, report.bad, report.applied) == (9, 2, 7, False)
    assert (await office.hand_in("sites", SITES, "s1,shelter,a hall,v,")).new == 1


async def test_if_asked_the_good_rows_are_taken_over(office: Office) -> None:
    rows = (SITES, "s1,shelter,a hall,v,", "s2,volcano,a hall,v,")
    assert (await office.hand_in("sites", *rows, good_rows=True)).applied
    assert (await office.hand_in("sites", *rows[:2])).unchanged == 1


async def test_a_dry_run_says_what_would_be_and_changes_nothing(office: Office) -> None:
    rows = (SITES, "s1,shelter,a hall,v,")
    for _ in range(2):
        report = await office.hand_in("sites", *rows, dry_run=True)
        assert (report.new, report.unchanged, report.applied) == (1, 0, False)


async def test_what_identifies_a_person_is_masked_in_the_report(office: Office) -> None:
    number = "+1555010012345678901"
    report = await office.hand_in("people", PEOPLE, f"360981197001011234,王小明,v,{number},,", "p2,李四,w,,,")
    assert [(fault.column, fault.value) for fault in report.faults] == [("phone", "…01"), ("area_code", "w")]
    assert number not in repr(report)


async def test_columns_nobody_knows_are_named_not_guessed(office: Office) -> None:
    report = await office.hand_in("sites", f"{SITES},altitude", "s1,shelter,a hall,v,,12")
    assert report.ignored_columns == ("altitude",)


async def test_a_post_is_in_exactly_one_place(office: Office) -> None:
    report = await office.hand_in("posts", "id,duty,site,area_code,holder", "d1,patrol,,,", "d2,x_drummer,,v,")
    assert [(fault.row, fault.reason) for fault in report.faults] == [
        (2, "A post is at a site, in an organisation or in an area: this one has 0 of them.")
    ]


async def test_a_responsible_person_is_written_onto_a_known_household_only(office: Office) -> None:
    await office.hand_in("people", PEOPLE, "p1,王,v,,,")
    report = await office.hand_in("responsibles", "household,person_a", "h1,p1")
    assert [(fault.column, fault.value) for fault in report.faults] == [("household", "h1")]
