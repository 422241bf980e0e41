"""A ladder: one person who must answer a chain of warnings or a matter, how far the calling has come, what ended it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

CALL: Final = "call"
"""How the origin of a ladder's notices begins, call:<chain>, and the name of the conversation that takes answers."""


REPORT: Final = "feedback"
"""The same of notices that ask whoever has answered what became of the people, feedback:<chain>."""


class Reply(StrEnum):
    """What whoever is called may say. A read receipt is none of these."""

    ON_POST = "on_post"  # 收到并已上岗
    AWAY = "away"  # 收到，不在岗: the deputy is called at once, and the ladder stays open
    NOT_ME = "not_me"  # 不是本人: the address is closed, and the ladder moves at once


REPLIES = (Reply.ON_POST, Reply.AWAY, Reply.NOT_ME)  # by their numbers


class Feedback(StrEnum):
    """What whoever has answered reports of his people, as often as he likes."""

    DONE = "done"  # all are where they should be, or nobody need move: the ladder is closed
    MOVING = "moving"
    STUCK = "stuck"  # it cannot be done without help: those above are told at once


FEEDBACKS = (Feedback.DONE, Feedback.MOVING, Feedback.STUCK)  # by their numbers


class State(StrEnum):
    OPEN = "open"
    AWAKE = "awake"  # answered: nobody is called any more, but what became of the people is not told yet
    CLOSED = "closed"


UNFINISHED = (State.OPEN, State.AWAKE)


class Outcome(StrEnum):
    """Why a ladder is closed."""

    ANSWERED = "answered"
    BY_ANOTHER = "by_another"  # of those of whom one is enough, another answered
    OVER = "over"  # the warning has ended


class StepKind(StrEnum):
    """What is written down of a ladder, append-only."""

    OPENED = "opened"
    JOINED = "joined"  # a second site, or a newer warning of the chain
    RAISED = "raised"  # a higher level: who had answered is asked again
    MESSAGED = "messaged"
    CALLED = "called"
    SKIPPED = "skipped"  # nobody there, or no address that works
    VOID = "void"  # a number that reaches nobody: the next step is taken at once; `result` is what the carrier said
    DIALLED = "dialled"  # by hand; `result` says how it went
    KNOCKED = "knocked"  # somebody was sent to the door
    REPLIED = "replied"  # `result` is the Reply
    UNPROVEN = "unproven"  # a reply that may be forged, and proves nothing
    AWAKE = "awake"  # it was answered: nobody is called any more
    FED_BACK = "fed_back"  # `result` is the Feedback, `moved` how many people
    CLOSED = "closed"  # `result` is the Outcome


class Dialled(StrEnum):
    """How a call by hand went."""

    ANSWERED = "answered"  # 应答
    NOT_ANSWERED = "not_answered"  # 未应: picked up, nobody spoke
    BUSY = "busy"  # 占线
    NOBODY = "nobody"  # 无人接
    OFF = "off"  # 关机
    SUSPENDED = "suspended"  # 停机
    VOID = "void"  # 空号
    NOT_ME = "not_me"  # 不是本人


@dataclass(frozen=True, slots=True)
class Ladder:
    """A ladder as it is kept. Instants are story time."""

    id: int
    public_id: str
    chain: str  # the first warning of the chain, or the matter
    alert: str | None  # the newest, of which is spoken; None: a matter
    drill: bool
    area: int  # of the post: scope follows the duty, not the home
    duty: str
    person: int
    deputy: int | None
    superior: int | None
    group: str  # of whose ladders one answer is enough; empty: each for himself
    level: int
    state: State
    outcome: str
    position: int  # the rung that is next: of the calling, and once it is awake of the asking for feedback
    due_at: int | None
    target: int | None  # who is being called now
    answered_by: int | None
    room: int | None  # the landline of his duty room: an address
    code: str

    @property
    def is_open(self) -> bool:
        return self.state is State.OPEN

    @property
    def is_awake(self) -> bool:
        return self.state is State.AWAKE

    @property
    def called(self) -> tuple[int, ...]:
        """Everybody whom it may have called so far or calls next."""
        return tuple(dict.fromkeys(each for each in (self.person, self.deputy, self.superior) if each is not None))
