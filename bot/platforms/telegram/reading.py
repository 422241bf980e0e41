"""How the bot's account is read: by long polling, by one elected reader; or by a webhook with the account's secret."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from itertools import groupby
from typing import Final

import structlog
from aiogram.methods import AnswerCallbackQuery, DeleteWebhook, GetUpdates, SetWebhook
from aiogram.types import Update
from pydantic import ValidationError

from bot.platforms.base import Hear
from bot.platforms.photos import LARGEST, LOST, Album
from bot.platforms.telegram.updates import KINDS, PLATFORM, incoming, photo_in
from bot.stores import readers
from bot.turns import Incoming
from broadcast.channels.base import Webhook, WebhookAnswer, WebhookCall
from broadcast.channels.errors import SendError
from broadcast.channels.kind import Surroundings
from broadcast.channels.telegram.account import TelegramAccount
from broadcast.channels.telegram.settings import Reading
from ground.actor import system
from ground.clock import SECOND
from ground.ids import new_id

log = structlog.get_logger()
READER = system("reader")
PATH: Final = "telegram/update"
POLL: Final = 10  # seconds that Telegram may keep us waiting for news
SLACK: Final = 10  # seconds that an answer may take beyond that
LEASE: Final = (POLL + 2 * SLACK) * SECOND
WAIT: Final = 1.0  # seconds before what went wrong is tried again
TRIES: Final = 5  # on one update, before those behind it are heard
TOAST: Final = 200  # characters that Telegram shows above the chat


class TelegramPlatform:
    name = PLATFORM

    def __init__(self, account: TelegramAccount, surroundings: Surroundings, hear: Hear) -> None:
        self._account = account
        self._database = surroundings.database
        self._url = f"{surroundings.public_url.rstrip('/')}/hooks/{PATH}"
        self._album = Album(surroundings)
        self._hear = hear
        self._holder = new_id()
        self._tries: dict[int, int] = {}

    async def start(self, stack: AsyncExitStack) -> None:
        work = self._poll() if self._account.reading is Reading.POLLING else self._ask_for_calls()
        task = asyncio.create_task(work)
        stack.push_async_callback(_end, task)

    @property
    def webhooks(self) -> Sequence[Webhook]:
        if self._account.reading is Reading.POLLING:
            return ()
        return (Webhook("POST", PATH, self._called),)

    async def _ask_for_calls(self) -> None:
        """Tell Telegram where to bring updates, until it has understood."""
        method = SetWebhook(url=self._url, secret_token=self._account.secret, allowed_updates=KINDS)
        while isinstance(answer := await self._account.ask(method), SendError):
            log.warning("webhook.unset", reason=answer.reason)
            await asyncio.sleep(WAIT)

    async def _called(self, call: WebhookCall) -> WebhookAnswer:
        if not self._account.signed(call.headers.get("x-telegram-bot-api-secret-token", "")):
            return WebhookAnswer(403)
        try:
            update = Update.model_validate_json(call.body)
        except ValidationError:
            return WebhookAnswer(400, b"no update")
        await self._take(update)
        return WebhookAnswer(200)

    async def _poll(self) -> None:
        """Read for as long as we are the elected reader; what was read is confirmed with the next question."""
        try:
            await self._no_calls()
            offset = 0
            while True:
                offset = await self._read_if_elected(offset)
        finally:
            async with self._database.writing() as tx:
                await readers.resign(tx, READER, self._account.name, self._holder)

    async def _read_if_elected(self, offset: int) -> int:
        """Return from where to ask next; whatever goes wrong is tried again, for a reader that ends hears nobody."""
        try:
            return await self._read_once(offset) if await self._elected() else 0
        except Exception as fault:  # noqa: BLE001 - the database is away: it comes back
            log.error("reader.stumbled", fault=type(fault).__name__)  # noqa: TRY400 - a traceback may hold what was said
            await asyncio.sleep(WAIT)
            return offset

    async def _no_calls(self) -> None:
        """Take back a webhook of earlier days: with one, Telegram answers no questions."""
        while isinstance(answer := await self._account.ask(DeleteWebhook()), SendError):
            log.warning("updates.unread", reason=answer.reason)
            await asyncio.sleep(WAIT)

    async def _elected(self) -> bool:
        async with self._database.writing() as tx:
            elected = await readers.elect(tx, READER, self._account.name, self._holder, LEASE)
        if not elected:
            await asyncio.sleep(WAIT)
        return elected

    async def _read_once(self, offset: int) -> int:
        """Ask for updates from `offset` on and hear them; return from where to ask next."""
        method = GetUpdates(offset=offset, timeout=POLL, allowed_updates=KINDS)
        answer = await self._account.ask(method, seconds=POLL + SLACK)
        if isinstance(answer, SendError):
            log.warning("updates.unread", reason=answer.reason)
            await asyncio.sleep(WAIT)
            return offset
        heard = await asyncio.gather(*(self._hear_chat(updates) for updates in _by_chat(answer)))
        unheard = [number for number in heard if number is not None]
        if unheard:
            await asyncio.sleep(WAIT)
            return min(unheard)
        return max((update.update_id + 1 for update in answer), default=offset)

    async def _hear_chat(self, updates: Sequence[Update]) -> int | None:
        """Hear what one chat said, in order; return the number of the update that could not be kept, if any."""
        for update in updates:
            try:
                await self._take(update)
            except Exception as fault:  # noqa: BLE001 - the database is away, or this one update is beyond us
                number = update.update_id
                self._tries[number] = self._tries.get(number, 0) + 1
                known = {"update": number, "tries": self._tries[number], "fault": type(fault).__name__}
                log.error("update.refused", **known)  # noqa: TRY400 - a traceback may hold what was said
                if self._tries[number] < TRIES:
                    return number
            self._tries.pop(update.update_id, None)
        return None

    async def _take(self, update: Update) -> None:
        turn = incoming(update, self._account.name)
        reply = None if turn is None else await self._hear(await self._with_photo(turn, update))
        if update.callback_query is not None:
            toast = reply.text[:TOAST] if reply else None
            closed = AnswerCallbackQuery(
                callback_query_id=update.callback_query.id, text=toast, show_alert=bool(reply and not reply.sent)
            )
            await self._account.ask(closed)  # else the button goes on turning; that it failed is no harm

    async def _with_photo(self, turn: Incoming, update: Update) -> Incoming:
        """Fetch the photo of a turn, unless it was said in a group, where nobody is answered."""
        file = photo_in(update)
        if not file or turn.is_group:
            return turn
        digest = await self._album.keep(lambda: self._account.fetch(file, LARGEST))
        return replace(turn, photos=(digest,)) if digest else replace(turn, unread=LOST)


def _by_chat(updates: Sequence[Update]) -> Sequence[Sequence[Update]]:
    """Sort updates by where they were said, each chat's in order; chats do not wait for each other."""

    def chat(update: Update) -> int:
        message = update.message or (update.callback_query.message if update.callback_query else None)
        return message.chat.id if message else 0

    return [list(group) for _, group in groupby(sorted(updates, key=chat), key=chat)]


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
