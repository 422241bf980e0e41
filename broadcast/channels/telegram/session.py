"""aiogram's session, made to tell a time-out while connecting from one while waiting for the answer."""

from typing import cast

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods.base import TelegramMethod, TelegramType
from aiohttp import ClientSession

from broadcast.channels.attempt import patience, traces


class WatchedSession(AiohttpSession):
    async def create_session(self) -> ClientSession:
        session = await super().create_session()
        if not session.trace_configs:
            session.trace_configs.append(traces())
        return session

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - the library's signature
    ) -> TelegramType:
        # The library hands on to aiohttp what it is given, and aiohttp takes a ClientTimeout, too.
        waiting = patience(self.timeout if timeout is None else timeout)
        return await super().make_request(bot, method, cast("int", waiting))
