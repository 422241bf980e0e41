"""What people answered: append-only, and the only thing that makes a warning done."""

from dataclasses import dataclass, field
from enum import StrEnum


class AnswerKind(StrEnum):
    RECEIVED = "received"  # 收到
    SAFE = "safe"  # 安全
    NEED_HELP = "need_help"  # 求助
    OTHER = "other"  # words that are none of these; kept, and shown to a person


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, as given. `person` is None where several share the address: somebody there answered.

    `address` is None where it came from none: somebody entered it for the person.
    """

    notice: int
    address: int | None
    person: int | None
    kind: AnswerKind
    channel: str
    happened_at: int  # story time
    words: str
    dedupe: str  # platform:account:update, so that a repeated update is one answer
    forgeable: bool = False  # it came from a number that may be another's


class Means(StrEnum):
    """代录: how an officer was told of what they enter for somebody: an answer, a report of damage, a row of a roll."""

    PHONE = "phone"
    RADIO = "radio"
    SATELLITE_PHONE = "satellite_phone"
    IN_PERSON = "in_person"
    GROUP_CHAT = "group_chat"


class Spoke(StrEnum):
    """Who said it."""

    SELF = "self"
    FAMILY = "family"
    NEIGHBOUR = "neighbour"
    OFFICIAL = "official"  # of the village, the township …
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer that an officer enters on behalf of somebody (代录)."""

    notice: int
    person: int
    kind: AnswerKind
    means: Means
    spoke: Spoke
    said_at: int  # story time
    words: str = field(repr=False, default="")
