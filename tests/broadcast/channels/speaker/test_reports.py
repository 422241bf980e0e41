"""What gateways say comes from outside: it is read or it is nothing, and the topic says who spoke."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcast.channels.speaker_mqtt import topics
from broadcast.channels.speaker_mqtt.reports import CommandState, ReportKind, read_report

UP = topics.up("G1")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["kind", "id", "state", "at", "commands"]), inner),
    max_leaves=20,
)


def read(said: Any, topic: str = UP) -> object:
    return read_report(topic, json.dumps(said).encode())


def test_a_state_names_the_command_and_how_far_it_got() -> None:
    report = read_report(UP, b'{"kind": "state", "id": "n.1", "state": "failed", "code": "checksum", "at": 5}')
    assert report is not None
    assert (report.gateway, report.kind) == ("G1", ReportKind.STATE)
    assert report.states == (CommandState("n.1", "failed", "checksum", 5),)
    assert report.states[0].notice == "n"


def test_a_hello_keeps_what_can_be_read_of_what_it_carries() -> None:
    commands = [{"id": "n.1", "state": "played"}, {"id": 3}, "rubbish", {"id": "n.2", "state": "exploded"}]
    report = read_report(UP, json.dumps({"kind": "hello", "commands": commands}).encode())
    assert report is not None
    assert report.states == (CommandState("n.1", "played"),)


@pytest.mark.parametrize(
    "topic", ["mingluo/gateway/G1/down", "mingluo/area/G1", "other/gateway/G1/up", "mingluo/gateway/a/b/up", ""]
)
def test_nobody_reports_on_another_topic(topic: str) -> None:
    assert read({"kind": "heartbeat"}, topic) is None


@pytest.mark.parametrize(
    "said", [{"kind": "state"}, {"kind": "state", "id": "n", "state": "exploded"}, {}, [], None, 7]
)
def test_what_is_no_report_is_nothing(said: Any) -> None:
    assert read(said) is None


def test_a_report_has_its_limits() -> None:
    assert read({"kind": "hello", "commands": [], "padding": "x" * 70_000}) is None
    states = [{"id": f"n.{number}", "state": "played"} for number in range(1_000)]
    report = read_report(UP, json.dumps({"kind": "hello", "commands": states}).encode())
    assert report is not None
    assert len(report.states) == 100


@given(st.binary(max_size=300) | JSON.map(lambda said: json.dumps(said).encode()))
def test_nothing_that_comes_in_breaks_the_reader(payload: bytes) -> None:
    report = read_report(UP, payload)
    assert report is None or report.gateway == "G1"


@given(st.text(min_size=1, max_size=40).filter(lambda code: code.encode("utf-8", "ignore").decode() == code))
def test_a_code_is_one_level_whatever_it_holds_and_is_read_back(code: str) -> None:
    for topic in (topics.up(code), topics.down(code), topics.area(code)):
        assert topic.isascii()
        assert not set(topic) & set("+#$. >*")
    assert topics.up(code).count("/") == 3
    assert topics.gateway_of(topics.up(code)) == code
