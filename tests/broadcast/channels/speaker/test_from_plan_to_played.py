"""The whole way on both databases: planned, claimed, published once for the village, played, and the receipts kept."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select

from broadcast.channels.base import Outcome, Outgoing
from broadcast.channels.speaker_mqtt.channel import SpeakerChannel
from broadcast.content.compose import Words
from broadcast.content.message import Message
from broadcast.notices import Kind, Notice
from broadcast.stores.speakers import gateways as speakers
from broadcast.stores.speakers.gateways import Coverage
from broadcast.stores.tables import deliveries, receipts
from ground.transaction import Database
from tests import brokers
from tests.broadcast.channels.speaker.villages import VILLAGE, township, until_state
from tests.dispatching import Stage
from tests.speakers import PATIENCE, TESTER, Speakers, until

CODES = ("G1", "G2", "G3")


@dataclass
class Play:
    """A stage whose loudspeakers are real ones."""

    stage: Stage
    speakers: Speakers
    village: int

    async def notice(self, text: str, *, repeat: int = 1, **changes: Any) -> Notice:
        words = [Words("speaker", "zh_CN", 0, Message(text, repeat=repeat, priority=1))]
        rules = () if "tells_heard_of" in changes else (f"gateways({VILLAGE})",)
        return await self.stage.notice(*rules, words=words, **changes)

    async def until_states(self, notice: Notice, **wanted: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while await self.stage.states(notice) != wanted:  # noqa: ASYNC110 - rows have no event
                await asyncio.sleep(0.05)

    async def details(self, notice: Notice) -> Mapping[int, str]:
        async with self.stage.database.reading() as tx:
            rows = await tx.rows(select(deliveries).where(deliveries.c.notice_id == notice.id))
        return {row.seq: f"{row.state}:{row.detail}:{row.reason or ''}" for row in rows}


@pytest.fixture
async def play(database: Database, tmp_path: Path) -> AsyncIterator[Play]:
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(brokers.running("embedded", tmp_path / "broker"))
        stage = Stage(database)
        await stage.start(stack)
        speaking = Speakers(database, tmp_path, broker, stack)
        await speaking.start(stack, stage.receipts.take)
        cast("dict[str, Any]", stage.channels)["speaker"] = speaking.channel
        yield Play(stage, speaking, await township(speaking, *CODES))


async def test_a_warning_is_planned_published_once_played_and_known_to_be_played(play: Play) -> None:
    notice = await play.notice("走")
    await play.stage.play()
    await play.until_states(notice, delivered=3)
    assert len(await play.speakers.commands()) == 1
    assert sorted(entry.address for entry in play.speakers.played()) == list(CODES)
    assert set((await play.details(notice)).values()) == {"delivered:played:"}
    async with play.stage.database.reading() as tx:
        words = await tx.values(select(receipts.c.detail).where(receipts.c.seq == 1))
        assert await speakers.coverage(tx, TESTER, notice.id) == [Coverage(play.village, 3, 3, 3)]
    assert sorted(words) == ["downloading", "played", "playing", "received"]


async def test_the_coverage_shows_who_could_not_be_reached(play: Play) -> None:
    await play.speakers.fleet.gateways["G3"].go_offline()
    await until_state(play.speakers, "G3", "offline")
    notice = await play.notice("走")
    await play.stage.play()
    await play.until_states(notice, delivered=2, accepted=1)
    async with play.stage.database.reading() as tx:
        assert await speakers.coverage(tx, TESTER, notice.id) == [Coverage(play.village, 2, 2, 3)]
    play.speakers.fleet.gateways["G3"].go_online()
    await play.until_states(notice, delivered=3)


async def test_a_correction_ends_the_false_alarm_at_every_gateway_that_may_have_heard_it(play: Play) -> None:
    alarm = await play.notice("误发", repeat=300)
    await play.stage.play()
    await until(lambda: all(each._player._playing for each in play.speakers.fleet.gateways.values()), "all play")
    heard = [alarm.id]
    correction = await play.notice("更正", kind=Kind.CORRECTION, tells_heard_of=heard, supersedes=heard, expires=None)
    await play.stage.play()
    await play.until_states(correction, delivered=3)
    await play.until_states(alarm, failed=3)
    assert set((await play.details(alarm)).values()) == {"failed:stopped:stopped"}
    assert {entry.text for entry in play.speakers.played()} == {"更正"}


class Dying:
    """A channel whose hub dies after the broker took everything, and before anything is recorded."""

    name = "speaker"

    def __init__(self, channel: SpeakerChannel) -> None:
        self._channel = channel
        self.abilities = channel.abilities

    async def send(self, batch: Sequence[Outgoing]) -> AsyncIterator[Outcome]:
        outcomes = [outcome async for outcome in self._channel.send(batch)]
        if outcomes:
            raise ConnectionResetError
        yield outcomes[0]


async def test_a_hub_that_dies_between_publish_and_record_plays_nothing_twice(play: Play) -> None:
    channels = cast("dict[str, Any]", play.stage.channels)
    channels["speaker"] = Dying(play.speakers.channel)
    notice = await play.notice("走")
    await play.stage.plan()
    with contextlib.suppress(ConnectionResetError):
        await play.stage.send()
    await until(lambda: len(play.speakers.played()) == 3, "it was heard")
    channels["speaker"] = play.speakers.channel
    await play.stage.let_leases_lapse()
    await play.stage.play()
    await play.until_states(notice, delivered=3)
    await asyncio.sleep(0.3)
    assert len(play.speakers.played()) == 3
