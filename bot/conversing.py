"""The contract of a conversation: a plain state machine over neutral turns; what it asks and keeps is plain data.

A flow reads and writes through stores in the turn's own transaction, and never sends: its lines become one reply,
which leaves through the engine after the commit. Going back, cancelling, help, numbers for choices and several open
conversations are the dialogue's (bot/dialogue.py), the same for all flows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot.lines import Line
from bot.reading.report import ReliefReading
from bot.standing import Speaker
from bot.telling import Teller
from bot.turns import Contact, Place
from broadcast.content.message import Choice
from ground.clock import Clock
from ground.events import NewsDesk
from ground.sealing import Seals
from ground.transaction import Transaction

Facts = Mapping[str, Any]
"""What a conversation has gathered: JSON. It holds people's own words and is dropped when the talk ends."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A turn as a flow sees it: numbers and labels are turned into `picked` where the question offered choices."""

    text: str = field(repr=False, default="")
    picked: tuple[str, ...] = ()
    place: Place | None = None
    photos: tuple[str, ...] = ()
    contact: Contact | None = None
    link: str = ""
    unread: str = ""
    dedupe: str = ""  # platform:account:update: what a case keeps so that it is never entered twice

    @property
    def word(self) -> str:
        """The one choice that was taken, or nothing."""
        return self.picked[0] if len(self.picked) == 1 else ""


@dataclass(frozen=True, slots=True)
class Talk:
    """One open conversation at one address. `about` names the case that it belongs to, if it has one yet."""

    id: int
    flow: str
    step: str
    facts: Facts
    about: str = ""
    offered: tuple[Choice, ...] = ()
    many: bool = False
    asked_notice: int = 0  # the notice that carried the question, to tell whether a warning came after it
    trail: tuple[tuple[str, Facts], ...] = ()  # the steps that lie behind, the oldest first, with what was known


@dataclass(frozen=True, slots=True)
class Room:
    """What a flow may lean on during one turn."""

    tx: Transaction
    desk: NewsDesk
    clock: Clock
    speaker: Speaker
    platform: str
    happened_at: int  # story time of the turn: when it was said
    now: int  # story time at which we hear it
    teller: Teller  # tells others news of a case: committee, township, reporter
    public_url: str = ""  # where pages are: posters, sheets, the roll
    forgeable: bool = False  # the turn came from a number that may be another's
    seals: Seals = field(default_factory=Seals, repr=False)  # of what is kept sealed
    rung_from: str = field(repr=False, default="")  # the number that rings us up, as its network claims
    readings: dict[str, ReliefReading] = field(repr=False, default_factory=dict)  # of this turn's words: flow by flow

    @property
    def language(self) -> str:
        return self.speaker.language


@dataclass(frozen=True, slots=True)
class Opening:
    """A wish to begin a flow, with what is known already; `about` a case that exists."""

    facts: Facts = field(default_factory=dict)
    about: str = ""
    step: str = ""  # where to begin, if not at the beginning


@dataclass(frozen=True, slots=True)
class Move:
    """What follows from a turn: what is said, what is kept, and which question is open. `step` None: it is over."""

    step: str | None
    say: tuple[Line, ...] = ()
    facts: Facts = field(default_factory=dict)
    about: str = ""
    then: "tuple[str, Opening] | None" = None  # another flow that begins at once: its name and opening
    drill: bool = False  # it is about a drill: what is said says so
    language: str = ""  # what is said is said in this language, if it is another than before

    def saying(self, *first: Line) -> "Move":
        """Return the move with lines said before its own."""
        return replace(self, say=(*first, *self.say))


class Flow(Protocol):
    """One kind of conversation, registered by one line in FLOWS; the order there is the order in which they are asked.

    `name` is the template's too. Steps and facts outlive a release: a step that is no longer known is begun anew.
    """

    name: str

    async def wanted(self, room: Room, heard: Heard) -> Opening | None:
        """Return how to begin if this turn, which belongs to no open conversation, asks for this flow."""
        ...

    async def begin(self, room: Room, opening: Opening) -> Move:
        """Ask the first question that is still open."""
        ...

    async def hear(self, room: Room, talk: Talk, heard: Heard) -> Move:
        """Take one turn further. Whatever cannot be read is answered by a hint and the question again."""
        ...

    async def ask(self, room: Room, talk: Talk) -> Sequence[Line]:
        """Say the open question once more: after an interruption, a step back, a change of language."""
        ...
