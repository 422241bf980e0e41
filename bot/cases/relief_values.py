"""The values of a relief request: as it is told, as it is kept, and what is done to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.cases.relief import Act, Count, ForWhom, Level, Side, State
from broadcast.answers import Means


class Words(StrEnum):
    """What erasable words are."""

    TOLD = "told"  # the report as it was said
    SPOT = "spot"  # where, in their own words
    POINT = "point"  # latitude,longitude
    HEAD = "head"  # the head of the household
    PHONE = "phone"
    QUESTION = "question"
    ANSWER = "answer"
    REASON = "reason"
    NOTE = "note"
    SPOKE = "spoke"  # of an entry on behalf: who said it


class Stage(StrEnum):
    """When a photo was taken: as it was found, or as it was settled."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody told with one step; what they said nothing of is left out."""

    counts: Mapping[Count, int] = field(default_factory=dict)
    damage: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    words: Mapping[Words, str] = field(default_factory=dict, repr=False)
    photos: tuple[str, ...] = ()
    hazard: str | None = None
    area: int | None = None
    happened_at: int | None = None  # when the damage was done


@dataclass(frozen=True, slots=True)
class Entry:
    """代录: how an officer came to know what they enter for somebody."""

    means: Means
    said_at: int
    for_person: int | None = None
    spoke_person: int | None = None
    typed_by: str = ""
    typed_at: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """What it takes to file a request. `by` says whose word it is, by id (person:7, address:9)."""

    area: int
    for_whom: ForWhom
    told: Told
    by: str
    filed_at: int
    level: Level
    office: int | None
    household: int | None = None
    address: int | None = None
    person: int | None = None
    drill: bool = False
    dedupe: str | None = None
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is kept."""

    id: int
    public_id: str
    code: str
    area: int
    household: int | None
    address: int | None
    person: int | None
    for_whom: ForWhom
    drill: bool
    hazard: str | None
    state: State
    urgent: bool
    level: Level
    office: int | None
    assigned_to: int | None
    merged_into: int | None
    beside: int | None
    happened_at: int
    filed_at: int
    learned_at: int
    counts: Mapping[Count, int]


@dataclass(frozen=True, slots=True)
class Deed:
    """One step to be taken. What an operator or a member does is the office's, whatever `side` and `by` say."""

    act: Act
    at: int  # story time at which it was said or done
    now: int  # story time at which we learn of it
    told: Told = field(default_factory=Told)
    side: Side = Side.OFFICE
    by: str = ""
    quiet: bool = False  # one more answer of a report that is being made: the office hears it when it is whole
    assign_to: int | None = None
    into: int | None = None
    level: Level | None = None  # ESCALATE: whose turn it is from now on
    office: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it is kept, with the words that were said with it as far as they are not erased."""

    id: int
    act: Act
    from_state: str
    to_state: State
    level: Level
    actor: str
    person: int | None
    other: int | None
    happened_at: int
    learned_at: int
    words: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    facts: tuple[tuple[str, str, int], ...] = ()
    photos: tuple[str, ...] = ()
