"""The contract of a telephone: what is said in a call and which key is asked for, neutral to the vendor.

A second vendor is one more folder: it sends like every channel, reads its own webhooks into turns, and plays what
comes next; how its documents look and what its addresses carry stays there. What is said is in content/calling.py, who
hears the keys is bot/platforms/voice.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from broadcast.channels.base import WebhookAnswer, WebhookCall
from broadcast.content.message import Audio
from broadcast.deliveries import Key


@dataclass(frozen=True, slots=True)
class Speech:
    """Something said in a call; where there is a recording of it, that is played instead."""

    text: str = field(repr=False)
    language: str
    audio: Audio | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who we are on the telephone, and where to ring if nobody can be helped here."""

    name: str = ""
    phone: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Thread:
    """What a call carries from turn to turn, in what the vendor gives back under its signature."""

    key: Key  # of the delivery that the call is about
    asked: int = 1  # how often a key was asked for
    rang_up: bool = False  # they called us: whose number it is, is a claim
    follows: bool = False  # what was asked came up in the talk: its keys are not those of the delivery


@dataclass(frozen=True, slots=True)
class CallTurn:
    """What happened in a call. Without a thread, somebody rings us up."""

    call: str  # the vendor's id
    number: str = field(repr=False)  # of the other side
    digit: str = ""
    thread: Thread | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """What a call says next. With a thread, it asks for one key after that; without, it is over."""

    say: Sequence[Speech]
    thread: Thread | None = None
    question: Sequence[Speech] = ()  # a key may be pressed while it is said, and after
    again: Sequence[Speech] = ()  # said once more if no key is pressed; again a key may be pressed
    unanswered: Sequence[Speech] = ()  # said at last


class Telephone(Protocol):
    """A channel that speaks to ears, as the platform of calls needs it; it is `Recalling`, too."""

    name: str
    caller: Caller
    key_path: str  # below /hooks: where pressed keys are brought
    inbound_path: str  # where whoever rings us up is brought

    @property
    def account_name(self) -> str:
        """Name the vendor's account."""
        ...

    def read(self, call: WebhookCall) -> CallTurn | WebhookAnswer:
        """Return what the vendor brings; or the answer to somebody who is not the vendor, or brings rubbish."""
        ...

    def play(self, following: Next) -> WebhookAnswer:
        """Return the answer that makes the vendor say what comes next."""
        ...
