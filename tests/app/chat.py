"""Somebody at the chat page, as a browser behaves: with its cookie, its origin, and keys of its own."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from app.api.application import make_application
from app.house import House
from bot.turns import Incoming, Reply
from broadcast.channels.webchat.session import Session

ORIGIN = "http://hub.test"


@dataclass
class Ear:
    """Somebody who hears each update once, and may fail to."""

    heard: list[Incoming] = field(default_factory=list)
    fail: int = 0

    async def hear(self, incoming: Incoming) -> Reply | None:
        if self.fail:
            self.fail -= 1
            raise OSError("the database is away")
        if incoming.update not in {each.update for each in self.heard}:
            self.heard.append(incoming)
        return None


def key() -> str:
    return str(uuid4())


class Visitor:
    """One browser."""

    def __init__(self, house: House, secret: str = "a" * 43, **headers: str) -> None:
        self.session = Session(secret)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(make_application(house), raise_app_exceptions=False),
            base_url=ORIGIN,
            cookies={"chat": secret} if secret else {},
            headers={"Origin": ORIGIN, **headers},
        )

    async def say(self, **what: Any) -> httpx.Response:
        return await self.http.post("/c/-/say", json={"key": key()} | what)

    async def photo(self, content: bytes, kind: str = "image/jpeg", turn: str = "") -> httpx.Response:
        address = f"/c/-/photo?key={turn or key()}"
        return await self.http.post(address, content=content, headers={"Content-Type": kind})

    async def form(self, **fields: Any) -> httpx.Response:
        given = {"key": key(), "proof": self.session.proof} | fields
        files = {name: (None, value) if isinstance(value, str) else value for name, value in given.items()}
        return await self.http.post("/c/-/form", files=files)
