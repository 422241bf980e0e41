"""The queue on JetStream when its server is away, dies, or loses its store; and when a taker dies."""

import asyncio
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.broker.embedded import Broker, EmbeddedServer
from broadcast.errors import QueueAway
from broadcast.notices import Lane
from broadcast.queues.base import Ticket
from broadcast.queues.jetstream import JetStreamQueue

SOON = 30.0
URGENT = Ticket(1, Lane.IMMEDIATE, "sms")


@dataclass
class Server:
    folder: Path
    broker: Broker

    def queue(self, **patience: float) -> JetStreamQueue:
        return JetStreamQueue(
            self.broker.nats_url, user=self.broker.username, password=self.broker.password, **patience
        )

    def kill(self) -> None:
        """Kill the server itself; the one who watches over it starts it again on the same ports."""
        [told] = (self.folder / "run").glob("*.ports")
        os.kill(int(told.stem.rpartition("_")[2]), signal.SIGKILL)

    def lose_the_store(self) -> None:
        shutil.rmtree(self.folder / "jetstream", ignore_errors=True)
        self.kill()
        shutil.rmtree(self.folder / "jetstream", ignore_errors=True)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with EmbeddedServer(tmp_path) as broker:
        yield Server(tmp_path, broker)


async def publish_when_it_is_there(queue: JetStreamQueue, *tickets: Ticket) -> None:
    """Do as the planner does: what could not be published is published again."""
    until = time.monotonic() + SOON
    while True:
        try:
            return await queue.publish(tickets)
        except QueueAway:
            assert time.monotonic() < until, "it never comes back"
            await asyncio.sleep(0.2)


async def take_when_it_is_there(queue: JetStreamQueue, lane: Lane = Lane.IMMEDIATE) -> Ticket:
    until = time.monotonic() + SOON
    while not (taken := await queue.take(lane, "sms", 1, 0.5)):
        assert time.monotonic() < until, "it never comes"
    await taken[0].done()
    return taken[0].ticket


async def test_to_publish_to_a_server_that_is_away_says_so(tmp_path: Path) -> None:
    async with AsyncExitStack() as outer:
        async with EmbeddedServer(tmp_path) as broker:
            queue = JetStreamQueue(broker.nats_url, user=broker.username, password=broker.password, patience=1.0)
            await queue.start(outer)
            await queue.publish([URGENT])
        with pytest.raises(QueueAway):
            await queue.publish([URGENT])
        assert await queue.take(Lane.IMMEDIATE, "sms", 1, 0.5) == []


async def test_before_it_is_started_the_queue_is_away() -> None:
    queue = JetStreamQueue("nats://127.0.0.1:1")
    with pytest.raises(QueueAway):
        await queue.publish([URGENT])


async def test_what_was_published_outlives_a_killed_server(server: Server) -> None:
    async with AsyncExitStack() as stack:
        queue = server.queue()
        await queue.start(stack)
        await queue.publish([URGENT])
        server.kill()
        assert await take_when_it_is_there(queue) == URGENT
        later = Ticket(2, Lane.IMMEDIATE, "sms")
        await publish_when_it_is_there(queue, later)
        assert await take_when_it_is_there(queue) == later


async def test_takers_and_publishers_recover_from_a_server_that_lost_its_store(server: Server) -> None:
    async with AsyncExitStack() as stack:
        queue = server.queue(patience=2.0)
        await queue.start(stack)
        await queue.publish([URGENT])
        assert await take_when_it_is_there(queue) == URGENT
        await queue.publish([Ticket(2, Lane.IMMEDIATE, "sms")])
        server.lose_the_store()
        again = Ticket(3, Lane.IMMEDIATE, "sms")
        await asyncio.sleep(0.5)
        await publish_when_it_is_there(queue, again)
        assert await take_when_it_is_there(queue) in {again, Ticket(2, Lane.IMMEDIATE, "sms")}


async def test_a_ticket_published_again_within_the_window_comes_once(server: Server) -> None:
    async with AsyncExitStack() as stack:
        queue = server.queue()
        await queue.start(stack)
        for _ in range(3):
            await queue.publish([URGENT])
        assert await take_when_it_is_there(queue) == URGENT
        assert await queue.take(Lane.IMMEDIATE, "sms", 1, 0.5) == []


async def test_what_a_dead_taker_had_in_hand_comes_to_another_soon(server: Server) -> None:
    async with AsyncExitStack() as living:
        async with AsyncExitStack() as dying:
            dead = server.queue(ack_wait=1.0)
            await dead.start(dying)
            await dead.publish([URGENT])
            assert await dead.take(Lane.IMMEDIATE, "sms", 1, SOON)
        queue = server.queue(ack_wait=1.0)
        await queue.start(living)
        assert await take_when_it_is_there(queue) == URGENT


async def test_a_thousand_publications_leave_nothing_behind_on_the_connection(server: Server) -> None:
    async with AsyncExitStack() as stack:
        queue = server.queue()
        await queue.start(stack)
        await queue.publish([URGENT])
        assert queue._client is not None
        before = len(queue._client._subs)
        for number in range(50):
            await queue.publish([Ticket(number, Lane.BULK, "sms") for number in range(number * 20, number * 20 + 20)])
        assert len(queue._client._subs) == before


async def test_a_hub_that_starts_while_the_store_is_full_takes_up_where_it_stood(server: Server) -> None:
    async with AsyncExitStack() as stack:
        first = server.queue()
        await first.start(stack)
        await first.publish([URGENT])
    async with AsyncExitStack() as stack:
        second = server.queue()
        await second.start(stack)
        assert await take_when_it_is_there(second) == URGENT
