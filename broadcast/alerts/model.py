"""A warning (alert): what it says in each language, to whom it is meant, and the identity that never changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

from broadcast.alerts.lifecycle import State
from broadcast.content.message import Audio


class Status(StrEnum):
    """Whether it is in earnest (CAP `status`): fixed from the draft on, everything but ACTUAL is a drill."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MsgType(StrEnum):
    """What it does to those before it (CAP `msgType`)."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"


class Ending(StrEnum):
    """Why a warning ends: each has words of its own."""

    LIFTED = "lifted"  # 解除: it is over
    LOWERED = "lowered"  # 降级: lower, do not return yet
    CORRECTION = "correction"  # 撤销·误发更正: sent in error


class Level(IntEnum):
    """How grave it is: the lower the number, the worse."""

    RED = 1
    ORANGE = 2
    YELLOW = 3
    BLUE = 4


@dataclass(frozen=True, slots=True)
class Instruction:
    """What people are told to do: do what, go where, call whom."""

    do: str = ""
    go: str = ""
    call: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What the warning says in one language. `rules` overrides the instruction for a rule of the target, by index."""

    headline: str = ""
    description: str = ""  # what happens, what to watch for
    instruction: Instruction = Instruction()
    area_desc: str = ""
    sender_name: str = ""  # who issues it: 丰城市气象台
    event: str = ""  # how the event is called here; empty: as in the table of event codes
    rules: Mapping[int, Instruction] = field(default_factory=dict)

    def instruction_for(self, rule: int) -> Instruction:
        return self.rules.get(rule, self.instruction)


@dataclass(frozen=True, slots=True)
class Place:
    """Where, for machines. Polygons and circles as CAP writes them: `lat,lon lat,lon …`, `lat,lon kilometres`."""

    geocodes: tuple[tuple[str, str], ...] = ()  # (name of the list, code)
    polygons: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Nature:
    """How CAP classes it; empty categories: as the table of categories says for the event."""

    urgency: str = "Immediate"
    certainty: str = "Likely"
    categories: tuple[str, ...] = ()
    responses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes it this warning and no other: once fixed, none of the three changes."""

    identifier: str
    sender: str
    sent: int  # story time, whole seconds
    sent_text: str  # as it was written, offset notation kept

    @property
    def fixed(self) -> bool:
        """A draft of our own has a placeholder until it is issued."""
        return bool(self.sent_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDraft:
    """What an officer (or a CAP file) gives to make a warning. Instants are story time."""

    area: int  # the id of the area it belongs to: the scope of whoever works on it
    level: Level | None  # None: not chosen yet
    event_code: str
    contents: Mapping[str, Content]  # by language: zh_CN, en
    expires: int
    onset: int | None = None
    target: Sequence[Mapping[str, Any]] = ()  # ordered rules [{"name": …, "expression": …}], audiences/targeting
    status: Status = Status.ACTUAL
    msg_type: MsgType = MsgType.ALERT
    ending: Ending | None = None
    asks_answer: bool = True
    place: Place = Place()
    nature: Nature = Nature()
    note: str = ""
    references: tuple[str, ...] = ()  # `sender,identifier,sent` of messages of others, as a CAP file named them
    audio: Audio | None = None  # a recording to be played instead of the words
    replaces: str | None = None  # the id of the warning that this one updates or ends
    identity: Identity | None = None  # given by a CAP file; None: fixed when it is issued
    cap_digest: str | None = None  # SHA-256 of the CAP file it came from, hexadecimal
    source: str = "officer"

    @property
    def drill(self) -> bool:
        return self.status is not Status.ACTUAL

    @property
    def rules(self) -> int:
        """How many rules choose words; a warning without a target of its own has one."""
        return max(1, len(self.target))


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert(AlertDraft):
    """A warning as it is kept."""

    id: str
    state: State
    identity: Identity
    author: str
    approver: str | None
    confirmer: str | None  # the second person after a correction that one person issued
    audience: int | None
    made_at: int
    version: int  # rises with each edit
