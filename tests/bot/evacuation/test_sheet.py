"""The sheet's code: one SMS, typed in the rain, read as it was meant, and what is not clear is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.evacuation import PersonState
from bot.cases.sheet import against, parse

MOVED, REFUSED, EMPTY = PersonState.MOVED, PersonState.REFUSED, PersonState.NOBODY_HOME
ROWS = range(1, 9)
AS_MEANT = {1: MOVED, 2: MOVED, 3: MOVED, 4: MOVED, 5: MOVED, 6: REFUSED, 7: EMPTY, 8: MOVED}


@pytest.mark.parametrize(
    "text",
    [
        "到 1-5 8 拒 6 空 7",
        "到1-5 8拒6空7",
        "到１－５、８　拒６　空７",
        "到5-1,8，拒6；空7",
        "到了：1至5、8。拒绝6号 没人7",
        "拒6空7到8,1~5",
        "拒6空7其余都到",
        "拒6 空7 剩下的都到了",
        "moved 1-5 8 refused 6 empty 7",
    ],
)
def test_the_code_is_read_however_it_is_typed(text: str) -> None:
    code = parse(text)
    if "其余" in text or "剩下" in text:
        assert code is not None
        assert code.rest
    assert code is not None
    assert against(code, ROWS).states == AS_MEANT
    assert code.unread == ()


@pytest.mark.parametrize(
    "text", ["全到 2户6人", "全到2户6人", "全部到了 ２户 ６人", "都到了，2户，6人", "all in 2 households 6 people"]
)
def test_everybody_has_moved(text: str) -> None:
    code = parse(text)
    assert code is not None
    assert (code.rest, code.households, code.people, code.unread) == (True, 2, 6, ())
    assert set(against(code, ROWS).states.values()) == {MOVED}


def test_numbers_that_stand_on_no_row_are_named_and_the_others_taken() -> None:
    code = parse("到 1-3 99 拒 12")
    assert code is not None
    reading = against(code, ROWS)
    assert reading.unknown == (12, 99)
    assert set(reading.states) == {1, 2, 3}


def test_a_row_that_is_said_two_ways_is_taken_neither_way() -> None:
    code = parse("到 1-5 拒 5")
    assert code is not None
    reading = against(code, ROWS)
    assert reading.twice == (5,)
    assert set(reading.states) == {1, 2, 3, 4}


def test_what_nobody_understands_is_said() -> None:
    code = parse("到 1-3 狗 4 拒 6")
    assert code is not None
    assert code.unread == ("狗",)


@pytest.mark.parametrize(
    "text", ["", "1", "收到", "到", "拒绝转移怎么办", "求助", "水到门口了", "到了村部", "6", "to 5", "人 3"]
)
def test_what_is_no_code_is_left_to_others(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("text", ["到 1-99999999999", "到 99999999999999", "到 1-9999"])
def test_a_number_too_large_is_not_read(text: str) -> None:
    code = parse(text)
    assert code is not None
    assert code.unread


@given(st.text(alphabet="到拒空全 1234567890-~,，、户人外投車９８狗a\n", max_size=40))
def test_whatever_is_typed_is_read_or_left_and_no_row_is_invented(text: str) -> None:
    code = parse(text)
    if code is None:
        return
    reading = against(code, ROWS)
    assert set(reading.states) <= set(ROWS)
    assert not set(reading.twice) & set(reading.states)
    assert not set(reading.unknown) & set(ROWS)


@given(st.dictionaries(st.integers(1, 30), st.sampled_from(["到", "拒", "空", "外", "投"]), min_size=1))
def test_what_is_written_row_by_row_is_what_is_read(rows: dict[int, str]) -> None:
    meanings = {"到": MOVED, "拒": REFUSED, "空": EMPTY, "外": PersonState.AWAY, "投": PersonState.RELATIVES}
    code = parse(" ".join(f"{word}{number}" for number, word in rows.items()))
    assert code is not None
    assert against(code, range(1, 31)).states == {number: meanings[word] for number, word in rows.items()}
