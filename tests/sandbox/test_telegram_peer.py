"""The Bot API server of the sandbox, tried with aiogram and with bare HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import ClientDecodeError, TelegramMigrateToChat, TelegramNetworkError, TelegramRetryAfter

from sandbox.clock import StoryTime
from sandbox.direction import direction
from sandbox.faults import Fault, FaultKind
from sandbox.ledger import Ledger
from sandbox.serving import World, serve
from sandbox.telegram.server import TelegramPeer


class Outside:
    """A peer with a raw client, an aiogram client and the director's door."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.peer = TelegramPeer(world)

    async def start(self, stack: AsyncExitStack) -> None:
        told = await self.peer.start(stack)
        control = await serve(direction(self.world, [self.peer]), stack)
        self.raw = await stack.enter_async_context(httpx.AsyncClient(base_url=f"{told['url']}/bot{told['token']}"))
        self.director = await stack.enter_async_context(httpx.AsyncClient(base_url=f"{control}/_sandbox"))
        session = AiohttpSession(api=TelegramAPIServer.from_base(told["url"]))
        stack.push_async_callback(session.close)
        self.bot = Bot(told["token"], session=session)

    async def call(self, method: str, **given: Any) -> dict[str, Any]:
        return dict((await self.raw.post(f"/{method}", json=given)).json())


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[Outside]:
    async with AsyncExitStack() as stack:
        time = StoryTime()
        outside = Outside(World(tmp_path, time, stack.enter_context(Ledger(tmp_path / "ledger.jsonl", time))))
        await outside.start(stack)
        yield outside


async def test_an_independent_client_sends_polls_and_presses(outside: Outside) -> None:
    assert (await outside.bot.get_me()).username == "mingluo_bot"
    markup = {"inline_keyboard": [[{"text": "收到", "callback_data": "x"}]]}
    sent = await outside.call("sendMessage", chat_id=7, text="你好", reply_markup=markup)
    assert sent["result"]["text"] == "你好"
    await outside.director.post("/telegram/press", json={"chat": 7, "button": "收到"})
    [update] = await outside.bot.get_updates(timeout=5)
    assert update.callback_query is not None
    assert update.callback_query.data == "x"
    assert await outside.bot.get_updates(offset=update.update_id + 1, timeout=0) == []


async def test_polling_waits_for_news(outside: Outside) -> None:
    waiting = asyncio.create_task(outside.bot.get_updates(timeout=5))
    await asyncio.sleep(0.05)
    await outside.director.post("/telegram/message", json={"chat": 7, "text": "在吗"})
    [update] = await waiting
    assert update.message is not None
    assert update.message.text == "在吗"


async def test_limits_are_per_chat_per_group_and_for_all(outside: Outside) -> None:
    await outside.bot.send_message(7, "1")
    with pytest.raises(TelegramRetryAfter) as refused:
        await outside.bot.send_message(7, "2")
    assert refused.value.retry_after == 1
    for number in range(20):
        await outside.call("sendMessage", chat_id=-7, text=f"{number}")
    assert (await outside.call("sendMessage", chat_id=-7, text="21"))["error_code"] == 429
    answers = [await outside.call("sendMessage", chat_id=chat, text="x") for chat in range(1000, 1040)]
    assert any(not answer["ok"] for answer in answers)


async def test_faults_come_as_ordered_and_the_ledger_knows_what_was_taken(outside: Outside) -> None:
    outside.peer.faults.order(Fault(FaultKind.RUBBISH), 1)
    outside.peer.faults.order(Fault(FaultKind.DROP), 1)
    with pytest.raises(ClientDecodeError):
        await outside.bot.send_message(1, "taken")
    with pytest.raises(TelegramNetworkError):
        await outside.bot.send_message(2, "taken")
    await outside.director.post("/telegram/faults", json={"kind": "error", "times": 1})
    assert (await outside.call("sendMessage", chat_id=3, text="not taken"))["error_code"] == 500
    entries = (await outside.director.get("/ledger")).json()["entries"]
    assert [entry["address"] for entry in entries] == ["1", "2"]


async def test_a_group_moves_and_says_where(outside: Outside) -> None:
    await outside.director.post("/telegram/migrate", json={"chat": -5, "to": -1005})
    with pytest.raises(TelegramMigrateToChat) as moved:
        await outside.bot.send_message(-5, "x")
    assert moved.value.migrate_to_chat_id == -1005


async def test_a_stranger_without_the_token_is_refused(outside: Outside) -> None:
    url = str(outside.raw.base_url).replace(outside.peer.token, "1:x")
    async with httpx.AsyncClient() as stranger:
        assert (await stranger.get(f"{url}getMe")).status_code == 401


async def test_polling_conflicts_with_a_webhook(outside: Outside) -> None:
    await outside.bot.set_webhook("http://127.0.0.1:9/", secret_token="s")
    assert (await outside.call("getUpdates"))["error_code"] == 409
    await outside.bot.delete_webhook()
    assert (await outside.call("getUpdates"))["ok"]
