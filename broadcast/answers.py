"""What people answered: append-only, and the only thing that makes a warning done."""

from dataclasses import dataclass
from enum import StrEnum


class AnswerKind(StrEnum):
    RECEIVED = "received"  # 收到
    SAFE = "safe"  # 安全
    NEED_HELP = "need_help"  # 求助
    OTHER = "other"  # words that are none of these; kept, and shown to a person


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, as given. `person` is None where several share the address: somebody there answered."""

    notice: int
    address: int
    person: int | None
    kind: AnswerKind
    channel: str
    happened_at: int  # story time
    words: str
    dedupe: str  # platform:account:update, so that a repeated update is one answer
