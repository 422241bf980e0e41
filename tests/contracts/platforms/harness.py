"""What the contract suite needs to know of a platform: how people send each kind of thing there, through its peer.

A new platform adds one line to HARNESSES in tests/contracts/platforms/harnesses.py, and no test.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from bot.turns import Incoming, Reply
from ground.transaction import Database

REPLY = Reply(None, "听到了。", sent=True)


class Thing(StrEnum):
    """A kind of turn."""

    TEXT = "text"
    CHOICE = "choice"
    PLACE = "place"
    PHOTO = "photo"
    PHOTO_WITH_WORDS = "photo with words"
    LOST_PHOTO = "a photo that cannot be fetched"
    NO_PHOTO = "a photo that is none"
    LARGE_PHOTO = "a photo of more than 5 MB"
    OWN_NUMBER = "own number"
    ANOTHERS_NUMBER = "another's number"
    LINK = "link"
    VOICE = "voice"
    VIDEO = "video"
    DOCUMENT = "document"
    STICKER = "sticker"


@dataclass
class Ear:
    """Somebody who hears, and may fail to."""

    heard: list[Incoming] = field(default_factory=list)
    fail: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def hear(self, incoming: Incoming) -> Reply | None:
        if self.fail:
            self.fail -= 1
            raise OSError("the database is away")
        self.heard.append(incoming)
        self.news.set()
        return REPLY

    async def wait_for(self, turns: int) -> list[Incoming]:
        async with asyncio.timeout(45):  # on a busy machine
            while len(self.heard) < turns:
                self.news.clear()
                await self.news.wait()
        return self.heard


class Harness(Protocol):
    """One platform, listening, with its vendor in the sandbox."""

    ear: Ear

    async def send(self, thing: Thing, words: str = "") -> None:
        """Let somebody send one thing; it may be heard a little later."""
        ...

    async def repeat(self) -> None:
        """Let the vendor bring the last update once more, under its own number."""
        ...

    async def post(self, body: bytes, headers: Mapping[str, str], *, signed: bool) -> int | None:
        """Bring a body to the platform's door, as the vendor would or as a stranger; None if it has no door."""
        ...


Start = Callable[[Path, Database], AbstractAsyncContextManager[Harness]]


@dataclass(frozen=True, slots=True)
class Bench:
    """One platform as it stands to be tried, and which kinds of things can be sent there."""

    start: Start
    can: frozenset[Thing]
    rubbish: Sequence[bytes]  # bodies that the vendor would never bring
    has_door: bool = True


def said(turn: Incoming) -> dict[str, Any]:
    """Return what a turn says, by the names of what is not empty."""
    names = ("text", "choice", "place", "photos", "contact", "link", "unread")
    return {name: getattr(turn, name) for name in names if getattr(turn, name)}
