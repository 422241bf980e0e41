"""Lines shared by hubs: together no more calls at once and no more a second than the account may, and none is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from broadcast.channels.base import Accepted, Outgoing
from broadcast.channels.errors import NoTurn
from broadcast.channels.kind import Surroundings
from broadcast.channels.voice_twilio.channel import VoiceChannel
from broadcast.channels.voice_twilio.lines import Lease, Lines
from broadcast.channels.voice_twilio.settings import VoiceSettings
from broadcast.content.message import Message
from broadcast.deliveries import Key
from broadcast.notices import Lane
from broadcast.stores import voice_lines
from broadcast.stores.tables import voice_lines as table
from broadcast.stores.voice_lines import Line, Taken
from ground.actor import system
from ground.clock import HandClock
from ground.transaction import Database
from sandbox.twilio.server import SENDER, TwilioPeer
from tests.broadcast.dispatch.test_statement_counts import counted
from tests.contracts.channels.peer_harness import new_world, sink_into
from tests.hooks import Hooks

NOW = 1_624_852_800_000
HUB = system("test")
LEASE = Lease("AC0", lines=3, per_second=1_000, longest=60.0, patience=5.0)
EACH = 25_000  # milliseconds between calls, far more than any two hubs here may lie apart


@asynccontextmanager
async def hubs(
    database: Database, folder: Path, **changes: Any
) -> AsyncIterator[tuple[TwilioPeer, list[VoiceChannel]]]:
    """Two hubs with one account and one database; the vendor tells the first alone how calls end."""
    async with AsyncExitStack() as stack:
        peer, hooks = TwilioPeer(new_world(folder, stack)), Hooks()
        told = await peer.start(stack)
        await hooks.start(stack)
        settings = VoiceSettings(peer.account, peer.token, SENDER, base_url=told["url"], patience=30.0, ring_seconds=20)
        channels = []
        for _ in range(2):
            channel = VoiceChannel(
                replace(settings, **changes), Surroundings(HandClock(NOW), database, hooks.url, folder)
            )
            await channel.start(stack, sink_into([]))
            channels.append(channel)
        hooks.mount(channels[0].webhooks)
        yield peer, channels


async def sent(channel: VoiceChannel, first: int, count: int) -> list[object]:
    batch = [
        Outgoing(Key(7, seq), f"+9990000{seq:04}", Message("暴雨红色预警。")) for seq in range(first, first + count)
    ]
    return [outcome.result async for outcome in channel.send(batch)]


async def held(database: Database) -> int:
    async with database.reading() as tx:
        mine = select(func.count()).where(table.c.line > 0, table.c.holder != "")
        return int(await tx.value(mine))


async def test_two_hubs_together_have_no_more_calls_than_the_account_has_lines(
    database: Database, tmp_path: Path
) -> None:
    async with hubs(database, tmp_path, lines=3, calls_per_second=500) as (peer, [one, other]):
        peer.exchange.lines = 3  # a fourth would be refused
        results = await asyncio.gather(sent(one, 1, 8), sent(other, 101, 8))
        assert {type(each) for both in results for each in both} == {Accepted}
        assert len(peer.exchange.calls) == 16
        await peer.exchange.quiet()


async def test_two_hubs_together_call_no_faster_than_the_account_may(database: Database, tmp_path: Path) -> None:
    async with hubs(database, tmp_path, lines=100, calls_per_second=20) as (peer, [one, other]):
        peer.exchange.per_second = 26  # two hubs that each keep the pace alone would make forty
        results = await asyncio.gather(sent(one, 1, 20), sent(other, 101, 20))
        assert {type(each) for both in results for each in both} == {Accepted}
        await peer.exchange.quiet()


async def test_a_call_gives_its_line_back_whichever_hub_hears_of_its_end(database: Database, tmp_path: Path) -> None:
    async with hubs(database, tmp_path, lines=3, calls_per_second=500) as (peer, [_, other]):
        assert len(await sent(other, 1, 3)) == 3
        await peer.exchange.quiet()
        assert len(await sent(other, 11, 3)) == 3, "within the patience, long before a lease ends"
        await peer.exchange.quiet()


@asynccontextmanager
async def exchange(database: Database, **changes: Any) -> AsyncIterator[Lines]:
    async with AsyncExitStack() as stack:
        lines = Lines(database, replace(LEASE, **changes))
        lines.start(stack)
        yield lines


async def test_the_lines_of_a_hub_that_died_lapse(database: Database) -> None:
    dead = Lines(database, replace(LEASE, longest=0.3))
    assert len({await dead.take(Lane.IMMEDIATE) for _ in range(3)}) == 3
    async with exchange(database) as lines:
        assert await lines.take(Lane.IMMEDIATE)


async def test_without_a_free_line_one_is_sent_away_in_the_end(database: Database) -> None:
    async with exchange(database, lines=1) as busy, exchange(database, lines=1, patience=0.2) as lines:
        name = await busy.take(Lane.IMMEDIATE)
        with pytest.raises(NoTurn):
            await lines.take(Lane.IMMEDIATE)
        busy.free(name)
        assert await replaced(lines, patience=5.0).take(Lane.IMMEDIATE)


def replaced(lines: Lines, **changes: Any) -> Lines:
    return Lines(lines._database, replace(lines._lease, **changes))


async def test_what_is_fetched_ahead_and_not_used_is_given_back(database: Database) -> None:
    async with exchange(database, per_second=1) as lines:
        waiting = [asyncio.create_task(lines.take(Lane.IMMEDIATE)) for _ in range(3)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    assert await held(database) == 1


async def test_only_a_line_whose_call_is_placed_is_held_as_long_as_a_call_may_last(database: Database) -> None:
    async with AsyncExitStack() as stack:
        lines = Lines(database, replace(LEASE, per_second=0.5, longest=600.0))
        lines.start(stack)
        waiting = [asyncio.create_task(lines.take(Lane.IMMEDIATE)) for _ in range(3)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        async with database.reading() as tx:
            now = int(await tx.value(select(tx.machine_time)))
            held_for = await tx.values(select(table.c.until_at - now).where(table.c.holder != ""))
        assert any(each <= 60_000 for each in held_for), "if we died now, they would be free within a minute"
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    async with database.reading() as tx:
        [left] = await tx.values(select(table.c.until_at - now).where(table.c.holder != ""))
    assert left > 500_000


async def test_a_hub_that_stops_leaves_calls_that_are_under_way_their_lines(database: Database) -> None:
    async with exchange(database) as lines:
        await lines.take(Lane.IMMEDIATE)
        ended = await lines.take(Lane.IMMEDIATE)
        lines.free(ended)
    assert await held(database) == 1


async def test_lines_are_fetched_for_all_who_wait_at_once(database: Database) -> None:
    async with exchange(database, lines=50) as lines:
        with counted(database) as statements:
            names = await asyncio.gather(*(lines.take(Lane.IMMEDIATE) for _ in range(50)))
    assert len(set(names)) == 50
    assert sum("UPDATE voice_lines" in each for each in statements) == 2, "the lines, and the turns"


async def test_hubs_that_take_at_the_same_moment_never_hold_the_same_line(database: Database) -> None:
    async with database.writing() as tx:
        await voice_lines.lay(tx, HUB, "AC0", 10)

    async def take(holder: str) -> Taken:
        async with database.writing() as tx:
            return await voice_lines.take(tx, HUB, "AC0", holder, lines=10, wanted=4, hold=60_000, interval=EACH)

    taken = await asyncio.gather(*(take(f"hub{number}") for number in range(4)))
    numbers = [line.number for each in taken for line in each.lines]
    assert len(numbers) == len(set(numbers)) <= 10
    assert len(numbers) >= 8
    turns = sorted((each for each in taken if each.lines), key=lambda each: each.first_in)
    for earlier, later in pairwise(turns):  # counted from when each was told, which is not the same moment
        assert later.first_in - earlier.first_in > (len(earlier.lines) - 1) * EACH


async def test_a_line_that_is_another_s_by_now_is_not_given_back_with_an_old_name(database: Database) -> None:
    async with database.writing() as tx:
        await voice_lines.lay(tx, HUB, "AC0", 1)
        asked = {"lines": 1, "wanted": 1, "interval": 1}
        old = await voice_lines.take(tx, HUB, "AC0", "old", hold=-1, **asked)
        new = await voice_lines.take(tx, HUB, "AC0", "new", hold=60_000, **asked)
        assert [each.number for each in (*old.lines, *new.lines)] == [1, 1]
        assert await voice_lines.give_back(tx, HUB, "AC0", old.lines) == 0
        assert await voice_lines.give_back(tx, HUB, "AC0", new.lines) == 1


@pytest.mark.parametrize("text", ["", "x", "abcdef", "x-1", "99999-a", "-a"])
def test_what_names_no_line_of_ours_is_none(text: str) -> None:
    assert Line.parse(text) is None


def test_a_line_is_known_by_its_name() -> None:
    line = Line(7, "0a1b2c")
    assert Line.parse(str(line)) == line
