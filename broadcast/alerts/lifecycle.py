"""How a warning lives: draft → submitted → approved → issued → updated, ended or expired; and who may take a step."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from broadcast.errors import WrongState
from ground.actor import Role


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ISSUED = "issued"
    UPDATED = "updated"  # a newer warning stands in its place
    ENDED = "ended"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # never issued


class Step(StrEnum):
    """What is done to a warning; the value says it in the past, as evidence and events do."""

    EDIT = "edited"
    SUBMIT = "submitted"
    RETURN = "returned"
    WITHDRAW = "withdrawn"
    APPROVE = "approved"
    ISSUE = "issued"
    ISSUE_ALONE = "issued_alone"  # in an emergency, when no approver answers; one confirms it afterwards
    CORRECT = "corrected"  # a correction goes out by one person, unapproved; a second confirms it afterwards
    UPDATE = "updated"
    END = "ended"
    EXPIRE = "expired"


@dataclass(frozen=True, slots=True)
class Rule:
    """From where a step leads to where, and which roles may take it."""

    origins: frozenset[State]
    to: State
    roles: tuple[Role, ...]


UNISSUED: Final = frozenset({State.DRAFT, State.SUBMITTED, State.APPROVED})
TOLD: Final = frozenset({State.ISSUED, State.EXPIRED})
"""People were told and nobody has told them otherwise: an update or an ending still has somebody to tell."""

STEPS: Final[dict[Step, Rule]] = {
    Step.EDIT: Rule(frozenset({State.DRAFT}), State.DRAFT, (Role.OFFICER,)),
    Step.SUBMIT: Rule(frozenset({State.DRAFT}), State.SUBMITTED, (Role.OFFICER,)),
    Step.RETURN: Rule(frozenset({State.SUBMITTED, State.APPROVED}), State.DRAFT, (Role.APPROVER,)),
    Step.WITHDRAW: Rule(UNISSUED, State.WITHDRAWN, (Role.OFFICER, Role.APPROVER)),
    Step.APPROVE: Rule(frozenset({State.SUBMITTED}), State.APPROVED, (Role.APPROVER,)),
    Step.ISSUE: Rule(frozenset({State.APPROVED}), State.ISSUED, (Role.APPROVER,)),
    Step.ISSUE_ALONE: Rule(frozenset({State.SUBMITTED}), State.ISSUED, (Role.OFFICER, Role.APPROVER)),
    Step.CORRECT: Rule(frozenset({State.DRAFT}), State.ISSUED, (Role.OFFICER, Role.APPROVER)),
    Step.UPDATE: Rule(TOLD, State.UPDATED, (Role.OFFICER, Role.APPROVER)),
    Step.END: Rule(TOLD, State.ENDED, (Role.OFFICER, Role.APPROVER)),
    Step.EXPIRE: Rule(frozenset({State.ISSUED}), State.EXPIRED, ()),
}


def next_state(state: State, step: Step) -> State:
    """Return where `step` leads from `state`, or say in which state the warning would have to be."""
    rule = STEPS[step]
    if state not in rule.origins:
        raise WrongState(state=state, needed=" or ".join(sorted(rule.origins)), deed=step)
    return rule.to
