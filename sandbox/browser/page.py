"""One page in one browser: it keeps its cookie, follows its stream of server-sent events, and says what it has.

Whatever arrives is written into the ledger before the page acknowledges it.
"""

import asyncio
import hashlib
import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, CookieJar

from sandbox.ledger import Ledger

COOKIE = "chat"
AGAIN = 0.5  # seconds until a stream that broke off is opened again
STREAM = ClientTimeout(total=None, sock_read=30)


@dataclass(slots=True)
class Page:
    """Opened at `url`; messages as the page was told them, oldest first."""

    url: str
    ledger: Ledger
    session: ClientSession = field(default_factory=lambda: ClientSession(cookie_jar=CookieJar(unsafe=True)))
    last: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)

    async def open(self, code: str = "") -> str:
        """Load the page, from a poster's link if it has a code; return the address that stands for this browser."""
        async with self.session.get(f"{self.url}/c/{code}" if code else f"{self.url}/c") as answer:
            answer.raise_for_status()
            await answer.read()
        return self.address

    @property
    def address(self) -> str:
        """The SHA-256 of the secret that the browser keeps: all that the hub knows of it."""
        secret = next(each.value for each in self.session.cookie_jar if each.key == COOKIE)
        return hashlib.sha256(secret.encode()).hexdigest()

    async def follow(self) -> None:
        """Read what comes, for as long as the page is open; a stream that breaks off is opened again."""
        while True:
            try:
                await self._read()
            except (ClientError, TimeoutError, OSError):
                await asyncio.sleep(AGAIN)

    async def say(self, text: str) -> int:
        return await self._post("say", {"key": str(uuid.uuid4()), "text": text})

    async def press(self, button: str) -> int:
        """Press the newest button that says `button`, or that has this word."""
        for message in reversed(self.told):
            for choice in message["choices"]:
                if button in (choice["key"], choice["label"]):
                    taken = {"delivery": message["delivery"], "word": choice["key"]}
                    return await self._post("say", {"key": str(uuid.uuid4()), "choice": taken})
        raise LookupError(f"no button {button!r} on this page")

    async def _read(self) -> None:
        address = f"{self.url}/c/-/stream"
        async with self.session.get(address, params={"after": self.last}, timeout=STREAM) as answer:
            answer.raise_for_status()
            async for number, message in _events(answer.content):
                self._take(number, message)
                await self._post("seen", {"seqs": [message["seq"]]})

    def _take(self, number: str, message: dict[str, Any]) -> None:
        self.last = number
        if any(each["delivery"] == message["delivery"] for each in self.told):
            return
        self.told.append(message)
        words = [choice["key"] for choice in message["choices"]]
        mark = message["delivery"]
        self.ledger.receive("webchat", self.address, mark, message["text"], mark=mark, words=words)

    async def _post(self, door: str, body: dict[str, Any]) -> int:
        async with self.session.post(f"{self.url}/c/-/{door}", json=body) as answer:
            await answer.read()
            return answer.status


async def _events(content: Any) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Yield id and data of each event that has data (HTML, Server-sent events §9.2.6)."""
    number, written = "", ""
    async for raw in content:
        name, _, value = raw.decode().rstrip("\n").partition(":")
        match name:
            case "id":
                number = value.strip()
            case "data" if value.strip():
                written = value.strip()
            case "" if written:
                yield number, json.loads(written)
                written = ""
