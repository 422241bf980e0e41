"""The contract of a queue, held by the one in memory and by the one on a real JetStream server."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from app.broker.embedded import EmbeddedServer
from broadcast.notices import Lane
from broadcast.queues.base import Queue, Taken, Ticket
from broadcast.queues.jetstream import JetStreamQueue
from broadcast.queues.memory import MemoryQueue

SOON = 5.0  # seconds that a test waits for what must come
MOMENT = 0.3  # seconds that it waits for what must not


@pytest.fixture(params=["memory", "jetstream"])
async def queue(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Queue]:
    async with AsyncExitStack() as stack:
        queue: Queue = MemoryQueue()
        if request.param == "jetstream":
            broker = await stack.enter_async_context(EmbeddedServer(tmp_path))
            queue = JetStreamQueue(broker.nats_url, user=broker.username, password=broker.password)
        await queue.start(stack)
        yield queue


def tickets(*ranges: int, lane: Lane = Lane.IMMEDIATE, channel: str = "sms") -> list[Ticket]:
    return [Ticket(each, lane, channel) for each in ranges]


async def take_all(queue: Queue, lane: Lane = Lane.IMMEDIATE, channel: str = "sms") -> list[Taken]:
    taken: list[Taken] = []
    while more := await queue.take(lane, channel, 10, SOON if not taken else MOMENT):
        taken += more
    return taken


async def test_tickets_of_a_lane_and_channel_come_in_order_and_whole(queue: Queue) -> None:
    await queue.publish(tickets(*range(1, 51)))
    taken = await take_all(queue)
    assert [each.ticket for each in taken] == tickets(*range(1, 51))


async def test_lanes_and_channels_do_not_mix(queue: Queue) -> None:
    await queue.publish(tickets(1) + tickets(2, lane=Lane.BULK) + tickets(3, channel="telegram"))
    for lane, channel, wanted in ((Lane.BULK, "sms", 2), (Lane.IMMEDIATE, "telegram", 3), (Lane.IMMEDIATE, "sms", 1)):
        assert [each.ticket.range for each in await take_all(queue, lane, channel)] == [wanted]


async def test_an_empty_lane_answers_with_nothing_after_its_patience(queue: Queue) -> None:
    begun = time.monotonic()
    assert await queue.take(Lane.IMMEDIATE, "sms", 5, MOMENT) == []
    assert MOMENT * 0.8 < time.monotonic() - begun < MOMENT + SOON


async def test_a_waiting_taker_is_woken_at_once(queue: Queue) -> None:
    taking = asyncio.create_task(queue.take(Lane.IMMEDIATE, "sms", 1, 60.0))
    await asyncio.sleep(MOMENT)
    begun = time.monotonic()
    await queue.publish(tickets(1))
    [taken] = await taking
    assert taken.ticket == Ticket(1, Lane.IMMEDIATE, "sms")
    assert time.monotonic() - begun < SOON


async def test_several_takers_share_what_there_is(queue: Queue) -> None:
    await queue.publish(tickets(*range(20)))
    shares = await asyncio.gather(*(take_all_one_by_one(queue) for _ in range(4)))
    assert sorted(number for share in shares for number in share) == list(range(20))


async def take_all_one_by_one(queue: Queue) -> list[int]:
    numbers = []
    while taken := await queue.take(Lane.IMMEDIATE, "sms", 1, 2.0):
        numbers.append(taken[0].ticket.range)
        await taken[0].done()
    return numbers


async def test_few_tickets_do_not_wait_for_more(queue: Queue) -> None:
    await queue.publish(tickets(1, 2))
    begun = time.monotonic()
    assert len(await queue.take(Lane.IMMEDIATE, "sms", 10, 60.0)) in {1, 2}
    assert time.monotonic() - begun < SOON


async def test_what_is_done_does_not_come_again_and_done_may_be_said_twice(queue: Queue) -> None:
    await queue.publish(tickets(1))
    [taken] = await queue.take(Lane.IMMEDIATE, "sms", 1, SOON)
    await taken.done()
    await taken.done()
    await taken.later(0)
    assert await queue.take(Lane.IMMEDIATE, "sms", 1, MOMENT) == []


async def test_what_is_given_back_comes_again_later_and_not_sooner(queue: Queue) -> None:
    await queue.publish(tickets(1, 2))
    [first] = await queue.take(Lane.IMMEDIATE, "sms", 1, SOON)
    begun = time.monotonic()
    await first.later(1.0)
    await first.later(1.0)
    [second] = await queue.take(Lane.IMMEDIATE, "sms", 1, SOON)
    assert second.ticket.range == 2, "it holds up nobody behind it"
    [again] = await queue.take(Lane.IMMEDIATE, "sms", 1, SOON)
    assert again.ticket == first.ticket
    assert time.monotonic() - begun > 0.9
    assert await queue.take(Lane.IMMEDIATE, "sms", 1, 1.0 + MOMENT) == []


async def test_a_range_that_lapsed_is_another_ticket(queue: Queue) -> None:
    await queue.publish([Ticket(1, Lane.IMMEDIATE, "sms", 0)])
    await queue.publish([Ticket(1, Lane.IMMEDIATE, "sms", 1)])
    assert [each.ticket.claims for each in await take_all(queue)] == [0, 1]


async def test_nothing_to_publish_is_nothing(queue: Queue) -> None:
    await queue.publish([])
    assert await queue.take(Lane.IMMEDIATE, "sms", 1, MOMENT) == []
