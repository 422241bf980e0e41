"""The browsers of a village, and how the director moves them: open a page, write in it, press its buttons."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

from aiohttp import web

from sandbox.browser.page import Page
from sandbox.serving import World


class BrowserPeer:
    """Pages by the name that the director gives them."""

    name = "browser"

    def __init__(self, world: World) -> None:
        self._ledger = world.ledger
        self._stack = AsyncExitStack()
        self.pages: dict[str, Page] = {}

    async def start(self, stack: AsyncExitStack) -> Mapping[str, Any]:
        self._stack = await stack.enter_async_context(AsyncExitStack())
        return {}

    async def open(self, name: str, url: str, code: str = "") -> str:
        """Open a page that stays open; return its address."""
        page = Page(url.rstrip("/"), self._ledger)
        self._stack.push_async_callback(page.session.close)
        address = await page.open(code)
        following = asyncio.create_task(page.follow(), name=f"page {name}")
        self._stack.push_async_callback(_end, following)
        self.pages[name] = page
        return address

    @property
    def controls(self) -> Sequence[web.RouteDef]:
        """Return the doors: /open /say /press, each naming its page."""

        async def open_page(request: web.Request) -> web.Response:
            """{"page": "a", "url": "http://…", "code": "K7MQ2X"}: load the chat, from a poster if there is a code."""
            asked = await request.json()
            address = await self.open(asked["page"], asked["url"], asked.get("code", ""))
            return web.json_response({"address": address})

        async def say(request: web.Request) -> web.Response:
            """{"page": "a", "text": "…"}: write and send."""
            asked = await request.json()
            return web.json_response({"answer": await self.pages[asked["page"]].say(asked["text"])})

        async def press(request: web.Request) -> web.Response:
            """{"page": "a", "button": "…"}: press the newest button of that word or label."""
            asked = await request.json()
            try:
                answer = await self.pages[asked["page"]].press(asked["button"])
            except LookupError as error:
                return web.Response(status=404, text=str(error))
            return web.json_response({"answer": answer})

        return [web.post("/open", open_page), web.post("/say", say), web.post("/press", press)]


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
