"""A message: the words of one notice as one channel will carry them, neutral to the vendor."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to answer: a button where there are buttons, a number to send back where there are none."""

    key: str  # an AnswerKind, or a flow's own word
    label: str


@dataclass(frozen=True, slots=True)
class Audio:
    """A sound kept under its SHA-256 (hexadecimal) in ground/media.py."""

    digest: str
    mime_type: str
    bytes: int
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: `text` is complete by itself, everything else helps where the channel can."""

    text: str
    choices: tuple[Choice, ...] = ()
    audio: Audio | None = None
    priority: int = 4  # 1 red … 4 blue, as loudspeakers pre-empt
    repeat: int = 1  # how often a loudspeaker plays it
    offered: tuple[Choice, ...] = ()  # what may be chosen, also where it stands as numbers in the text
    wants: str = ""  # what a chat may offer a button for: place, contact; the text asks for it anyway
    wanted: str = ""  # what that button says

    def packed(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return asdict(self)

    @classmethod
    def unpacked(cls, kept: Mapping[str, Any]) -> "Message":
        choices = tuple(Choice(**each) for each in kept["choices"])
        audio = Audio(**kept["audio"]) if kept["audio"] else None
        offered = tuple(Choice(**each) for each in kept.get("offered", ()))  # added later, as are the next
        wants, wanted = kept.get("wants", ""), kept.get("wanted", "")
        return cls(kept["text"], choices, audio, kept["priority"], kept["repeat"], offered, wants, wanted)
