"""Stopping an alarm that plays: a real broker, gateways of the sandbox; the sound ends and the receipt says so."""

import asyncio
import io
import wave
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select

from bot.evacuation.advancing import Marshal
from bot.evacuation.ordering import sound_the_alarm, stop_sounding
from bot.evacuation.silencing import silence
from bot.stores.evacuation import orders, recordings
from bot.stores.evacuation.orders import Order
from bot.telling import Teller
from broadcast.content.message import Audio
from broadcast.stores.tables import deliveries, stops
from ground import media
from ground.actor import Actor, ActorKind, Role
from ground.media import MediaFolder
from ground.transaction import Database
from tests import brokers
from tests.bot.conftest import kind_of
from tests.bot.evacuation.conftest import system_actor
from tests.broadcast.channels.speaker.villages import township, until_state
from tests.dispatching import Stage
from tests.speakers import PATIENCE, Speakers, until

CODES = ("G1", "G2")
SECONDS, FRAMES = 1_700, 10  # nearly half an hour, in a file of a few kilobytes
SLOWLY = 5.0  # story seconds in a real one: it outlasts every test


@dataclass
class Village:
    """A village whose loudspeakers are real ones, with a long recording that was approved."""

    stage: Stage
    speakers: Speakers
    village: int
    marshal: Marshal
    chief: Actor

    async def sound(self) -> Order:
        async with self.stage.database.writing() as tx:
            teller = self.marshal.teller
            made = await sound_the_alarm(tx, self.chief, teller, self.village, self.stage.clock.now())
        await self.stage.play()
        return made

    def playing(self) -> Sequence[str]:
        fleet = self.speakers.fleet.gateways
        return [code for code, each in fleet.items() if each._player._playing is not None]

    async def hush(self, made: Order) -> int:
        async with self.stage.database.writing() as tx:
            order = await orders.by_key(tx, system_actor(), made.key)
            await stop_sounding(tx, self.chief, order, "误报，坡上是放炮", self.stage.clock.now())
        return await silence(self.marshal, cast("dict[str, Any]", self.stage.channels))

    async def until_ended(self, gateways: int = len(CODES)) -> list[str]:
        """Wait until so many said that it ended, and return why."""
        async with asyncio.timeout(PATIENCE):
            while True:
                async with self.stage.database.reading() as tx:
                    ended = (deliveries.c.channel == "speaker") & (deliveries.c.state == "failed")
                    reasons = await tx.values(select(deliveries.c.reason).where(ended))
                if len(reasons) == gateways:
                    return list(reasons)
                await asyncio.sleep(0.05)


@pytest.fixture
async def village(sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Village]:
    monkeypatch.setattr("tests.speakers.RATE", SLOWLY)
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(brokers.running("embedded", tmp_path / "broker"))
        stage = Stage(sqlite)
        await stage.start(stack)
        speakers = Speakers(sqlite, tmp_path, broker, stack)
        await speakers.start(stack, stage.receipts.take)
        cast("dict[str, Any]", stage.channels)["speaker"] = speakers.channel
        place = await township(speakers, *CODES)
        teller = Teller([kind_of(name, channel.abilities) for name, channel in stage.channels.items()])
        chief = Actor(ActorKind.PERSON, "1", place, frozenset({Role.DUTY}))
        await _approve(sqlite, tmp_path, place)
        yield Village(stage, speakers, place, Marshal(sqlite, stage.clock, teller), chief)


async def test_what_plays_is_ended_at_every_gateway_and_why_is_kept(village: Village) -> None:
    made = await village.sound()
    await until(lambda: len(village.playing()) == len(CODES), "all play")
    assert await village.hush(made) == 1
    await until(lambda: not village.playing(), "none plays any more")
    assert await village.until_ended() == ["stopped"] * len(CODES)
    assert village.speakers.played() == []  # nothing came to its end
    async with village.stage.database.reading() as tx:
        assert await tx.values(select(stops.c.reason)) == ["误报，坡上是放炮"]
        order = await orders.by_key(tx, system_actor(), made.key)
        assert await orders.to_silence(tx, system_actor()) == []
    assert order.sound_stopped_at is not None
    assert order.open  # people are on their way: the roll goes on
    assert await silence(village.marshal, cast("dict[str, Any]", village.stage.channels)) == 0


async def test_a_gateway_whose_line_was_down_ends_it_when_it_is_back(village: Village) -> None:
    made = await village.sound()
    await until(lambda: len(village.playing()) == len(CODES), "all play")
    await village.speakers.fleet.gateways["G2"].go_offline()
    await until_state(village.speakers, "G2", "offline")
    await village.hush(made)
    assert await village.until_ended(1) == ["stopped"]
    assert village.playing() == ["G2"]
    village.speakers.fleet.gateways["G2"].go_online()
    await until(lambda: not village.playing(), "it stopped too")
    assert await village.until_ended() == ["stopped"] * len(CODES)


def siren() -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(FRAMES)
        sound.writeframes(bytes(SECONDS * FRAMES))
    return written.getvalue()


async def _approve(database: Database, folder: Path, village: int) -> None:
    medium = await MediaFolder(folder / "media").keep(siren())
    async with database.writing() as tx:
        await media.record(tx, medium, 0, "alarm")
        audio = Audio(medium.digest, medium.mime_type, medium.bytes, medium.duration_ms or 0)
        await recordings.approve(tx, system_actor(), village, audio, 0)
