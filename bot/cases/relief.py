"""A relief request: what somebody reports of their household, and how far the offices have got with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from audiences.organisations import OrganisationKind
from bot.cases.relief_errors import NotNow
from ground.clock import DAY, HOUR, MINUTE


class State(StrEnum):
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    UNDER_WAY = "under_way"
    SETTLED = "settled"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"  # into another request of the same household, which goes on


class Act(StrEnum):
    """What is done to a request; FILE makes one."""

    FILE = "file"
    ACCEPT = "accept"
    ASK = "ask"
    ANSWER = "answer"
    ASSIGN = "assign"
    SETTLE = "settle"
    DECLINE = "decline"
    ADD = "add"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    MERGE = "merge"
    ESCALATE = "escalate"


class Side(StrEnum):
    """Who does it."""

    REPORTER = "reporter"
    OFFICE = "office"
    HUB = "hub"


class ForWhom(StrEnum):
    OWN = "own"
    NEIGHBOUR = "neighbour"
    ENTERED = "entered"  # 代录: an officer typed what somebody said


class Level(StrEnum):
    """Whose turn it is; the order of definition is the way up."""

    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"


class Count(StrEnum):
    """What is counted of one household; the names that the county's ledger has for them are in bot/relief/ledger.py."""

    PEOPLE = "people"  # 受灾人口
    DEAD = "dead"
    MISSING = "missing"
    HURT = "hurt"
    TRAPPED = "trapped"
    EVACUATED = "evacuated"  # 紧急转移安置
    NEED_AID = "need_aid"  # 需紧急生活救助
    COLLAPSED = "rooms_collapsed"  # 间
    SEVERE = "rooms_severe"
    SLIGHT = "rooms_slight"


class Grade(StrEnum):
    """How badly a house is damaged: to be rebuilt, to be repaired at length, to be mended."""

    COLLAPSED = "collapsed"
    SEVERE = "severe"
    SLIGHT = "slight"


GRADES: Final[Mapping[Count, Grade]] = {  # the worst first
    Count.COLLAPSED: Grade.COLLAPSED,
    Count.SEVERE: Grade.SEVERE,
    Count.SLIGHT: Grade.SLIGHT,
}
OPEN: Final = frozenset({State.SUBMITTED, State.ACCEPTED, State.UNDER_WAY})
CLOSED: Final = frozenset({State.SETTLED, State.DECLINED, State.WITHDRAWN})
OFFICES: Final[Mapping[Level, str]] = {
    Level.VILLAGE: OrganisationKind.VILLAGE_COMMITTEE.value,
    Level.TOWNSHIP: OrganisationKind.TOWNSHIP_OFFICE.value,
    Level.COUNTY: OrganisationKind.COMMAND_CENTRE.value,
}
HANDLING: Final = frozenset(OFFICES.values())

LEADS: Final[Mapping[Act, Mapping[State, State]]] = {
    Act.ACCEPT: {State.SUBMITTED: State.ACCEPTED},
    Act.ASSIGN: dict.fromkeys(OPEN, State.UNDER_WAY),
    Act.SETTLE: {State.ACCEPTED: State.SETTLED, State.UNDER_WAY: State.SETTLED},
    Act.DECLINE: dict.fromkeys(OPEN, State.DECLINED),
    Act.WITHDRAW: dict.fromkeys(OPEN, State.WITHDRAWN),
    Act.REOPEN: dict.fromkeys(CLOSED, State.SUBMITTED),
    Act.MERGE: dict.fromkeys(OPEN, State.MERGED),
    Act.ESCALATE: {State.SUBMITTED: State.SUBMITTED},
    **{act: {state: state for state in OPEN} for act in (Act.ASK, Act.ANSWER, Act.ADD, Act.CORRECT)},
}
"""Where each step leads from which state; whatever is not here is refused."""

MAY: Final[Mapping[Side, frozenset[Act]]] = {
    Side.REPORTER: frozenset({Act.ANSWER, Act.ADD, Act.CORRECT, Act.WITHDRAW, Act.REOPEN}),
    Side.OFFICE: frozenset(
        {Act.ACCEPT, Act.ASK, Act.ASSIGN, Act.SETTLE, Act.DECLINE, Act.ADD, Act.CORRECT, Act.REOPEN, Act.MERGE}
    ),
    Side.HUB: frozenset({Act.ESCALATE}),
}
REASONED: Final = frozenset({Act.DECLINE})  # steps that are nothing without words


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, in story time: for each level to accept, and for a township's first report."""

    accept: int = 2 * HOUR
    accept_urgent: int = 15 * MINUTE
    first_report: int = 2 * HOUR
    one_event: int = DAY  # requests of one township belong to one event for so long
    same_household: int = 7 * DAY  # two requests of a household may be one for so long

    def to_accept(self, *, urgent: bool) -> int:
        return self.accept_urgent if urgent else self.accept


PATIENCE: Final = Patience()


def after(state: State, act: Act, side: Side) -> State:
    """Return the state that a step leads to; NotNow if this side may not take it, or not now."""
    to = LEADS.get(act, {}).get(state) if act in MAY[side] else None
    if to is None:
        raise NotNow(act=act.value, state=state.value)
    return to


def open_to(state: State, side: Side) -> tuple[Act, ...]:
    """Return the steps that a side may take from a state, in the order of their definition."""
    return tuple(act for act in Act if act in MAY[side] and state in LEADS.get(act, {}))


def above(level: Level) -> Level | None:
    """Return the next level up; None above the county."""
    levels = list(Level)
    place = levels.index(level) + 1
    return levels[place] if place < len(levels) else None


def worst(counts: Mapping[Count, int]) -> Grade | None:
    """Return the grade of a house by the worst of its rooms."""
    return next((grade for count, grade in GRADES.items() if counts.get(count, 0) > 0), None)


def is_urgent(counts: Mapping[Count, int]) -> bool:
    """Say whether somebody is hurt, trapped, missing or dead; where nobody counted them, one stands for "some"."""
    return any(counts.get(count, 0) > 0 for count in (Count.HURT, Count.TRAPPED, Count.MISSING, Count.DEAD))
