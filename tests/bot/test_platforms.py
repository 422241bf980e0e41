"""The ways in, against real peers: polling and webhook, signatures, repetition, election of one reader."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from bot.platforms import PLATFORMS
from bot.platforms.sms import SmsPlatform
from bot.platforms.telegram.reading import TelegramPlatform
from bot.stores import readers
from bot.turns import Incoming, Reply
from broadcast.channels import CHANNELS
from broadcast.channels.kind import Surroundings
from broadcast.channels.sms_twilio.channel import TwilioChannel
from broadcast.channels.sms_twilio.settings import TwilioSettings
from broadcast.channels.telegram.account import TelegramAccount
from broadcast.channels.telegram.settings import Reading, TelegramSettings
from broadcast.content.replies import ReplyKind
from broadcast.deliveries import Key
from ground.actor import system
from ground.clock import MINUTE, WallClock
from ground.transaction import Database
from sandbox.direction import direction
from sandbox.serving import serve
from sandbox.telegram.server import TelegramPeer
from sandbox.twilio.server import SENDER, TwilioPeer
from tests.contracts.channels.peer_harness import new_world, sink_into
from tests.hooks import Hooks

READER = system("test")
PHONE = "+99900000001"
REPLY = Reply(ReplyKind.ANSWER_NOTED, "记下了：您平安。", sent=True)


@dataclass
class Ear:
    """Somebody who hears, and may fail to."""

    heard: list[Incoming] = field(default_factory=list)
    fail: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def hear(self, incoming: Incoming) -> Reply | None:
        if self.fail:
            self.fail -= 1
            raise OSError("the database is away")
        self.heard.append(incoming)
        self.news.set()
        return REPLY

    async def wait_for(self, turns: int) -> list[Incoming]:
        async with asyncio.timeout(45):
            while len(self.heard) < turns:
                self.news.clear()
                await self.news.wait()
        return self.heard


@dataclass
class Outside:
    """The peers, and the director's door to them."""

    stack: AsyncExitStack
    telegram: TelegramPeer
    twilio: TwilioPeer
    hooks: Hooks
    told: dict[str, Any]
    director: httpx.AsyncClient
    folder: Path

    def around(self, database: Database) -> Surroundings:
        return Surroundings(WallClock(), database, self.hooks.url, self.folder)

    async def direct(self, path: str, **what: Any) -> dict[str, Any]:
        answer = await self.director.post(f"/_sandbox/{path}", json=what)
        assert answer.is_success, answer.text
        return dict(answer.json()) if answer.content else {}

    def account(self, reading: Reading) -> TelegramAccount:
        return TelegramAccount(
            TelegramSettings(self.telegram.token, base_url=self.told["telegram"]["url"], reading=reading)
        )


@pytest.fixture
async def outside(tmp_path: Path, sqlite: Database) -> AsyncIterator[Outside]:
    """The database is asked for so that it outlives whoever reads."""
    async with AsyncExitStack() as stack:
        world = new_world(tmp_path, stack)
        telegram, twilio, hooks = TelegramPeer(world), TwilioPeer(world), Hooks()
        told = {"telegram": dict(await telegram.start(stack)), "twilio": dict(await twilio.start(stack))}
        await hooks.start(stack)
        url = await serve(direction(world, [telegram, twilio]), stack)
        director = await stack.enter_async_context(httpx.AsyncClient(base_url=url))
        yield Outside(stack, telegram, twilio, hooks, told, director, tmp_path)


async def listening(outside: Outside, database: Database, ear: Ear, reading: Reading) -> TelegramPlatform:
    account = outside.account(reading)
    await account.open(outside.stack)
    platform = TelegramPlatform(account, outside.around(database), ear.hear)
    outside.hooks.mount(platform.webhooks)
    await platform.start(outside.stack)
    return platform


def test_every_platform_shares_the_account_of_a_registered_channel() -> None:
    assert {kind.channel for kind in PLATFORMS} <= {kind.name for kind in CHANNELS}
    assert len({kind.name for kind in PLATFORMS}) == len(PLATFORMS)


@pytest.mark.parametrize("reading", list(Reading))
async def test_what_people_write_and_press_on_telegram_is_heard(
    outside: Outside, sqlite: Database, reading: Reading
) -> None:
    ear = Ear()
    platform = await listening(outside, sqlite, ear, reading)
    await outside.direct("telegram/message", chat=4711, text="收到")
    outside.telegram.chats.receive(4711, "一条预警", {})
    pressed = await outside.direct("telegram/press", chat=4711, data="a:7.3:safe")
    said, press = await ear.wait_for(2)
    assert (said.address, said.text, said.is_group) == ("4711", "收到", False)
    assert press.choice is not None
    assert (press.address, press.choice.key, press.choice.word) == ("4711", Key(7, 3), "safe")
    assert await outside.telegram.chats.toast(pressed["query"]) == REPLY.text
    assert platform.name == "telegram"


@pytest.mark.parametrize("reading", list(Reading))
async def test_an_update_that_could_not_be_kept_is_heard_again(
    outside: Outside, sqlite: Database, reading: Reading
) -> None:
    ear = Ear(fail=1)
    await listening(outside, sqlite, ear, reading)
    await outside.direct("telegram/message", chat=4711, text="求助")
    [heard] = await ear.wait_for(1)
    assert heard.text == "求助"


