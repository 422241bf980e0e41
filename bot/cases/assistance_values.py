"""The values of an application for assistance: as it is kept, what is done to it, its notice and its objections."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.cases.assistance import Act, Figures, Part, Stage, Standing
from bot.cases.relief import Grade, Level


class Words(StrEnum):
    """What erasable words are."""

    HEAD = "head"  # the head of the household
    REASON = "reason"
    NOTE = "note"
    APPEAL = "appeal"


class Wait(StrEnum):
    """What a deadline is for."""

    NOTICE = "notice"
    HEARING = "hearing"
    APPEAL = "appeal"


@dataclass(frozen=True, slots=True)
class Application:
    """An application as it is kept. `amount` is proposed, `granted` decided, `paid` in all, each in fen."""

    id: int
    public_id: str
    request: int
    code: str  # the tracking number of its request
    area: int
    household: int | None
    person: int | None
    drill: bool
    stage: Stage
    level: Level
    round: int
    grade: Grade | None
    rooms: int | None
    auxiliary: int
    amount: int | None
    granted: int | None
    paid: int
    filed_at: int
    learned_at: int

    @property
    def standing(self) -> Standing:
        return Standing(self.stage, self.level, self.round, self.granted is not None, self.due == 0)

    @property
    def due(self) -> int | None:
        """Return what is still to be paid; nothing where nothing is granted."""
        return None if self.granted is None else self.granted - self.paid


@dataclass(frozen=True, slots=True)
class Deed:
    """One step to be taken. `by` is whose word it is where the hub acts for somebody."""

    act: Act
    part: Part
    at: int  # story time at which it was done
    now: int  # story time at which we learn of it
    assessors: tuple[int, ...] = ()
    figures: Figures | None = None
    amount: int | None = None  # GRANT, PAY
    words: Mapping[Words, str] = field(default_factory=dict, repr=False)
    photos: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it is kept, with who judged, and the words as far as they are not erased."""

    id: int
    act: Act
    from_stage: str
    to_stage: Stage
    level: Level
    part: Part
    actor: str
    round: int
    grade: Grade | None
    rooms: int | None
    auxiliary: int | None
    amount: int | None
    happened_at: int
    learned_at: int
    assessors: tuple[int, ...] = ()
    words: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A public notice: what it shows besides the masked name, from when until when."""

    id: int
    application: int
    code: str
    grade: Grade
    rooms: int
    amount: int
    from_at: int
    until_at: int
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class Objecting:
    """Somebody objects; everything but the words may be left out, and is kept apart from them."""

    words: str = field(repr=False)
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection as those who hear it see it: never who made it."""

    id: int
    public_id: str
    application: int
    notice: int
    words: str | None = field(repr=False)
    outcome: str | None
    made_at: int
    learned_at: int


@dataclass(frozen=True, slots=True)
class Objector:
    """Who objected, for those above the village alone."""

    name: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    person: int | None


@dataclass(frozen=True, slots=True)
class Deadline:
    id: int
    application: int
    wait: Wait
    due_at: int
