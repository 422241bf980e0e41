"""A vendor in the sandbox with the director's door, and the doors of the platform that is tried."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

import httpx

from bot.platforms.base import Platform
from broadcast.channels.kind import Surroundings
from ground.clock import WallClock
from ground.transaction import Database
from sandbox.direction import direction
from sandbox.serving import Peer, serve
from tests.contracts.channels.peer_harness import new_world
from tests.contracts.platforms.harness import Ear
from tests.hooks import Hooks

PHONE: Final = "+99900000001"


class Outside:
    """A vendor in the sandbox with the director's door, and the doors of the platform."""

    def __init__(self, stack: AsyncExitStack, folder: Path, database: Database) -> None:
        self.stack, self.folder, self.database = stack, folder, database
        self.hooks, self.ear = Hooks(), Ear()
        self.director: httpx.AsyncClient
        self.world = new_world(folder, stack)

    async def start(self, peer: Peer) -> Mapping[str, Any]:
        told = await peer.start(self.stack)
        await self.hooks.start(self.stack)
        url = await serve(direction(self.world, [peer]), self.stack)
        self.director = await self.stack.enter_async_context(httpx.AsyncClient(base_url=url))
        return told

    async def listen(self, platform: Platform) -> None:
        self.hooks.mount(platform.webhooks)
        await platform.start(self.stack)

    async def direct(self, path: str, **what: Any) -> Any:
        answer = await self.director.post(f"/_sandbox/{path}", json=what)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else {}

    @property
    def around(self) -> Surroundings:
        return Surroundings(WallClock(), self.database, self.hooks.url, self.folder)

    async def call(self, path: str, body: bytes, headers: Mapping[str, str]) -> int:
        async with httpx.AsyncClient() as vendor:
            url = f"{self.hooks.url}/hooks/{path}"
            return (await vendor.post(url, content=body, headers=dict(headers))).status_code


@asynccontextmanager
async def outside(folder: Path, database: Database) -> AsyncIterator[Outside]:
    async with AsyncExitStack() as stack:
        yield Outside(stack, folder, database)
