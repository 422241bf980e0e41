"""What a warning says, one language at a time, as plain facts: everything that the words are made from.

The seven mandatory contents of a Chinese warning (DB45/T 2427-2021): kind, level, start, where, what to watch for,
what to do, who issues it.
"""

from dataclasses import dataclass

from broadcast.notices import Kind


@dataclass(frozen=True, slots=True)
class Facts:
    """Ready to be said. Instants are story time; texts are in `language` and already chosen for one rule.

    `level` and `event` are always those of the warning that people heard of: an ending speaks of what it ends. A
    CORRECTION says neither `what`, `do` nor `go`, for it is composed beforehand from the warning that it takes back.
    """

    language: str
    kind: Kind
    drill: bool
    level: int  # 1 red … 4 blue
    event: str  # 暴雨
    issuer: str  # 丰城市气象台
    area: str  # 荷湖乡: where it will be
    headline: str
    what: str  # what happens, what to watch for
    do: str  # what to do now
    go: str = ""  # where to go
    call: str = ""  # whom to call
    sent: int = 0
    onset: int | None = None
    expires: int | None = None
    asks_answer: bool = True
    earlier_headline: str = ""  # of what is updated or ended
    new_level: int | None = None  # LOWERED: down to what
