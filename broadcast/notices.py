"""A notice: what is to be said to whom, with words, frozen audience, lane, expiry, guarantee, and what it replaces.

Alerts, endings, replies (and later lessons, ladder steps, orders) all become notices; a delivery belongs to a notice
and knows nothing of alerts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ground.clock import SECOND


class Lane(StrEnum):
    """Who goes first; the order of definition is the order of precedence."""

    IMMEDIATE = "immediate"  # red, orange, evacuation, 叫应
    REPLIES = "replies"  # a share of every quota is kept for these
    NORMAL = "normal"
    BULK = "bulk"  # lessons


class Kind(StrEnum):
    ALARM = "alarm"
    UPDATE = "update"
    LIFTED = "lifted"  # 解除: it is over
    LOWERED = "lowered"  # 降级: lower, do not return yet
    CORRECTION = "correction"  # 撤销·误发更正: sent in error
    REPLY = "reply"
    NOTE = "note"  # news for certain people: of a case, of an order


WARNS = frozenset({Kind.ALARM, Kind.UPDATE})
ENDINGS = frozenset({Kind.LIFTED, Kind.LOWERED, Kind.CORRECTION})


class Guarantee(StrEnum):
    AT_LEAST_ONCE = "at_least_once"  # warnings: rather twice than never
    AT_MOST_ONCE = "at_most_once"  # lessons: rather `uncertain` than twice


class Purpose(StrEnum):
    """What an opt-out is from: one from lessons never silences a warning."""

    WARNINGS = "warnings"
    LESSONS = "lessons"
    REPLIES = "replies"


class State(StrEnum):
    PREPARED = "prepared"  # composed beforehand, waiting to be issued
    PLANNING = "planning"  # slices are still being planned; sending has begun
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Policy:
    """Which channel first, and when the next one takes over. Waits are story milliseconds; None: never falls back."""

    channels: tuple[str, ...]
    silence: int | None = 60 * SECOND  # without a receipt, or an answer where the channel has none and one is asked for
    on_refusal: bool = True  # next channel at once when an address is Gone or a message Rejected
    attempts: int = 6  # tries on one channel before it gives up


@dataclass(frozen=True, slots=True)
class NoticeDraft:
    """What it takes to make a notice. `origin` says who asked for it (`alert:<id>`), as free text to this package."""

    origin: str
    kind: Kind
    purpose: Purpose
    lane: Lane
    guarantee: Guarantee
    drill: bool
    asks_answer: bool
    policy: Policy
    audience: int | None
    area: int | None
    expires: int | None
    valid_from: int
    tells_heard_of: Sequence[int] = ()  # whoever heard (or may have heard) these notices is told this one too
    supersedes: Sequence[int] = ()
    state: State = State.PLANNING


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as it is kept."""

    id: int
    public_id: str
    origin: str
    kind: Kind
    purpose: Purpose
    lane: Lane
    guarantee: Guarantee
    drill: bool
    asks_answer: bool
    policy: Policy
    audience: int | None
    area: int | None
    expires: int | None
    valid_from: int
    state: State
    superseded_at: int | None
    size: int
    tells_heard_of: tuple[int, ...] = field(default=())

    def expired(self, now: int) -> bool:
        return self.expires is not None and now >= self.expires

    def closed(self, now: int) -> bool:
        """Whether nothing of it may be sent any more."""
        return self.superseded_at is not None or self.expired(now)
