"""Requests as stories: whatever is tried in whatever order, the state is what the legal steps make it."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cases.relief import (
    CLOSED,
    LEADS,
    MAY,
    OPEN,
    PATIENCE,
    Act,
    Count,
    Grade,
    Level,
    Side,
    State,
    above,
    after,
    is_urgent,
    open_to,
    worst,
)
from bot.cases.relief_errors import NotNow
from bot.cases.tracking import ALPHABET, code_in, new_code
from bot.reading.codes import When
from bot.relief.when import happened
from ground.clock import BEIJING, instant

TRIES = st.lists(st.tuples(st.sampled_from(list(Side)), st.sampled_from(list(Act))), max_size=30)


@given(TRIES)
def test_a_request_is_always_where_its_legal_steps_brought_it(tries: list[tuple[Side, Act]]) -> None:
    state = State.SUBMITTED
    for side, act in tries:
        try:
            state = after(state, act, side)
        except NotNow:
            assert act not in open_to(state, side)
            continue
        assert state in {*OPEN, *CLOSED, State.MERGED}
    if state is State.MERGED:
        assert not any(open_to(state, side) for side in Side), "what is merged goes on elsewhere"


@given(TRIES)
def test_nothing_is_settled_that_nobody_took(tries: list[tuple[Side, Act]]) -> None:
    state, taken = State.SUBMITTED, False
    for side, act in tries:
        if act not in open_to(state, side):
            continue
        before, state = state, after(state, act, side)
        taken = (taken or act in {Act.ACCEPT, Act.ASSIGN}) and act is not Act.REOPEN
        if state is State.SETTLED and before is not State.SETTLED:
            assert taken


def test_every_step_but_filing_belongs_to_somebody_and_leads_somewhere() -> None:
    assert set().union(*MAY.values()) == set(Act) - {Act.FILE} == set(LEADS)


def test_a_reporter_never_decides_and_an_office_never_withdraws() -> None:
    for state in State:
        assert not {Act.ACCEPT, Act.DECLINE, Act.SETTLE, Act.ASSIGN} & {*open_to(state, Side.REPORTER)}
        assert Act.WITHDRAW not in open_to(state, Side.OFFICE)


def test_the_way_up_ends_at_the_county_and_danger_is_waited_for_less() -> None:
    assert [above(level) for level in Level] == [Level.TOWNSHIP, Level.COUNTY, None]
    assert PATIENCE.to_accept(urgent=True) < PATIENCE.to_accept(urgent=False)


def test_a_house_is_as_bad_as_its_worst_room_and_danger_is_a_count() -> None:
    assert worst({Count.SLIGHT: 3, Count.COLLAPSED: 1}) is Grade.COLLAPSED
    assert worst({Count.PEOPLE: 3}) is None
    assert is_urgent({Count.TRAPPED: 1})
    assert not is_urgent({Count.HURT: 0, Count.PEOPLE: 9})


def test_tracking_numbers_differ_and_are_found_however_they_are_typed() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    for code in codes:
        assert set(code) <= set(ALPHABET) | {"-"}
        for typed in (code, code.lower(), code.replace("-", ""), f"我的编号是{code}，怎么样了", code.replace("-", " ")):
            assert code_in(typed) == code


@pytest.mark.parametrize("text", ["goodbye everybody", "13812345678", "2021年6月28日", "HAILHAIL", ""])
def test_what_is_no_tracking_number_is_taken_for_none(text: str) -> None:
    assert code_in(text) is None


@settings(max_examples=60)
@given(st.sampled_from([None, *When]), st.integers(1_577_836_800_000, 1_893_456_000_000))
def test_nothing_happened_after_it_was_told(when: When | None, said_at: int) -> None:
    assert happened(when, said_at) <= said_at


def test_last_night_is_the_evening_before() -> None:
    told = instant(datetime(2021, 6, 28, 9, tzinfo=BEIJING))
    assert happened(When.LAST_NIGHT, told) == instant(datetime(2021, 6, 27, 22, tzinfo=BEIJING))
