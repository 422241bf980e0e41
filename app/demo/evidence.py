"""The two witnesses of a rehearsal: what the hub believes that it sent, and what the sandbox's ledger received."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from broadcast.deliveries import Key, State
from broadcast.notices import Kind

Place = tuple[str, str]
"""Channel and address."""


@dataclass(frozen=True, slots=True)
class Said:
    """A notice: what it is, whose hearers it tells, and the SHA-256 (hexadecimal) of every text it has."""

    id: int
    public_id: str
    kind: Kind
    size: int  # deliveries, as the planner counted them
    tells_heard_of: frozenset[int] = frozenset()
    texts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Believed:
    """A delivery, as far as the hub thinks it got."""

    key: Key
    channel: str
    address: str = field(repr=False)
    state: State
    maybe_twice: int = 0

    @property
    def place(self) -> Place:
        return self.channel, self.address


@dataclass(frozen=True, slots=True)
class Books:
    """Everything the hub wrote down of its sendings, the counters beside what they count."""

    notices: Mapping[int, Said]
    deliveries: Sequence[Believed]
    counters: Mapping[str, int]  # state of a delivery → how many, over all notices
    provider_ids: Mapping[tuple[str, str], Key]  # channel and the provider's id → what was accepted under it


@dataclass(frozen=True, slots=True)
class Heard:
    """A line of the ledger: a phone, a chat or a speaker received this. `marks` are references that travelled out."""

    channel: str
    address: str = field(repr=False)
    provider_id: str
    digest: str  # SHA-256 of the text, hexadecimal
    marks: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        return self.channel, self.address
