"""The villagers' browsers: a page that is kept open hears what is written to it, answers, and says what it has."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.turns import Incoming, Reply
from broadcast.channels.base import Outgoing, Receipt
from broadcast.content.message import Choice, Message
from broadcast.deliveries import Key
from ground.clock import WallClock
from ground.transaction import Database
from sandbox.browser.peer import BrowserPeer
from sandbox.clock import StoryTime
from sandbox.ledger import Ledger
from sandbox.serving import World
from tests.pages import chat_channel, house_with_chat, serving

QUESTION = Message("要改哪一项？", (Choice("where", "地点"), Choice("people", "人数")))


class Chat:
    """A hub that is nothing but a web chat, and a browser that has its page open."""

    def __init__(self, database: Database, folder: Path, stack: AsyncExitStack) -> None:
        self.heard: list[Incoming] = []
        self.receipts: list[Receipt] = []
        self.channel = chat_channel(database, WallClock())
        self.ledger = stack.enter_context(Ledger(folder / "ledger.jsonl", StoryTime()))
        self.browser = BrowserPeer(World(folder, StoryTime(), self.ledger))
        self.address = ""

    async def hear(self, turn: Incoming) -> Reply | None:
        self.heard.append(turn)
        return None

    async def tell(self, seq: int, message: Message) -> None:
        outgoing = Outgoing(Key(1, seq), self.address, message)
        assert [each async for each in self.channel.send([outgoing])]

    async def take(self, receipts: Sequence[Receipt]) -> None:
        self.receipts.extend(receipts)


@pytest.fixture
async def chat(sqlite: Database, tmp_path: Path) -> AsyncIterator[Chat]:
    async with AsyncExitStack() as stack:
        made = Chat(sqlite, tmp_path, stack)
        await made.channel.start(stack, made.take)
        house = house_with_chat(sqlite, tmp_path, WallClock(), made.channel, made.hear)
        url = await stack.enter_async_context(serving(house))
        await made.browser.start(stack)
        made.address = await made.browser.open("a", url)
        yield made


async def until(there: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if there():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came")


async def test_what_is_told_is_in_the_ledger_once_and_acknowledged(chat: Chat) -> None:
    await chat.tell(1, Message("暴雨红色预警"))
    await until(lambda: bool(chat.receipts))
    assert [(each.address, each.text, each.mark) for each in chat.ledger.entries()] == [
        (chat.address, "暴雨红色预警", "1.1")
    ]
    assert [each.key for each in chat.receipts] == [Key(1, 1)]


async def test_what_is_written_is_heard_at_the_browsers_address(chat: Chat) -> None:
    assert await chat.browser.pages["a"].say("屋顶漏雨") == 200
    assert [(turn.address, turn.text) for turn in chat.heard] == [(chat.address, "屋顶漏雨")]


async def test_a_button_is_pressed_by_its_label_and_carries_its_delivery(chat: Chat) -> None:
    await chat.tell(7, QUESTION)
    await until(lambda: len(chat.ledger) == 1)
    assert await chat.browser.pages["a"].press("人数") == 200
    pressed = chat.heard[-1].choice
    assert pressed is not None
    assert (pressed.key, pressed.word) == (Key(1, 7), "people")


async def test_a_button_that_nobody_offered_cannot_be_pressed(chat: Chat) -> None:
    with pytest.raises(LookupError):
        await chat.browser.pages["a"].press("人数")
