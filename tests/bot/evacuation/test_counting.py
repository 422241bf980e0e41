"""Which report counts: verified first, then the later moment, then what was entered last; conflicts are shown."""

from dataclasses import replace
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from bot.cases.counting import Report, household, standing
from bot.cases.evacuation import SETTLED, PersonState
from ground.clock import MINUTE

TEN = 600 * MINUTE
MOVED, REFUSED, SAFE, HELP = PersonState.MOVED, PersonState.REFUSED, PersonState.SAFE, PersonState.NEED_HELP


def said(entry: int, state: PersonState, minute: int = 0, *, verified: bool = True, by: str = "A") -> Report:
    return Report(entry, state, verified, TEN + minute * MINUTE, by)


def test_nobody_said_anything() -> None:
    assert standing([]).missing
    assert standing([]).state is PersonState.UNKNOWN


def test_safe_by_ones_own_word_is_shown_and_takes_nobody_off_the_missing_list() -> None:
    own = standing([said(1, SAFE, verified=False)])
    assert own.state is SAFE
    assert own.missing
    assert own.to_check is not None


def test_a_verified_report_counts_before_a_later_one_that_is_not() -> None:
    both = standing([said(1, MOVED), said(2, HELP, 20, verified=False, by="B")])
    assert both.state is MOVED
    assert not both.missing
    assert both.conflict
    assert both.to_check is not None
    assert both.to_check.state is HELP


def test_a_late_report_takes_its_place_by_the_time_at_which_it_was_so() -> None:
    assert standing([said(1, MOVED, 30), said(2, REFUSED, 5)]).state is MOVED


def test_of_two_reports_of_one_moment_the_last_entered_counts_and_the_conflict_is_shown() -> None:
    both = standing([said(1, MOVED), said(2, REFUSED, by="B")])
    assert both.state is REFUSED
    assert both.conflict


def test_a_refusal_and_then_a_move_told_by_the_same_person_is_no_conflict() -> None:
    assert not standing([said(1, REFUSED), said(2, MOVED, 5)]).conflict


def test_two_people_who_differ_within_minutes_are_a_conflict_until_somebody_has_checked() -> None:
    both = [said(1, REFUSED), said(2, MOVED, 5, by="B")]
    assert standing(both).conflict
    looked = replace(said(3, MOVED, 9, by="C"), checks=True)
    assert not standing([*both, looked]).conflict


def test_a_household_shows_its_worst() -> None:
    five = [standing([said(1, MOVED)])] * 4 + [standing([said(1, REFUSED)])]
    whole = household(five)
    assert (whole.worst, whole.settled, whole.people) == (REFUSED, 4, 5)
    assert household([standing([said(1, MOVED)])]).whole


@given(
    st.lists(
        st.tuples(st.sampled_from(PersonState), st.booleans(), st.integers(0, 3), st.sampled_from("AB")), max_size=5
    )
)
def test_the_order_in_which_reports_arrive_changes_nothing(
    given_reports: list[tuple[PersonState, bool, int, str]],
) -> None:
    reports = [
        said(entry, state, minute, verified=verified, by=by)
        for entry, (state, verified, minute, by) in enumerate(given_reports, 1)
    ]
    assert len({standing(list(order)) for order in permutations(reports)}) == 1
    outcome = standing(reports)
    assert outcome.missing or any(each.verified and each.state in SETTLED for each in reports)