async def test_one_update_that_nobody_can_keep_does_not_silence_those_behind_it(
    outside: Outside, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.telegram.reading.WAIT", 0.01)
    ear = Ear(fail=5)
    await listening(outside, sqlite, ear, Reading.POLLING)
    await outside.direct("telegram/message", chat=4711, text="坏的")
    await outside.direct("telegram/message", chat=4711, text="好的")
    heard = await ear.wait_for(1)
    assert [turn.text for turn in heard] == ["好的"]


async def test_a_reader_whose_database_is_away_for_a_while_reads_on(
    outside: Outside, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.telegram.reading.WAIT", 0.01)
    async with sqlite.writing() as tx:
        await tx.execute(text("ALTER TABLE readers RENAME TO elsewhere"))
    ear = Ear()
    await listening(outside, sqlite, ear, Reading.POLLING)
    await outside.direct("telegram/message", chat=4711, text="求助")
    await asyncio.sleep(0.2)
    assert ear.heard == []
    async with sqlite.writing() as tx:
        await tx.execute(text("ALTER TABLE elsewhere RENAME TO readers"))
    [heard] = await ear.wait_for(1)
    assert heard.text == "求助"


async def test_a_group_is_known_as_one(outside: Outside, sqlite: Database) -> None:
    ear = Ear()
    await listening(outside, sqlite, ear, Reading.POLLING)
    await outside.direct("telegram/message", chat=-100, text="收到", user=5)
    [heard] = await ear.wait_for(1)
    assert heard.is_group


async def test_a_webhook_without_the_secret_is_turned_away(outside: Outside, sqlite: Database) -> None:
    ear = Ear()
    await listening(outside, sqlite, ear, Reading.WEBHOOK)
    async with httpx.AsyncClient() as stranger:
        url = f"{outside.hooks.url}/hooks/telegram/update"
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "guess"}):
            assert (await stranger.post(url, json={"update_id": 1}, headers=headers)).status_code == 403
        assert (await stranger.get(url)).status_code == 404
    assert ear.heard == []


async def test_only_one_reader_is_elected_and_the_next_takes_over_when_it_leaves(database: Database) -> None:
    async def elect(holder: str, lease: int = MINUTE) -> bool:
        async with database.writing() as tx:
            return await readers.elect(tx, READER, "telegram:1", holder, lease)

    assert await elect("a")
    assert not await elect("b")
    assert await elect("a")
    async with database.writing() as tx:
        await readers.resign(tx, READER, "telegram:1", "a")
    assert await elect("b", lease=-1)  # a lease that ran out at once
    assert await elect("a")


async def test_two_readers_of_one_account_hear_each_update_once(outside: Outside, sqlite: Database) -> None:
    ear = Ear()
    await listening(outside, sqlite, ear, Reading.POLLING)
    await listening(outside, sqlite, ear, Reading.POLLING)
    for number in range(5):
        await outside.direct("telegram/message", chat=4711, text=f"{number}")
    await ear.wait_for(5)
    await asyncio.sleep(0.1)
    assert [turn.text for turn in ear.heard] == ["0", "1", "2", "3", "4"]


async def texting(outside: Outside, database: Database, ear: Ear) -> SmsPlatform:
    peer = outside.twilio
    settings = TwilioSettings(peer.account, peer.token, SENDER, base_url=outside.told["twilio"]["url"])
    channel = TwilioChannel(settings, outside.hooks.url, WallClock())
    await channel.start(outside.stack, sink_into([]))
    platform = SmsPlatform(channel, outside.around(database), ear.hear)
    outside.hooks.mount(platform.webhooks)
    await platform.start(outside.stack)
    await outside.direct("twilio/sms_url", url=f"{outside.hooks.url}/hooks/twilio/inbound")
    return platform


async def test_a_text_that_comes_in_is_heard(outside: Outside, sqlite: Database) -> None:
    ear = Ear()
    platform = await texting(outside, sqlite, ear)
    brought = await outside.direct("twilio/sms", **{"from": PHONE, "body": "１"})
    [heard] = ear.heard
    assert brought["answer"] == 200
    assert (heard.platform, heard.address, heard.text, heard.update) == (platform.name, PHONE, "１", brought["sid"])


async def test_a_text_that_could_not_be_kept_is_no_success_for_the_carrier(outside: Outside, sqlite: Database) -> None:
    await texting(outside, sqlite, ear := Ear(fail=1))
    assert (await outside.direct("twilio/sms", **{"from": PHONE, "body": "1"}))["answer"] == 500
    assert ear.heard == []


async def test_a_text_without_the_carriers_signature_is_turned_away(outside: Outside, sqlite: Database) -> None:
    await texting(outside, sqlite, ear := Ear())
    form = {"From": PHONE, "Body": "安全", "MessageSid": "SM1"}
    async with httpx.AsyncClient() as stranger:
        for signature in (b"", b"bm90IHNpZ25lZA==", "签名".encode()):
            headers = {b"X-Twilio-Signature": signature}
            url = f"{outside.hooks.url}/hooks/twilio/inbound"
            assert (await stranger.post(url, data=form, headers=headers)).status_code == 403
    assert ear.heard == []
