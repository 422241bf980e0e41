"""The states of a door task: whatever happens in whatever order, it ends once, and never forgets that it is open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.door_errors import DoorDone, OneSubject, TakenAlready
from bot.cases.door_policy import of_kind, policies
from bot.cases.door_task import FOUND, OPEN, VISITS, Act, Kind, Outcome, Reason, Rung, State, Task, above, after

ACTS = st.tuples(st.sampled_from(Act), st.sampled_from(VISITS))


@given(st.lists(ACTS, max_size=12))
def test_a_task_is_open_until_somebody_was_found_or_nobody_has_to_go(acts: list[tuple[Act, Outcome]]) -> None:
    state, ended = State.OPEN, False
    for act, outcome in acts:
        try:
            state = after(state, act, outcome)
        except (DoorDone, TakenAlready):
            continue
        ended = ended or (act is Act.REPORT and outcome in FOUND) or act in {Act.ANSWER, Act.END, Act.CLOSE}
        assert (state is State.DONE) is ended


@given(st.sampled_from(sorted(OPEN)), st.sampled_from(VISITS))
def test_who_found_nobody_hands_it_on(state: State, outcome: Outcome) -> None:
    assert after(state, Act.REPORT, outcome) is (State.DONE if outcome in FOUND else State.HANDED_ON)


@given(st.sampled_from(Act), st.sampled_from(VISITS))
def test_what_is_done_stays_done(act: Act, outcome: Outcome) -> None:
    if act is Act.ADD:
        assert after(State.DONE, act) is State.DONE
        return
    with pytest.raises(DoorDone):
        after(State.DONE, act, outcome)


def test_only_one_goes() -> None:
    with pytest.raises(TakenAlready):
        after(State.ACCEPTED, Act.ACCEPT)


@given(st.sampled_from(Kind))
def test_climbing_the_stairs_comes_to_the_top(kind: Kind) -> None:
    stairs = list(of_kind(kind).stairs)
    climbed, rung = [stairs[0]], stairs[0]
    while higher := above(stairs, rung):
        rung = higher[0]
        climbed.append(rung)
    assert climbed == stairs
    assert above(stairs, Rung.COUNTY) == ([] if Rung.COUNTY in stairs else stairs)


def test_red_and_orange_open_doors_and_every_kind_has_its_stairs() -> None:
    assert policies().levels == {1, 2}
    assert policies().kinds.keys() == set(Kind)
    assert of_kind(Kind.UNREACHED).accept == 5 * 60_000


@pytest.mark.parametrize("given", [{}, {"person": 1, "household": 2}])
def test_a_task_is_about_one_door(given: dict[str, int]) -> None:
    with pytest.raises(OneSubject):
        _ = Task(kind=Kind.BY_HAND, origin="x", reason=Reason.ASKED, **given).subject  # type: ignore[arg-type]
