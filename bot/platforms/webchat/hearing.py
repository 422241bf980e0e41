"""From what a page brings to turns: said in the own session only, and heard once, however often it is brought."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Final

from bot.platforms.base import Hear
from bot.reading.control import LANGUAGES, steer
from bot.turns import Choice, Incoming, Place
from broadcast.channels.base import Webhook
from broadcast.channels.kind import Surroundings
from broadcast.channels.webchat.channel import WebchatChannel
from broadcast.channels.webchat.session import Session
from ground import media, pictures
from ground.clock import DAY
from ground.errors import MediaRefused
from ground.media import MediaFolder

OLDEST: Final = 7 * DAY  # how long what was written without a network may have waited on the phone
SHARE_OF_KEY: Final = 16  # of an address, before the phone's own key: nobody can use up another's keys


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that somebody said on the page. `key` was made on the phone, once; `age` is how long it waited."""

    key: str
    text: str = field(repr=False, default="")
    choice: Choice | None = None
    place: Place | None = None
    link: str = ""
    photo: bytes | None = field(repr=False, default=None)
    age: int = 0  # milliseconds
    language: str = ""


class WebchatPlatform:
    name = "webchat"

    def __init__(self, channel: WebchatChannel, surroundings: Surroundings, hear: Hear) -> None:
        self.channel = channel
        self._clock = surroundings.clock
        self._database = surroundings.database
        self._folder = MediaFolder(surroundings.folder / "media", channel.settings.largest_photo)
        self._hear = hear
        self._darkroom = asyncio.Semaphore(1)  # a picture unpacked takes a hundred megabytes

    async def start(self, stack: AsyncExitStack) -> None:
        """Begin nothing; but who starts last ends first: open pages are sent away before the server waits for them."""
        stack.callback(self.channel.bell.close)

    @property
    def webhooks(self) -> Sequence[Webhook]:
        """None: nobody but the page speaks to us here."""
        return ()

    async def say(self, session: Session, said: Said) -> str:
        """Hear what was said; return the language that it asks for, if it is such a word.

        MediaRefused if what came as a photo is none.
        """
        now = self._clock.now()
        turn = Incoming(
            platform=self.name,
            account=self.channel.account,
            update=f"{session.address[:SHARE_OF_KEY]}.{said.key}",
            address=session.address,
            text=said.text,
            choice=said.choice,
            place=said.place,
            link=said.link,
            happened_at=now - min(max(said.age, 0), OLDEST),
            language=said.language,
            photos=() if said.photo is None else (await self._kept(said.photo, now),),
        )
        await self._hear(turn)
        asked = steer(said.text)
        return asked.value if asked in LANGUAGES else ""

    async def _kept(self, photo: bytes, now: int) -> str:
        if len(photo) > self.channel.settings.largest_photo:
            raise MediaRefused(why=f"it has {len(photo)} bytes, more than {self.channel.settings.largest_photo}")
        async with self._darkroom:
            renewed = await pictures.renewed(photo)
        medium = await self._folder.keep(renewed)
        async with self._database.writing() as tx:
            await media.record(tx, medium, now, "photo")
        return medium.digest
