"""Inbound turns: from a webhook's body to the reply's rows, beside a bare aiogram dispatcher that answers at once.

Both read the same updates with aiogram's own models. The bare one returns its answer and keeps nothing; ours checks
the account's secret, hears the turn once, reads who speaks and what is open, lets the conversations look at it, and
has the reply in the outbox before it returns. Once it is small talk and reports; once everybody answers a warning.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from aiogram import Bot, Dispatcher
from aiogram.methods import SendMessage
from aiogram.types import Message
from sqlalchemy import func, select

from bench import warned
from bot.dialogue import Dialogue, Tools
from bot.flows import FLOWS
from bot.platforms.telegram.reading import TelegramPlatform
from broadcast.channels.base import WebhookCall
from broadcast.channels.kind import Surroundings
from broadcast.channels.telegram import TELEGRAM
from broadcast.channels.telegram.channel import TelegramChannel
from broadcast.channels.telegram.settings import Reading, TelegramSettings
from broadcast.notices import Kind
from broadcast.stores.tables import notices
from ground.clock import WallClock
from ground.events import NewsDesk
from ground.transaction import Database

TOKEN = "1:bench"  # noqa: S105 - of nobody's bot
TURNS = 2_000
CHATS = 200
SAID = ("你好", "昨晚冰雹把屋顶打坏了，家里三口人，还在漏雨", "没有", "收到")
RECEIVED = "收到"
NOW = 1_624_852_800


@dataclass(frozen=True, slots=True)
class InboundFigures:
    dialect: str
    said: str  # "small talk and reports", "answers to a warning"
    turns: int
    ours: float  # seconds
    bare: float


def updates(turns: int) -> list[bytes]:
    """Return bodies as Telegram brings them: many chats by turns, each saying one thing after the other."""
    saying = [(700_000 + number % CHATS, SAID[number // CHATS % len(SAID)]) for number in range(1, turns + 1)]
    return [_update(number, chat, text) for number, (chat, text) in enumerate(saying, 1)]


def answers(turns: int) -> list[bytes]:
    """Return bodies of as many chats, each of which was warned and says that it heard."""
    return [_update(number, warned.CHAT + number, RECEIVED) for number in range(1, turns + 1)]


def _update(number: int, chat: int, text: str) -> bytes:
    person = {"id": chat, "is_bot": False, "first_name": "x", "language_code": "zh"}
    told = {"message_id": number, "date": NOW, "chat": {"id": chat, "type": "private"}, "from": person, "text": text}
    return json.dumps({"update_id": number, "message": told}, ensure_ascii=False).encode()


async def bare(bodies: Sequence[bytes]) -> float:
    """Return the seconds that a dispatcher takes which answers at once and keeps nothing."""
    dispatcher, seen = Dispatcher(), count(1)

    async def answer(message: Message) -> SendMessage:
        next(seen)
        return SendMessage(chat_id=message.chat.id, text="好")

    dispatcher.message.register(answer)
    bot = Bot(TOKEN)
    begun = time.perf_counter()
    for body in bodies:
        await dispatcher.feed_webhook_update(bot, json.loads(body))
    passed = time.perf_counter() - begun
    await bot.session.close()
    assert next(seen) == len(bodies) + 1
    return passed


async def ours(database: Database, bodies: Sequence[bytes]) -> float:
    """Return the seconds that our webhook takes; every turn has its reply in the outbox then."""
    door = _platform(database).webhooks[0]
    secret = {"x-telegram-bot-api-secret-token": TelegramChannel(_settings()).account.secret}
    calls = [WebhookCall("POST", "", secret, {}, body) for body in bodies]
    begun = time.perf_counter()
    for call in calls:
        assert (await door.answer(call)).status == 200
    passed = time.perf_counter() - begun
    async with database.reading() as tx:
        said_back = select(func.count()).select_from(notices).where(notices.c.kind == Kind.REPLY)
        assert await tx.value(said_back) == len(bodies)
    return passed


def _settings() -> TelegramSettings:
    return TelegramSettings(token=TOKEN, reading=Reading.WEBHOOK)


def _platform(database: Database) -> TelegramPlatform:
    """Return the platform with its conversations; nothing is sent, so nobody needs to be there to send to."""
    clock, account = WallClock(), TelegramChannel(_settings()).account
    dialogue = Dialogue(Tools(database, clock, NewsDesk(), [TELEGRAM], FLOWS))
    return TelegramPlatform(account, Surroundings(clock, database, "http://hub"), dialogue.hear)
