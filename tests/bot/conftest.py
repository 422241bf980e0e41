"""A hub in miniature with somebody to listen: what people say is heard, and what is said back goes out."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from bot.dialogue import Dialogue, Tools
from bot.flows import FLOWS
from bot.flows.base import Flow
from bot.turns import Choice, Incoming, Reply
from broadcast.answers import AnswerKind
from broadcast.channels.base import Abilities
from broadcast.channels.kind import ChannelKind
from broadcast.channels.memory import MemoryChannel, MemorySettings
from broadcast.deliveries import Key
from broadcast.stores.tables import answer_words, answers, deliveries
from ground.transaction import Database
from tests.builders import World
from tests.dispatching import Stage


def kind_of(name: str, abilities: Abilities) -> ChannelKind:
    return ChannelKind(name, abilities, MemorySettings, lambda settings, _around: MemoryChannel(settings))


class Listening(Stage):
    """The stage, with a dialogue."""

    def __init__(self, database: Database, flows: Sequence[Flow] = FLOWS) -> None:
        super().__init__(database)
        kinds = [kind_of(name, channel.abilities) for name, channel in self.channels.items()]
        self.tools = Tools(database, self.clock, self.hub.desk, kinds, flows)
        self.dialogue = Dialogue(self.tools)
        self._updates = count(1)

    def text(self, address: str, text: str, platform: str = "sms", update: str = "", **changes: Any) -> Incoming:
        number = update or str(next(self._updates))
        return Incoming(platform, "account", number, address, text, **changes)

    async def hear(self, address: str, text: str, platform: str = "sms", **changes: Any) -> Reply | None:
        return await self.dialogue.hear(self.text(address, text, platform, **changes))

    async def press(self, address: str, key: Key, word: str, **changes: Any) -> Reply | None:
        return await self.press_at("telegram", address, key, word, **changes)

    async def press_at(self, platform: str, address: str, key: Key, word: str, **changes: Any) -> Reply | None:
        return await self.dialogue.hear(self.text(address, "", platform, choice=Choice(key, word), **changes))

    async def answered(self) -> list[tuple[int, int | None, AnswerKind, str]]:
        """Notice, person, kind and words of every answer."""
        wanted = select(answers.c.notice_id, answers.c.person_id, answers.c.kind, answer_words.c.words)
        joined = wanted.join(answer_words, answer_words.c.answer_id == answers.c.id).order_by(answers.c.id)
        async with self.database.reading() as tx:
            rows = await tx.rows(joined)
        return [(row.notice_id, row.person_id, AnswerKind(row.kind), row.words) for row in rows]

    async def key_at(self, notice: int, channel: str) -> Key:
        async with self.database.reading() as tx:
            mine = (deliveries.c.notice_id == notice) & (deliveries.c.channel == channel)
            return Key(notice, int(await tx.value(select(deliveries.c.seq).where(mine))))

    def said_to(self, channel: str, address: str) -> list[str]:
        return [each.message.text for each in self.channels[channel].sent if each.address == address]


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Listening]:
    async with AsyncExitStack() as stack:
        stage = Listening(database)
        await stage.start(stack)
        yield stage


@pytest.fixture
def world(database: Database) -> World:
    return World(database)
