"""The web chat as people speak there: a browser's own calls, whose vendor is nobody but the page."""

import json
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from broadcast.channels.webchat.session import Session
from ground.clock import WallClock
from ground.transaction import Database
from tests.contracts.platforms.harness import Ear, Harness, Thing
from tests.pages import chat_channel, house_with_chat, serving

BROUGHT_AGAIN = 3  # times that the page brings what was not taken


class WebchatHarness:
    def __init__(self, url: str, ear: Ear) -> None:
        self.ear = ear
        self._url = url
        self._session = Session("s" * 43)
        self._last: dict[str, Any] = {}

    async def send(self, thing: Thing, words: str = "") -> None:
        self._last = {"key": str(uuid.uuid4()), **_said(thing, words)}
        for _ in range(BROUGHT_AGAIN):
            if await self._say() == httpx.codes.OK:
                return

    async def repeat(self) -> None:
        await self._say()

    async def post(self, body: bytes, headers: Mapping[str, str], *, signed: bool) -> int | None:
        """Whoever signs is the page itself; another site's page has another origin."""
        own = {"Content-Type": "application/json"} if signed else {**headers, "Origin": "http://elsewhere.test"}
        return await self._call(body, own)

    async def _say(self) -> int:
        return await self._call(json.dumps(self._last).encode(), {"Content-Type": "application/json"})

    async def _call(self, body: bytes, headers: Mapping[str, str]) -> int:
        async with httpx.AsyncClient(base_url=self._url, cookies={"chat": self._session.secret}) as page:
            return (await page.post("/c/-/say", content=body, headers=dict(headers))).status_code


def _said(thing: Thing, words: str) -> dict[str, Any]:
    match thing:
        case Thing.PLACE:
            return {"place": {"latitude": 28.25, "longitude": 115.75}}
        case Thing.LINK:
            return {"link": words}
        case Thing.CHOICE:
            return {"choice": {"delivery": "7.3", "word": words}}
        case _:
            return {"text": words}


@asynccontextmanager
async def webchat(folder: Path, database: Database) -> AsyncIterator[Harness]:
    async with AsyncExitStack() as stack:
        ear, clock = Ear(), WallClock()
        channel = chat_channel(database, clock)
        house = house_with_chat(database, folder, clock, channel, ear.hear)
        yield WebchatHarness(await stack.enter_async_context(serving(house)), ear)
