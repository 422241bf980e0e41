"""A page as a browser holds it open: it reads its stream over HTTP and says what it has; and the server behind it."""

import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from app.api.application import make_application
from app.house import House
from app.process.listening import address_of, answering, listening
from app.settings import read_settings
from bot.platforms.base import Hear
from bot.platforms.webchat.hearing import WebchatPlatform
from broadcast.alerts.office import Office
from broadcast.channels.kind import Surroundings
from broadcast.channels.webchat import WEBCHAT
from broadcast.channels.webchat.channel import WebchatChannel
from broadcast.channels.webchat.session import Session
from broadcast.channels.webchat.settings import WebchatSettings
from ground.clock import Clock
from ground.events import NewsDesk
from ground.media import MediaFolder
from ground.transaction import Database

logging.getLogger("httpcore").setLevel(logging.INFO)  # the browser's side: what it sends is its own secret
ON = {"MINGLUO_CHANNELS__WEBCHAT": "{}"}


@dataclass(slots=True)
class Page:
    """One browser. `last` is the id of the newest message it has."""

    url: str
    session: Session
    last: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)

    async def look(self) -> Sequence[dict[str, Any]]:
        """Open the stream, read what is there until the first beat, and close it; return what was new."""
        async with self.client() as client, client.stream("GET", "/c/-/stream", params={"after": self.last}) as answer:
            assert answer.status_code == 200, await answer.aread()
            return await anext(self.batches(answer))

    async def batches(self, answer: httpx.Response) -> AsyncIterator[list[dict[str, Any]]]:
        """Yield what comes between one beat and the next."""
        batch: list[dict[str, Any]] = []
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                self.last = value
            elif name == "data":
                batch.append(json.loads(value))
            elif line == "event: beat":
                self.told += batch
                yield batch
                batch = []

    async def acknowledge(self) -> None:
        """Say that everything told so far has arrived."""
        async with self.client() as client:
            answer = await client.post("/c/-/seen", json={"seqs": [each["seq"] for each in self.told]})
        assert answer.status_code == 204, answer.text

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, cookies={"chat": self.session.secret}, timeout=10)


def house_with_chat(database: Database, folder: Path, clock: Clock, channel: WebchatChannel, hear: Hear) -> House:
    """Return a house of which nothing is furnished but the web chat."""
    settings = read_settings(None, {"MINGLUO_DATA": str(folder)} | ON)
    desk, media = NewsDesk(), MediaFolder(folder / "media")
    office = Office("36098141600001", desk, [WEBCHAT])
    house = House(settings, "http://hub.test", clock, database, desk, media, office, [WEBCHAT])
    house.channels["webchat"] = channel
    around = Surroundings(clock, database, "http://hub.test", folder)
    house.platforms["webchat"] = WebchatPlatform(channel, around, hear)
    return house


def chat_channel(database: Database, clock: Clock, **settings: Any) -> WebchatChannel:
    return WebchatChannel(WebchatSettings(**settings), Surroundings(clock, database, "http://hub.test"))


@asynccontextmanager
async def serving(house: House) -> AsyncIterator[str]:
    """Yield the address of a server that answers for this house."""
    with listening("127.0.0.1", 0) as bound:
        async with answering(make_application(house), bound):
            try:
                yield address_of(bound)
            finally:
                for platform in house.platforms.values():
                    assert isinstance(platform, WebchatPlatform)
                    platform.channel.bell.close()
