"""What a bot has still to be told: by long polling, or by webhook with the secret it gave."""

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import aiohttp

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of the header
RETRY = 0.2  # seconds before a webhook that did not take an update is told again
TRIES = 25


@dataclass(slots=True)
class Updates:
    """The updates of one bot, in order; what was confirmed by a higher offset, or taken by the webhook, is gone."""

    session: aiohttp.ClientSession
    waiting: deque[dict[str, Any]] = field(default_factory=deque)
    told: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=100))  # what was told last
    webhook: str = ""
    secret: str = field(default="", repr=False)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, content: dict[str, Any]) -> int:
        number = next(self._numbers)
        update = {"update_id": number, **content}
        self.told.append(update)
        self.waiting.append(update)
        self._news.set()
        return number

    def again(self, update: dict[str, Any]) -> None:
        """Tell an update once more, under its old number: a webhook may be called twice."""
        self.waiting.append(update)
        self._news.set()

    async def since(self, offset: int, limit: int, patience: float) -> list[dict[str, Any]]:
        """Return updates from number `offset` on, waiting up to `patience` seconds for the first."""
        while self.waiting and self.waiting[0]["update_id"] < offset:
            self.waiting.popleft()
        if not self.waiting:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), patience)
            except TimeoutError:
                return []
        return list(self.waiting)[:limit]

    async def deliver(self) -> None:
        """Bring updates to the webhook, one after the other, for as long as this runs."""
        while True:
            if not (self.webhook and self.waiting):
                self._news.clear()
                await self._news.wait()
                continue
            update = self.waiting[0]
            for _ in range(TRIES):
                if await self._bring(update):
                    break
                await asyncio.sleep(RETRY)
            if self.waiting and self.waiting[0] is update:
                self.waiting.popleft()

    def set_webhook(self, url: str, secret: str) -> None:
        self.webhook, self.secret = url, secret
        self._news.set()

    async def _bring(self, update: dict[str, Any]) -> bool:
        headers = {SECRET_HEADER: self.secret} if self.secret else {}
        try:
            async with self.session.post(self.webhook, json=update, headers=headers) as answer:
                return answer.ok
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return False
