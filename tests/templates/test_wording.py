"""How sentences, times and numbers are put."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.clock import BEIJING, instant
from templates.wording import by_digit, flowing, lines, moment, numbered, sentence, spoken


def test_times_are_beijing_times_with_their_date() -> None:
    at = instant(datetime(2021, 6, 28, 20, 0, tzinfo=BEIJING))
    assert moment(at, "zh_CN") == "6月28日20时"
    assert moment(at + 5 * 60_000, "zh_CN") == "6月28日20时5分"
    assert moment(at, "en") == "20:00 on 28 June"
    assert moment(at + 4 * 3_600_000, "zh_CN") == "6月29日0时"


@pytest.mark.parametrize(
    ("text", "language", "ended"),
    [
        ("马上走", "zh_CN", "马上走。"),
        ("马上走！", "zh_CN", "马上走！"),
        ("电话555-0100", "zh_CN", "电话555-0100。"),
        ("他说“快走。”", "zh_CN", "他说“快走。”"),
        ("走，", "zh_CN", "走。"),
        ("Leave now", "en", "Leave now."),
        ("Leave now.", "en", "Leave now."),
        ("", "en", ""),
    ],
)
def test_a_sentence_is_closed_once(text: str, language: str, ended: str) -> None:
    assert sentence(text, language) == ended


def test_lines_flow_with_a_space_only_where_the_script_has_one() -> None:
    assert flowing("荷湖乡：暴雨。\n\n  马上走。\n555-0100\n") == "荷湖乡：暴雨。马上走。555-0100"
    assert flowing("Leave now.\nGo to the school.") == "Leave now. Go to the school."
    assert flowing("") == ""


@given(st.text())
def test_lines_keep_every_word_and_no_blank_line(text: str) -> None:
    tidy = lines(text)
    assert tidy.split() == text.split()
    assert all(line.strip() for line in tidy.splitlines()) or not tidy


def test_answers_are_numbered_as_the_language_writes_it() -> None:
    assert numbered(["收到", "安全", "求助"], "zh_CN") == "1收到 2安全 3求助"
    assert numbered(["Received", "Safe"], "en") == "1 = Received 2 = Safe"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("【特急】马上走（不要等）。", "特急，马上走，不要等。"),
        ("去“荷湖中学”", "去荷湖中学"),
        ("Go to the school (by the road).", "Go to the school, by the road."),
        ("详见https://example.org/x?y=1。", "详见。"),
        ("平常的话。", "平常的话。"),
        ("（全部在括号里）", "全部在括号里"),
    ],
)
def test_what_is_spoken_has_pauses_for_brackets(written: str, said: str) -> None:
    assert spoken(written) == said


def test_telephone_numbers_are_said_digit_by_digit() -> None:
    assert by_digit("村部555-0100，急救120") == "村部5 5 5 0 1 0 0，急救1 2 0"
    assert by_digit("3楼12室") == "3楼12室"
