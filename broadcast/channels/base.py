"""The contract of a channel: it declares its abilities, takes batches, and reports each outcome as it comes."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, Protocol, runtime_checkable

from broadcast.channels.errors import SendError
from broadcast.content.message import Message
from broadcast.deliveries import Key
from broadcast.notices import Lane


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a channel can do: declared, never discovered by failing."""

    receipts: bool  # does it say later whether a sending arrived?
    buttons: int = 0  # how many choices it can show as buttons; 0: they become numbers in the text
    text_limit: int | None = None  # characters; None: none worth knowing
    segments: bool = False  # is its text counted in SMS segments?
    media: bool = False
    audio: bool = False  # does it carry sound (loudspeakers)?
    public: bool = False  # are its addresses gateways, not people's?
    cancel: bool = False  # can a sending be called back? see `Recalling`
    aloud: bool = False  # is it said to one person's ear, with keys for choices?
    answers_in_turn: bool = False  # is what is said back said at once, where the turn came in, and never sent?
    batch: int = 500  # deliveries in one range: what one call of `send` is best given


class Outgoing(NamedTuple):
    """One delivery on its way out. `address` is secret: never in a log, an error or a repr."""

    key: Key
    address: str
    message: Message
    lane: Lane = Lane.NORMAL
    drill: bool = False
    expires: int | None = None  # story time
    language: str = "zh_CN"
    attempt: int = 1

    def __repr__(self) -> str:
        return f"Outgoing({self.key}, attempt={self.attempt})"


class Accepted(NamedTuple):
    """The provider took it. `provider_id` is unique within `account`; receipts name it."""

    account: str
    provider_id: str


class Outcome(NamedTuple):
    """How one sending of a batch went; every `Outgoing` gets exactly one."""

    key: Key
    result: Accepted | SendError


class Word(StrEnum):
    """How far a receipt says a sending got; channels map their own words to these."""

    ACCEPTED = "accepted"
    PROGRESS = "progress"  # further, but not there: sent, downloading, playing; `detail` says which
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider said of one sending, out of order, repeated, or before our own record of it."""

    account: str
    provider_id: str
    word: Word
    detail: str  # the channel's own word: sent, undelivered, playing, pre-empted …
    code: str = ""  # the vendor's error code, if any
    key: Key | None = None  # the mark that travelled out, if it came back (and was verified)
    error: SendError | None = None  # what a FAILED means for the next try
    happened_at: int | None = None  # story time, if the provider says when


ReceiptSink = Callable[[Sequence[Receipt]], Awaitable[None]]
"""Where a channel brings receipts; returns once they are safely kept."""


@dataclass(frozen=True, slots=True)
class WebhookCall:
    """An HTTP call from a vendor, free of any web framework. `url` is the public one that the vendor signed."""

    method: str
    url: str
    headers: Mapping[str, str]  # lower-case names
    query: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    status: int = 204
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A door that app/webhooks.py mounts below /hooks; `answer` verifies the caller before it believes a word."""

    method: str
    path: str  # "twilio/status"
    answer: Callable[[WebhookCall], Awaitable[WebhookAnswer]]


@dataclass(frozen=True, slots=True)
class Health:
    """What came of asking the provider; `reason` is a short code without address or secret, empty if all is well."""

    well: bool
    reason: str = ""


@runtime_checkable
class Probed(Protocol):
    """A channel that can ask its provider whether it would be served, without sending anything."""

    async def probe(self) -> Health:
        """Ask; answers within a few seconds whatever the provider does, and never raises."""
        ...


@runtime_checkable
class Recalling(Protocol):
    """A channel that can call back what is under way: an answer elsewhere stops a telephone that still rings."""

    async def cancel(self, account: str, provider_id: str) -> bool:
        """Call back one sending, never raising; True if it reaches nobody now, False if it is too late or unknown."""
        ...


class Channel(Protocol):
    """A way out. One object owns the vendor account: session, quota, signature check, error table."""

    name: str
    abilities: Abilities

    async def start(self, stack: AsyncExitStack, sink: ReceiptSink) -> None:
        """Open what sending needs; push the closing on `stack`. Must not fail because the vendor is away."""
        ...

    def send(self, batch: Sequence[Outgoing]) -> AsyncIterator[Outcome]:
        """Send all of `batch` and yield one outcome each, as they come; never raises for a single recipient."""
        ...

    @property
    def webhooks(self) -> Sequence[Webhook]:
        """The doors it needs; empty if none."""
        ...
