"""The one SMS of a reservoir: read however it is typed, and a danger in it is never lost."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cases.video_check import AlarmKind, Answers, Seepage, Spillway, Trend, alarming
from bot.cases.water_report import level_of, parse

FULL: Final = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})
SPELLED: Final[Mapping[str, Mapping[Any, Sequence[str]]]] = {
    "spillway": {Spillway.NO: ("溢0", "溢 0", "溢:0", "溢洪道没过水"), Spillway.YES: ("溢1", "溢洪道在过水"),
                 Spillway.BLOCKED: ("溢2", "溢堵")},
    "seepage": {Seepage.NONE: ("渗0", "渗 0", "无渗水", "渗无"), Seepage.CLEAR: ("渗1", "渗清水"),
                Seepage.MUDDY: ("渗2", "渗浑水", "渗：2")},
    "cracks": {True: ("裂1", "裂有", "裂缝1"), False: ("裂0", "裂无", "无裂缝")},
    "trend": {Trend.RISING: ("势涨", "涨"), Trend.STEADY: ("势平", "平"), Trend.FALLING: ("势落", "退")},
}  # fmt: skip


def test_the_example_of_the_message_is_read() -> None:
    report = parse("SK 87.32 溢0 渗0")
    assert report is not None
    assert report.answers == Answers(8732, None, Spillway.NO, Seepage.NONE, None)
    assert report.unread == ()


@pytest.mark.parametrize(
    "typed",
    [
        "ｓｋ８７．３２溢０渗０",
        "sk87.32溢0渗0",
        "水库 87.32米 溢洪道没过水，渗无",
        "Sk:水位87.32m;溢=0;渗=0",
        "SK 87.32 Y0 S0",
    ],
)
def test_full_width_missing_spaces_and_everyday_words_are_the_same_report(typed: str) -> None:
    report = parse(typed)
    assert report is not None
    assert (report.answers.level_cm, report.answers.spillway, report.answers.seepage) == (
        8732,
        Spillway.NO,
        Seepage.NONE,
    )
    assert report.unread == ()


def test_muddy_water_and_cracks_are_alarms_and_the_worse_of_two_words_counts() -> None:
    report = parse("SK 渗0 渗2 裂1")
    assert report is not None
    assert alarming(report.answers) == (AlarmKind.MUDDY, AlarmKind.CRACKS)


def test_of_two_levels_none_is_taken_and_both_are_named() -> None:
    report = parse("SK 87.32 88.00 渗0")
    assert report is not None
    assert report.answers.level_cm is None
    assert report.unread == ("87.32", "88.00")


@pytest.mark.parametrize("text", ["", "SK", "sky 87", "我家水库边 87", "87.32", "求助", "到 1-5", "skype"])
def test_what_is_no_report_is_none(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("typed", "level"), [("87", 8700), ("87.3", 8730), ("87.325", 8733), ("８７。５米", 8750), ("0.05m", 5)]
)
def test_a_level_is_whole_centimetres(typed: str, level: int) -> None:
    assert level_of(typed) == level


@pytest.mark.parametrize("typed", ["-1", "9000.01", "12345", "八十七", "87.3214", "", "87 88"])
def test_what_cannot_be_a_level_is_none(typed: str) -> None:
    assert level_of(typed) is None


@st.composite
def typed_reports(draw: st.DrawFn) -> tuple[str, Answers]:
    """Draw answers and one of the ways in which somebody types them."""
    said = {name: draw(st.sampled_from(list(ways))) for name, ways in SPELLED.items() if draw(st.booleans())}
    pieces = [draw(st.sampled_from(SPELLED[name][value])) for name, value in said.items()]
    level = draw(st.none() | st.integers(0, 900_000))
    gap = draw(st.sampled_from([" ", "  ", "，", ",", ";"]))
    body = gap.join(draw(st.permutations(pieces)))
    number = "" if level is None else f"{level / 100:.2f}"
    prefix = draw(st.sampled_from(["SK", "sk", "水库", "SK:"]))
    text = f"{prefix}{draw(st.sampled_from(['', ' ']))}{number}{gap}{body}"
    return (text.translate(FULL) if draw(st.booleans()) else text), Answers(level_cm=level, **said)


@given(typed_reports())
@settings(max_examples=300)
def test_whatever_is_said_is_read_back_in_any_order_width_and_spacing(made: tuple[str, Answers]) -> None:
    text, answers = made
    report = parse(text)
    if answers == Answers():
        assert report is None
    else:
        assert report is not None
        assert (report.answers, report.unread) == (answers, ())


@given(
    st.text(max_size=40),
    st.sampled_from(["渗2", "浑水", "渗浑水"]),
    st.text(alphabet=" ，裂溢涨平0123。xy", max_size=30),
)
@settings(max_examples=300)
def test_muddy_water_is_never_lost_in_what_stands_around_it(before: str, muddy: str, after: str) -> None:
    report = parse(f"SK {before.rstrip('没有无不未见渗')} {muddy} {after}")
    assert report is not None
    assert report.answers.seepage is Seepage.MUDDY


@given(st.text(max_size=400))
def test_any_text_is_read_or_left_alone(text: str) -> None:
    report = parse(text)
    assert report is None or report.answers != Answers() or report.unread
