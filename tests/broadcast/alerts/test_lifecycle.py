"""The life of a warning as a table: every path ends, none leads to `issued` past a second person."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from broadcast.alerts.lifecycle import STEPS, TOLD, UNISSUED, State, Step, next_state
from broadcast.errors import WrongState
from ground.actor import Role

DONE = {State.UPDATED, State.ENDED, State.WITHDRAWN}


class Life(RuleBasedStateMachine):
    """Takes any step at any time; what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.state = State.DRAFT
        self.path: list[Step] = []
        self.approved_since_last_writing = False
        self.was_told = False

    @rule(step=st.sampled_from(Step))
    def take(self, step: Step) -> None:
        try:
            to = next_state(self.state, step)
        except WrongState:
            assert self.state not in STEPS[step].origins
            return
        assert self.state not in DONE
        if to is State.ISSUED:
            assert self.approved_since_last_writing or step in {Step.CORRECT, Step.ISSUE_ALONE}
        if to is State.DRAFT:
            self.approved_since_last_writing = False
        if step is Step.APPROVE:
            self.approved_since_last_writing = True
        self.was_told = self.was_told or to is State.ISSUED
        self.state = to
        self.path.append(step)

    @invariant()
    def whoever_was_told_is_never_untold(self) -> None:
        assert not (self.was_told and self.state in UNISSUED | {State.WITHDRAWN})

    @invariant()
    def nobody_is_told_of_an_update_to_what_nobody_heard(self) -> None:
        if self.state in {State.UPDATED, State.ENDED, State.EXPIRED}:
            assert self.was_told


TestLife = Life.TestCase


@pytest.mark.parametrize("state", sorted(DONE))
def test_what_is_done_stays_done(state: State) -> None:
    assert not [step for step in Step if state in STEPS[step].origins]


def test_an_ending_is_not_bound_by_the_expiry() -> None:
    assert State.EXPIRED in TOLD
    assert next_state(State.EXPIRED, Step.END) is State.ENDED


def test_whoever_only_drafts_can_neither_approve_nor_issue() -> None:
    for step in (Step.APPROVE, Step.ISSUE, Step.RETURN):
        assert Role.OFFICER not in STEPS[step].roles


def test_a_refusal_says_which_state_is_needed() -> None:
    with pytest.raises(WrongState, match="The warning is draft; it must be approved to be issued"):
        next_state(State.DRAFT, Step.ISSUE)
