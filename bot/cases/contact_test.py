"""通联测试, a contact test: a harmless message to everybody on duty, and what became of each of their numbers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from broadcast.deliveries import State
from ground.clock import MINUTE, SECOND

FLOW: Final = "contact_test"
MOST_PEOPLE: Final = 20_000
MINUTES: Final = 30  # until the deadline, unless said otherwise
LONGEST: Final = 12 * 60  # minutes: after half a day a bare "1" means something else


class Outcome(StrEnum):
    """What became of one number; from the best on, which is also what became of its owner."""

    ANSWERED = "answered"
    REACHED = "reached"  # it arrived, and there is still time to answer
    WAITING = "waiting"  # on its way
    NO_ANSWER = "no_answer"  # by the deadline
    UNTRIED = "untried"  # this hub has no such channel, or the owner refuses messages there
    FAILED = "failed"
    CLOSED = "closed"
    NO_ADDRESS = "no_address"


BROKEN: Final = (Outcome.FAILED, Outcome.CLOSED, Outcome.NO_ADDRESS)
"""What has to be repaired."""
WORKING: Final = (Outcome.ANSWERED, Outcome.REACHED, Outcome.NO_ANSWER)
"""What shows that a number works, or may: it is broken no more."""
NEVER_SENT: Final = frozenset({State.SUPPRESSED, State.EXPIRED, State.SUPERSEDED})
"""That says nothing of the number: the hub was late, or the owner wants no messages there."""
UNDER_WAY: Final = frozenset({State.PLANNED, State.CLAIMED})


class Stage(StrEnum):
    ASKING = "asking"  # people are still being asked, slice by slice
    ASKED = "asked"
    COUNTING = "counting"  # the deadline has passed, results are being written down
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom an operator wants to try: holders of duties in an area, whoever is on shift there, or both."""

    area: int
    duties: tuple[str, ...] = ()
    on_shift: bool = True
    minutes: int = MINUTES

    @property
    def waits(self) -> int:
        return self.minutes * MINUTE


@dataclass(frozen=True, slots=True)
class Seen:
    """One number as sending and answers have it; `address` 0: the person has none."""

    address: int
    closed: bool
    state: str | None
    reason: str
    delivered: bool
    answered_after: int | None  # milliseconds since it was sent

    def outcome(self, *, over: bool) -> Outcome:  # noqa: PLR0911 - one line each is the table that it is
        if self.answered_after is not None:
            return Outcome.ANSWERED
        if self.address == 0:
            return Outcome.NO_ADDRESS
        if self.closed:
            return Outcome.CLOSED
        if self.state is None or self.state in NEVER_SENT or (over and self.state in UNDER_WAY):
            return Outcome.UNTRIED
        if self.state == State.FAILED:
            return Outcome.FAILED
        if over:
            return Outcome.NO_ANSWER
        return Outcome.REACHED if self.delivered else Outcome.WAITING

    @property
    def seconds(self) -> int | None:
        return None if self.answered_after is None else max(0, self.answered_after // SECOND)
