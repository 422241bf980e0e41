"""The Telegram account: one bot's session, its quota and its secrets, shared by warnings, replies and the reader."""

import hashlib
import hmac
from contextlib import AsyncExitStack

from aiogram import Bot
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramAPIError, TelegramNetworkError
from aiogram.methods import GetFile
from aiogram.methods.base import TelegramMethod, TelegramType
from aiohttp import ClientError

from broadcast.channels.attempt import attempt
from broadcast.channels.errors import NoTurn, Rejected, SendError, Throttled, Unreachable
from broadcast.channels.pace import Pace, Pacer
from broadcast.channels.telegram.meanings import meaning
from broadcast.channels.telegram.session import WatchedSession
from broadcast.channels.telegram.settings import TelegramSettings
from broadcast.notices import Lane


class TelegramAccount:
    """Owner of the vendor account. `name` is the bot's number, which is public; the rest of the token is not."""

    def __init__(self, settings: TelegramSettings) -> None:
        self._settings = settings
        self._token = settings.token
        self.name = f"telegram:{settings.token.partition(':')[0]}"
        self.secret = settings.webhook_secret or self._digest("webhook")
        self.reading = settings.reading
        self._pacer = Pacer(self._pace())
        self._bot: Bot | None = None

    async def open(self, stack: AsyncExitStack) -> None:
        api = TelegramAPIServer.from_base(self._settings.base_url)
        session = WatchedSession(api=api, timeout=self._settings.timeout, limit=self._settings.at_once + 1)
        stack.push_async_callback(session.close)
        self._bot = Bot(self._token, session=session)

    async def say(self, method: TelegramMethod[TelegramType], lane: Lane, chat: str) -> TelegramType | SendError:
        """Call a method that counts against the quota, when it is its turn."""
        try:
            async with self._pacer.turn(lane, chat):
                answer = await self.ask(method)
                if isinstance(answer, Throttled):
                    self._pacer.pause(answer.retry_after)
                return answer
        except NoTurn as none:
            return Throttled("quota", none.fields["seconds"])

    async def ask(self, method: TelegramMethod[TelegramType], seconds: int | None = None) -> TelegramType | SendError:
        """Call a method that counts against no quota, waiting `seconds` if not the account's own."""
        if self._bot is None:
            raise RuntimeError("the account was not opened")
        with attempt() as trying:
            try:
                answer: TelegramType | None = await self._bot(method, request_timeout=seconds)
            except TelegramNetworkError:
                return trying.unanswered()
            except (TelegramAPIError, ClientDecodeError) as error:
                return meaning(error)
        return Unreachable("rubbish", maybe_accepted=True) if answer is None else answer

    async def fetch(self, file: str, limit: int) -> bytes | SendError:
        """Return what a file holds that somebody sent, if it has no more than `limit` bytes."""
        found = await self.ask(GetFile(file_id=file))
        if isinstance(found, SendError):
            return found
        if not found.file_path or (found.file_size or 0) > limit:
            return Rejected("file_too_large")
        try:
            return await self._download(found.file_path, limit)
        except (ClientError, TimeoutError, OSError, ValueError):
            return Unreachable("no_file")

    async def _download(self, path: str, limit: int) -> bytes | SendError:
        if self._bot is None:
            raise RuntimeError("the account was not opened")
        session = self._bot.session
        url, content = session.api.file_url(self._token, path), bytearray()
        async for chunk in session.stream_content(url, timeout=round(self._settings.timeout)):
            content += chunk
            if len(content) > limit:
                return Rejected("file_too_large")
        return bytes(content)

    def signed(self, header: str) -> bool:
        """Tell whether a webhook's `X-Telegram-Bot-Api-Secret-Token` is the one we gave."""
        return hmac.compare_digest(header.encode(), self.secret.encode())

    def message_id(self, chat: str, message: int) -> str:
        """Name a message of one chat for evidence: unique within the account, and the chat cannot be read from it."""
        return f"{message}.{self._digest(f'chat:{chat}')[:16]}"

    def _digest(self, what: str) -> str:
        return hmac.new(self._token.encode(), what.encode(), hashlib.sha256).hexdigest()

    def _pace(self) -> Pace:
        settings = self._settings
        group, chat = 60 / settings.per_group, 1 / settings.per_chat
        return Pace(
            per_second=settings.per_second,
            gap=lambda key: group if key.startswith("-") else chat,  # ids of groups are negative
            replies_share=settings.replies_share,
            at_once=settings.at_once,
            patience=settings.patience,
        )
