"""A reservoir, whoever was asked to show it with the link on a phone, an officer in a browser, and raw sockets."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
from fastapi import FastAPI

from app.api.application import make_application
from app.house import House
from app.pages.routes import COOKIE
from app.security.sessions import open_session
from app.security.tokens import Holder, make_token
from bot.stores.video import checks, links
from bot.stores.video.checks import Check, CheckDraft
from bot.video.desk import CHECKER
from ground.actor import Actor, Role, system
from ground.clock import MINUTE
from ground.transaction import Database
from tests.builders import NOON, World

ORIGIN = "http://hub.test"
JPEG = {"Content-Type": "image/jpeg"}


@dataclass(frozen=True)
class Shore:
    county: int
    site: int
    officer: Actor
    check: Check
    secret: str


async def shore(world: World, database: Database, number: int = 1, *, at: int = NOON) -> Shore:
    county = await world.area(f"8{number}", f"县{number}", level="county")
    site = await world.site(county, "reservoir", f"上塘水库{number}")
    watcher = await world.person(county, "章明", sms=f"+9990008{number:04}")
    officer = await world.operator(county, Role.DUTY)
    async with database.writing() as tx:
        draft = CheckDraft(site, county, watcher, f"{5000 + number}", at + 15 * MINUTE)
        [check] = await checks.keep_all(tx, officer, [draft], at)
        made = await links.make(tx, CHECKER, [check], at)
    return Shore(county, site, officer, check, made[check.key])


class Phone:
    """One browser with its cookie and its origin."""

    def __init__(self, application: FastAPI, origin: str = ORIGIN) -> None:
        self.application = application
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(application, raise_app_exceptions=False),
            base_url=ORIGIN,
            headers={"Origin": origin},
        )

    async def open(self, secret: str) -> httpx.Response:
        return await self.http.post(f"/w/{secret}")

    def cookies(self, path: str) -> str:
        """Return the header that a browser would send along to a path."""
        return str(self.http.build_request("GET", path, headers={}).headers.get("cookie", ""))

    async def photo(self, check: Check, content: bytes, **said: Any) -> httpx.Response:
        asked: dict[str, Any] = {"key": str(uuid4()), "at": NOON, "sent": NOON, "shot": "gauge", "code": check.code}
        return await self.http.post(f"/w/{check.id}/photo", params=asked | said, content=content, headers=JPEG)

    async def piece(self, check: Check, content: bytes, clip: str, number: int) -> httpx.Response:
        asked: dict[str, Any] = {"key": str(uuid4()), "at": NOON, "sent": NOON, "clip": clip, "number": number}
        kind = {"Content-Type": "video/webm"}
        return await self.http.post(f"/w/{check.id}/clip", params=asked, content=content, headers=kind)

    async def answer(self, check: Check, **said: Any) -> httpx.Response:
        body = {"key": str(uuid4()), "at": NOON, "sent": NOON} | said
        return await self.http.post(f"/w/{check.id}/answers", json=body)

    async def hang(self, check: Check, content: bytes) -> httpx.Response:
        return await self.http.post(f"/w/{check.id}/wall", content=content, headers=JPEG)


async def signed_in(application: FastAPI, database: Database, who: Actor) -> Phone:
    """Return a browser in which an operator is signed in."""
    browser = Phone(application)
    async with database.writing() as tx:
        token = await make_token(tx, system("test"), who.id, "test", NOON)
        session = await open_session(tx, Holder(who, token.id))
    browser.http.cookies.set(COOKIE, session, domain="hub.test")
    return browser


def application_of(house: House) -> FastAPI:
    return make_application(house)


class Socket:
    """A page's socket, spoken over ASGI as a server speaks it."""

    def __init__(self) -> None:
        self.inward: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.outward: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def say(self, **said: Any) -> None:
        await self.inward.put({"type": "websocket.receive", "text": json.dumps(said)})

    async def next(self) -> dict[str, Any]:
        """Return what comes next: what was said, or {"closed": code}."""
        async with asyncio.timeout(10):
            while True:
                message = await self.outward.get()
                if message["type"] == "websocket.close":
                    return {"closed": message.get("code", 1000)}
                if message["type"] == "websocket.send":
                    said: dict[str, Any] = json.loads(message["text"])
                    return said

    async def hear(self, kind: str) -> dict[str, Any]:
        while (said := await self.next()).get("kind") != kind:
            assert "closed" not in said, said
        return said


@asynccontextmanager
async def socket(browser: Phone, path: str, *, origin: str | None = ORIGIN) -> AsyncIterator[Socket]:
    """Open a socket as a browser does, with the cookies of that path."""
    line = Socket()
    host = urlsplit(ORIGIN).netloc
    headers = [(b"host", host.encode()), (b"cookie", browser.cookies(path).encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    scope = {"type": "websocket", "path": path, "raw_path": path.encode(), "query_string": b"page=" + b"a" * 16}
    scope |= {"scheme": "ws", "headers": headers, "subprotocols": [], "server": (host, 80), "client": ("127.0.0.1", 1)}
    await line.inward.put({"type": "websocket.connect"})
    application: Any = browser.application
    running = asyncio.create_task(application(scope, line.inward.get, line.outward.put))
    try:
        yield line
    finally:
        await line.inward.put({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(running, 10)
