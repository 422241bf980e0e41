"""A door task (上门, 失联): somebody with a name must knock at a named door and say what was found. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.cases.door_errors import DoorDone, OneSubject, TakenAlready


class Kind(StrEnum):
    """Why somebody must go; each has its own stairs and deadlines, see door_tasks.toml."""

    UNREACHED = (
        "unreached"  # 上门: a grave warning, and nobody there is reached for sure, or somebody needs help to move
    )
    NOT_ANSWERED = "not_answered"  # 叫应: the last step of a call ladder
    OUT_OF_CONTACT = "out_of_contact"  # 失联: a whole village gives no sign of life
    BY_HAND = "by_hand"


class Reason(StrEnum):
    """What is said of it in a word."""

    NO_PROVEN_ADDRESS = "no_proven_address"
    SPECIAL_NEEDS = "special_needs"
    NOT_ANSWERED = "not_answered"
    OUT_OF_CONTACT = "out_of_contact"
    ASKED = "asked"  # by an officer


class State(StrEnum):
    """How far it is."""

    OPEN = "open"  # asked of the first on the stairs
    ACCEPTED = "accepted"  # somebody goes
    HANDED_ON = "handed_on"  # asked of the next one up
    DONE = "done"


class Rung(StrEnum):
    """Who is asked, from the one who knows the door upwards."""

    PERSON_A = "person_a"
    PERSON_B = "person_b"
    COMMITTEE = "committee"
    TOWNSHIP = "township"
    COUNTY = "county"


class Outcome(StrEnum):
    """What was found; the last four are no visit's."""

    ANSWERED_SAFE = "answered_safe"
    ANSWERED_HELP = "answered_help"
    ANSWERED_INFORMED = "answered_informed"  # they know, and will act
    MOVED_AWAY = "moved_away"  # nobody lives there any more
    NOBODY_HOME = "nobody_home"
    REFUSED = "refused"
    WRONG_DOOR = "wrong_door"
    UNREACHABLE_PLACE = "unreachable_place"
    ANSWERED_MEANWHILE = "answered_meanwhile"
    OVER = "over"  # the warning is
    LIFTED = "lifted"  # the evacuation for whose sake somebody was to go
    CLOSED = "closed"  # by an officer, who said why


class Act(StrEnum):
    """What happens to a task."""

    ACCEPT = "accept"
    CANNOT_GO = "cannot_go"
    LAPSE = "lapse"  # nobody accepted, or reported, in time
    REPORT = "report"
    ADD = "add"  # words and photos that come after a report
    ANSWER = "answer"  # they answered the warning by themselves
    END = "end"
    CLOSE = "close"


FOUND: Final = frozenset({Outcome.ANSWERED_SAFE, Outcome.ANSWERED_HELP, Outcome.ANSWERED_INFORMED, Outcome.MOVED_AWAY})
"""Nobody has to knock there again."""
VISITS: Final = tuple(Outcome)[:8]
"""What somebody who went may say, in the order in which it is offered."""
OPEN: Final = frozenset({State.OPEN, State.ACCEPTED, State.HANDED_ON})
WAITING: Final = frozenset({State.OPEN, State.HANDED_ON})
"""Nobody has said yet that they go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A wish that somebody knocks: at a person's door, a household's, or in a whole village.

    Once per (`origin`, subject): whoever opens it again under the same origin opens nothing. `origin` is free text of
    whoever asks (alert:<id>, ladder:<id> …). `notice`: the warning to which what is found is an answer.
    """

    kind: Kind
    origin: str
    reason: Reason
    person: int | None = None
    household: int | None = None
    village: int | None = None
    area: int | None = None  # where the door is; by itself that of the subject
    level: int = 1
    drill: bool = False
    alert: str | None = None
    notice: int | None = None
    run: int | None = None

    @property
    def subject(self) -> str:
        """What it is about, as a key."""
        named = {"person": self.person, "household": self.household, "area": self.village}
        given = [f"{kind}:{key}" for kind, key in named.items() if key is not None]
        if len(given) != 1:
            raise OneSubject
        return given[0]


def after(state: State, act: Act, outcome: Outcome | None = None) -> State:
    """Return the state that an act leads to; a task that is done stays done."""
    if state is State.DONE:
        if act is Act.ADD:
            return state
        raise DoorDone
    match act:
        case Act.ACCEPT if state is State.ACCEPTED:
            raise TakenAlready
        case Act.ACCEPT:
            return State.ACCEPTED
        case Act.CANNOT_GO | Act.LAPSE:
            return State.HANDED_ON
        case Act.REPORT:
            return State.DONE if outcome in FOUND else State.HANDED_ON
        case Act.ADD:
            return state
        case _:
            return State.DONE


def above(stairs: Sequence[Rung], rung: Rung) -> Sequence[Rung]:
    """Return the rungs above one, the next first; of one that is on no stairs, all."""
    return stairs[stairs.index(rung) + 1 :] if rung in stairs else stairs
