"""The tables of events and levels, and the identifiers that are made of an office and a second."""

from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcast.alerts.cap import vocabulary
from broadcast.alerts.codes import TABLES, read_codes
from broadcast.alerts.identifiers import identify, parse
from broadcast.alerts.model import Level
from broadcast.alerts.office import Office, read_plans
from broadcast.errors import OfficeUnnumbered, UnknownEventCode
from broadcast.notices import Lane
from ground.clock import SECOND
from ground.events import NewsDesk
from tests.broadcast.alerts.warnings import OFFICE
from tests.builders import NOON

CODES = read_codes()


def test_all_415_codes_are_there_with_a_chinese_name_and_a_category_of_cap() -> None:
    assert len(CODES.events) == 415
    assert all(kind.names["zh_CN"] for kind in CODES.events.values())
    assert {kind.category for kind in CODES.events.values()} <= set(vocabulary.CATEGORIES)


@pytest.mark.parametrize(
    ("code", "chinese", "english", "category"),
    [
        ("11B03", "暴雨", "rainstorm", "Met"),
        ("11A01", "洪水", "flood", "Met"),
        ("11B01", "台风", "typhoon", "Met"),
        ("11D01", "滑坡", "landslide", "Geo"),
        ("11A03", "水库重大险情", "reservoir in danger", "Infra"),
    ],
)
def test_what_villages_meet_most_has_names_in_both_languages(
    code: str, chinese: str, english: str, category: str
) -> None:
    kind = CODES.event(code)
    assert kind.name("zh_CN").startswith(chinese)
    assert kind.name("en") == english
    assert kind.category == category


def test_an_event_without_an_english_name_is_called_by_its_chinese_one() -> None:
    nameless = next(kind for kind in CODES.events.values() if "en" not in kind.names)
    assert nameless.name("en") == nameless.name("zh_CN")


def test_a_code_that_is_in_no_table_is_refused() -> None:
    with pytest.raises(UnknownEventCode, match="99Z99"):
        CODES.event("99Z99")


def test_an_event_is_found_by_what_people_call_it() -> None:
    named = [CODES.event_named(name) for name in ("雷电", "Typhoon", "暴雨")]
    assert [kind.code if kind else None for kind in named] == ["11B14", "11B01", "11B03"]
    assert CODES.event_named("a bad day") is None


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("丰城市气象台发布暴雨红色预警[Ⅰ级/特别严重]", Level.RED),
        ("Heavy rain: ORANGE warning", Level.ORANGE),
        ("大风黄色预警", Level.YELLOW),
        ("暴雨红色预警降为橙色预警", None),
        ("暴雨", None),
    ],
)
def test_a_title_names_its_level_by_one_colour(title: str, level: Level | None) -> None:
    assert CODES.level_in(title) is level


def test_the_mapping_to_severities_is_data_that_a_deployment_replaces(tmp_path: Path) -> None:
    folder = copytree(TABLES, tmp_path / "tables")
    table = folder / "levels.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("Severe", "Extreme"), encoding="utf-8")
    assert CODES.severity(Level.ORANGE) == "Severe"
    assert read_codes(folder).severity(Level.ORANGE) == "Extreme"


def test_an_identifier_follows_the_national_rule() -> None:
    identity = identify("36098141600000", NOON + 123, 7)
    assert identity.identifier == "36098141600000_20210628120000_7"
    assert len(identity.identifier) == 31
    assert identity.sent == NOON
    assert identity.sent_text == "2021-06-28T12:00:00+08:00"


@given(st.from_regex("[0-9]{14}", fullmatch=True), st.integers(0, 4_000_000_000), st.integers(0, 9))
def test_an_identifier_is_taken_apart_into_what_it_was_made_of(office: str, second: int, n: int) -> None:
    parts = parse(identify(office, second * SECOND, n).identifier)
    assert parts is not None
    assert parts.division + parts.institution + parts.unit + parts.extension == office
    assert (parts.at, parts.n) == (second * SECOND, n)


@pytest.mark.parametrize(
    "identifier",
    [
        "",
        "2.49.0.1.124",
        "36098141600000_20211328120000_0",
        "3609814160000０_20210628120000_0",
        "36098141600000_20210628120000_00",
    ],
)
def test_an_identifier_of_others_is_merely_a_name(identifier: str) -> None:
    assert parse(identifier) is None


@pytest.mark.parametrize("number", ["", "3609814160000", "360981416000000", "3609814160000x"])
def test_an_office_needs_its_fourteen_digits(number: str) -> None:
    with pytest.raises(OfficeUnnumbered):
        Office(number, NewsDesk(), ())


def test_red_and_orange_go_first_and_every_level_has_a_lane() -> None:
    assert [OFFICE.lane(level) for level in Level] == [Lane.IMMEDIATE, Lane.IMMEDIATE, Lane.NORMAL, Lane.NORMAL]


def test_a_policy_keeps_its_order_over_the_channels_there_are_and_drops_none() -> None:
    plan = read_plans()[Lane.IMMEDIATE]
    policy = plan.policy(["speaker", "sms", "telegram"])
    assert policy.channels == ("telegram", "sms", "speaker")
    assert policy.silence == 60 * SECOND
