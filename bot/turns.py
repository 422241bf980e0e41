"""A turn: what somebody said on some platform, neutral to the vendor, and what is said back."""

from dataclasses import dataclass, field

from broadcast.content import message
from broadcast.content.replies import ReplyKind
from broadcast.deliveries import Key


@dataclass(frozen=True, slots=True)
class Choice:
    """A button that was pressed. That it belongs to this address is a claim until it is checked."""

    key: Key  # of the delivery that the button was sent with
    word: str


@dataclass(frozen=True, slots=True)
class Place:
    """A point that was shared: WGS 84, degrees."""

    latitude: float = field(repr=False)
    longitude: float = field(repr=False)


@dataclass(frozen=True, slots=True)
class Contact:
    """A telephone number that was shared. `vouched`: the platform says that it is the sender's own."""

    phone: str = field(repr=False)
    vouched: bool


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update of one account. (platform, account, update) names it for ever: it is heard once.

    A turn is mostly one thing; a photo may have words beside it. What no flow can read (a sticker, a film) is named
    in `unread`, so that somebody is told what to send instead.
    """

    platform: str  # the channel's name too: replies go out where the turn came in
    account: str
    update: str
    address: str = field(repr=False)
    text: str = field(repr=False, default="")
    choice: Choice | None = None
    happened_at: int | None = None  # story time, if the platform says when
    is_group: bool = False
    language: str = ""  # as the platform knows it of the writer; any tag
    place: Place | None = None
    photos: tuple[str, ...] = ()  # digests in ground/media.py: a platform fetches a photo before it is heard
    contact: Contact | None = None
    link: str = ""  # what a poster's link carries: the code behind ?start= or in the page's address
    unread: str = ""  # voice sticker video photo_lost …: what arrived and cannot be read
    forgeable: bool = False  # whose number it came from is a claim of the network: a text, a caller's number
    rings_back: Key | None = None  # the delivery that a caller rings back about: they speak for its address
    follows: bool = False  # said in the same breath as what was asked last: it answers that, whatever else is open

    @property
    def dedupe(self) -> str:
        return f"{self.platform}:{self.account}:{self.update}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said back. `sent`: a notice carries it; else it is only shown where the button was pressed."""

    kind: ReplyKind | None  # None: the lines of a talk
    text: str = field(repr=False)
    sent: bool
    drill: bool = False
    offered: tuple[message.Choice, ...] = ()  # what it asks to choose, where it is said in the turn itself
    language: str = ""
