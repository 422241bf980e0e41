"""What whoever is on duty changes of a calling table changes just that."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.pages.calling import form
from broadcast.ladders.changing import Added, Change, Climbed, Kept, changed, first_calls, ladders_of, with_calls
from broadcast.ladders.errors import NotANumber, PolicyUnnamed
from broadcast.ladders.policy import Does, Occasion, Rung, Whom, read_occasions
from ground.clock import SECOND
from tests.broadcast.ladders.tables import house, table
from tests.broadcast.ladders.test_grid import rungs as rung
from tests.broadcast.ladders.test_grid import tables

HOUSE = tuple(read_occasions())
ladders = some.lists(rung, min_size=1, max_size=8).map(tuple)


def as_it_is(occasions: tuple[Occasion, ...]) -> Change:
    return form.read(form.filled(occasions), occasions)


@given(tables.filter(bool).filter(lambda those: all(each.hours != (0, 24) for each in those)))
def test_a_form_that_is_sent_as_it_was_filled_in_changes_nothing(occasions: list[Occasion]) -> None:
    assert changed(occasions, as_it_is(tuple(occasions))) == tuple(occasions)


@given(ladders, some.integers(0, 9))
def test_so_many_first_calls_are_made_and_every_other_step_stays(steps: tuple[Rung, ...], calls: int) -> None:
    since, until = first_calls(steps)
    more = with_calls(steps, calls)
    assert all(each.does is Does.CALL and each.whom is Whom.HOLDER for each in more[since : since + calls])
    assert (more[:since], more[since + calls :]) == (steps[:since], steps[until:])
    assert with_calls(steps, until - since) == steps


def test_the_house_rings_up_the_holder_four_times_and_a_fifth_time_after_as_long() -> None:
    [steps] = ladders_of(HOUSE)
    assert first_calls(steps) == (1, 5)
    assert [each.after // SECOND for each in with_calls(steps, 5)[:7]] == [0, 40, 80, 80, 80, 80, 40]
    assert with_calls(steps, 1)[:3] == (steps[0], steps[1], steps[5])


def test_hours_codes_and_seconds_change_where_they_were_changed() -> None:
    typed = dict(form.filled(HOUSE)) | {"from-2": "20", "to-2": "7", "code-2": "yes", "after-0-1": "30", "calls-0": "2"}
    red, slides, night = changed(HOUSE, form.read(typed, HOUSE))
    assert (red.policy.code, slides.policy.code, night.policy.code) == (True, False, True)
    assert (red.hours, slides.hours, night.hours) == (None, None, (20, 7))
    for each in (red, slides, night):
        assert [step.after // SECOND for step in each.policy.rungs[:4]] == [0, 30, 80, 40]
    assert night.policy.each == HOUSE[2].policy.each


def test_a_rule_that_is_not_ticked_is_taken_out() -> None:
    typed = dict(form.filled(HOUSE))
    del typed["on-1"]
    assert changed(HOUSE, form.read(typed, HOUSE)) == (HOUSE[0], HOUSE[2])


def test_a_further_rule_calls_like_another_one_at_its_own_level_and_hours() -> None:
    typed = dict(form.filled(HOUSE)) | {"add-level": "3", "add-name": "黄色夜间", "add-like": "1"}
    typed |= {"add-from": "22", "add-to": "6"}
    *same, added = changed(HOUSE, form.read(typed, HOUSE))
    assert tuple(same) == HOUSE
    assert added == table({}, {"name": "黄色夜间", "levels": [3], "hours": [22, 6]})[1]


def test_steps_that_differ_are_changed_apart() -> None:
    quick = [{"after": 0, "does": "message", "whom": "holder"}, {"after": 60, "does": "call", "whom": "holder"}]
    mixed = table({}, {"rungs": quick})
    policies = [Kept(stays=True, hours=(0, 24), code=each["code"]) for each in house()]
    [slow, _] = ladders_of(mixed)
    waits = tuple(each.after // SECOND for each in slow)
    change = Change(policies, [Climbed(waits, 4), Climbed((0, 90), 1)], Added("x", 4, (0, 24), 1))
    red, slides, _, added = changed(mixed, change)
    assert red.policy.rungs == slow
    assert [each.after // SECOND for each in slides.policy.rungs] == [0, 60, 90]
    assert added.policy.rungs == slides.policy.rungs


@pytest.mark.parametrize("given", ["", "abc", "1.5", "-3", "٣", "123456", " "])
def test_what_is_no_number_is_said(given: str) -> None:
    with pytest.raises(NotANumber):
        form.read(dict(form.filled(HOUSE)) | {"from-0": given}, HOUSE)


def test_a_further_rule_needs_a_name() -> None:
    with pytest.raises(PolicyUnnamed):
        form.read(dict(form.filled(HOUSE)) | {"add-level": "3"}, HOUSE)
