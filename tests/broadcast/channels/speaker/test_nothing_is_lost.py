"""The broker is not the memory: who was away, cut off or not heard gets it from the database, and plays it once."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from sqlalchemy import func, insert, select

from broadcast.channels.base import Accepted
from broadcast.channels.errors import Unreachable
from broadcast.content.message import Message
from broadcast.stores import notices
from broadcast.stores.speakers import waits as speaker_waits
from broadcast.stores.tables import speaker_waits as waits
from broadcast.stores.tables import stops
from tests.broadcast.channels.speaker.villages import township, until_state
from tests.speakers import PATIENCE, TESTER, Speakers, until

LONG = 200  # times the gong: about ten real seconds


async def owed(speakers: Speakers) -> int:
    async with speakers.database.reading() as tx:
        return int(await tx.value(select(func.count()).select_from(waits)))


async def until_nothing_is_owed(speakers: Speakers) -> None:
    async with asyncio.timeout(PATIENCE):
        while await owed(speakers):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)


async def test_a_gateway_that_was_away_gets_it_when_it_says_hello(speakers: Speakers) -> None:
    await township(speakers, "G1", "G2")
    await speakers.fleet.gateways["G2"].go_offline()
    await until_state(speakers, "G2", "offline")
    notice = await speakers.notice("走", "G1", "G2")
    outcomes = await speakers.send(notice, "走", "G1", "G2")
    assert all(isinstance(outcome.result, Accepted) for outcome in outcomes)
    await until(lambda: speakers.played("G1"), "the one that is there")
    assert not speakers.played("G2")
    speakers.fleet.gateways["G2"].go_online()
    await until(lambda: speakers.played("G2"), "the one that came back")
    await until_nothing_is_owed(speakers)
    assert [len(speakers.played(code)) for code in ("G1", "G2")] == [1, 1]


async def test_a_gateway_that_never_answers_is_told_again_and_then_shown_offline(speakers: Speakers) -> None:
    await township(speakers, "G1", put_up=False)
    notice = await speakers.notice("走", "G1")
    await speakers.send(notice, "走", "G1")
    await until_state(speakers, "G1", "offline")
    assert [topic for _, topic in await speakers.commands()] == ["mingluo/gateway/G1/down"] * 3
    await speakers.fleet.put_up(speakers.fitting("G1"))
    await until(lambda: "played" in speakers.words(1), "it was put up late, and plays what is still valid")


async def test_what_was_overtaken_is_not_told_to_who_comes_back(speakers: Speakers) -> None:
    await township(speakers, "G1", put_up=False)
    old = await speakers.notice("旧", "G1")
    await speakers.send(old, "旧", "G1")
    new = await speakers.notice("新", "G1", supersedes=[old.id])
    await speakers.send(new, "新", "G1")
    await speakers.fleet.put_up(speakers.fitting("G1"))
    await until(speakers.played, "the newest")
    await asyncio.sleep(0.5)
    assert [entry.text for entry in speakers.played()] == ["新"]


async def test_a_broker_that_crashes_in_mid_send_loses_nothing(speakers: Speakers) -> None:
    codes = [f"G{number}" for number in range(8)]
    await township(speakers, *codes)
    notice = await speakers.notice("走", *codes)
    await speakers.send(notice, "走", *codes)
    await speakers.broker.crash()
    await speakers.broker.come_back()
    await until(lambda: {entry.address for entry in speakers.played()} == set(codes), "all have played")
    await until_nothing_is_owed(speakers)
    assert len(speakers.played()) == len(codes)


async def test_while_the_broker_is_away_nothing_is_accepted_and_later_it_goes(speakers: Speakers) -> None:
    await township(speakers, "G1")
    notice = await speakers.notice("走", "G1")
    await speakers.broker.crash()
    [outcome] = await speakers.send(notice, "走", "G1")
    assert isinstance(outcome.result, Unreachable)
    await speakers.broker.come_back()
    async with asyncio.timeout(PATIENCE):
        while not isinstance((await speakers.send(notice, "走", "G1"))[0].result, Accepted):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.1)
    await until(lambda: len(speakers.played()) == 1, "played")


async def test_what_was_played_while_the_hub_was_away_is_learned_when_it_is_back(speakers: Speakers) -> None:
    await township(speakers, "G1")
    long = Message("走", repeat=20)
    notice = await speakers.notice("走", "G1", words=long)
    async with AsyncExitStack() as stack:
        hub = speakers.new_channel()
        heard: list[Any] = []

        async def sink(receipts: Any) -> None:
            heard.extend(receipts)

        await hub.start(stack, sink)
        await speakers.send(notice, long, "G1")
        await until(lambda: "playing" in [each.detail for each in heard], "it plays")
    speakers.receipts.clear()
    await speakers.channel.query()
    await until(lambda: "played" in speakers.words(1), "it was asked, and said so")
    assert len(speakers.played()) == 1


async def test_told_again_a_gateway_says_how_it_stands_and_does_not_play_again(speakers: Speakers) -> None:
    await township(speakers, "G1")
    notice = await speakers.notice("走", "G1")
    await speakers.send(notice, "走", "G1")
    await until(lambda: "played" in speakers.words(1), "played")
    speakers.receipts.clear()
    await speakers.send(notice, "走", "G1")
    await until(lambda: speakers.words(1) == ["played"], "it says so again")
    assert len(speakers.played()) == 1
    first, second = [counter for counter, _ in await speakers.commands()]
    assert second > first


async def test_a_power_cut_in_mid_play_is_followed_by_the_whole_again(speakers: Speakers) -> None:
    await township(speakers, "G1")
    long = Message("走", repeat=20)
    await speakers.send(await speakers.notice("走", "G1", words=long), long, "G1")
    await until(lambda: "playing" in speakers.words(1), "it plays")
    await speakers.fleet.gateways["G1"].switch_off()
    speakers.fleet._flash.forget_unfinished()
    await speakers.fleet.put_up(speakers.fitting("G1"))
    await until(speakers.played, "it was played to its end")
    assert len(speakers.played()) == 1


async def test_a_last_will_shows_a_gateway_offline_and_its_hello_online(speakers: Speakers) -> None:
    await township(speakers, "G1")
    await until_state(speakers, "G1", "online")
    await speakers.fleet.gateways["G1"].go_offline()
    await until_state(speakers, "G1", "offline")
    speakers.fleet.gateways["G1"].go_online()
    await until_state(speakers, "G1", "online")
    await speakers.fleet.gateways["G1"].go_offline(abruptly=False)
    await until_state(speakers, "G1", "offline")


async def test_a_stop_that_an_officer_said_reaches_the_gateways_by_itself(speakers: Speakers) -> None:
    await township(speakers, "G1")
    long = Message("走", repeat=LONG)
    notice = await speakers.notice("走", "G1", words=long)
    await speakers.send(notice, long, "G1")
    await until(lambda: "playing" in speakers.words(1), "it plays")
    row = {"notice_id": notice.id, "actor": "test", "reason": "wrong", "at": speakers.clock.now()}
    async with speakers.database.writing() as tx:
        await tx.execute(insert(stops).values(row))
    await until(lambda: "stopped" in speakers.words(1), "it stopped")
    await until_nothing_is_owed(speakers)
    assert len(await speakers.commands("stop")) == 1


async def test_a_delivery_that_ended_elsewhere_is_asked_after_no_more(speakers: Speakers) -> None:
    await township(speakers, "G1", put_up=False)
    notice = await speakers.notice("走", "G1")
    await speakers.send(notice, "走", "G1")
    async with speakers.database.writing() as tx:
        await notices.supersede(tx, TESTER, [notice.id], notice.id, speakers.clock.now())
    valid = speaker_waits.Validity(speakers.clock.now(), 24)
    async with speakers.database.writing() as tx:
        await speaker_waits.forget_ended(tx, TESTER, valid, 2**60, 100)
    assert await owed(speakers) == 0
