"""The sample holds what the story needs, fits together, and has nobody in it who could be reached."""

import csv
from collections import Counter

import pytest

from app.demo import cast
from app.demo.cast import GROUP, KINDS, LAST_KIND, ROSTER, read_cast, sample
from audiences.addresses import SANDBOX_PREFIX, normal_phone
from broadcast.alerts.cap.reading import read_cap

CAST = [
    *cast.SHARES_A_PHONE,
    cast.WITHOUT_ADDRESS,
    cast.NEEDS_HELP,
    cast.BLOCKED_THE_BOT,
    cast.DEAD_PHONE,
    cast.OPTED_OUT,
    cast.WANTS_NO_LESSONS,
    cast.PATROL,
    cast.PATROL_NEXT,
    cast.SPEAKS_ENGLISH,
]


def rows(kind: str) -> list[dict[str, str]]:
    return list(csv.DictReader(sample(f"{kind}.csv").decode().splitlines()))


def test_all_villages_of_the_city_are_there_and_hang_together() -> None:
    areas = rows("areas")
    codes = {row["code"] for row in areas}
    assert sum(row["level"] == "village" for row in areas) == 609
    assert [row["code"] for row in areas if row["parent_code"] and row["parent_code"] not in codes] == []


def test_no_number_could_ring_anywhere() -> None:
    numbers = [row["phone"] for row in rows("people") if row["phone"]] + [cast.REPAIRED_NUMBER]
    numbers += [row["room_phone"] for row in rows("shifts")]
    assert [each for each in numbers if not each.startswith(SANDBOX_PREFIX) or normal_phone(each) != each] == []


def test_two_households_with_six_people_live_at_the_landslide_spot() -> None:
    endangered = {row["id"] for row in rows("households") if row["site"] == "S-BEIXIA"}
    assert len(endangered) == 2
    assert sum(row["household"] in endangered for row in rows("people") if row["area_code"] == GROUP) == 6


def test_two_share_a_phone_and_nobody_else_does() -> None:
    counted = Counter(row["phone"] for row in rows("people") if row["phone"])
    shared = {number for number, n in counted.items() if n > 1}
    assert {row["id"] for row in rows("people") if row["phone"] in shared} == set(cast.SHARES_A_PHONE)


@pytest.mark.parametrize("person", CAST)
def test_everybody_of_the_cast_is_in_the_sample(person: str) -> None:
    assert person in read_cast().names


def test_whoever_only_has_sms_in_the_overloaded_villages_can_be_overtaken() -> None:
    assert len(read_cast().overloaded) >= 5


@pytest.mark.parametrize("kind", [*KINDS, LAST_KIND, ROSTER])
def test_whatever_a_file_names_is_in_the_file_of_that_kind(kind: str) -> None:
    known = {
        "person": {row["id"] for row in rows("people")},
        "household": {row["id"] for row in rows("households")},
        "site": {row["id"] for row in rows("sites")},
        "organisation": {row["id"] for row in rows("organisations")},
        "area_code": {row["code"] for row in rows("areas")},
    }
    columns = {
        "holder": "person",
        "deputy": "person",
        "person_a": "person",
        "person_b": "person",
        "shelter": "site",
        "backup": "person",
    }
    for row in rows(kind):
        for column, value in row.items():
            target = columns.get(column, column)
            assert not value or value in known.get(target, {value}), f"{kind}: {column} {value}"


def test_the_warning_says_that_it_is_made_up_and_breaks_no_rule_of_cap() -> None:
    reading = read_cap(sample("rain_orange.xml"))
    assert b"Synthetic" in sample("rain_orange.xml")
    assert reading.notes == ()
    assert [info.language for info in reading.alert.infos] == ["zh-CN", "en"]
