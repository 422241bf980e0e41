"""The queue on NATS JetStream: one stream, one subject and one pull consumer per lane and channel.

JetStream acknowledges before it has written to disk; that is covered by the `ranges` table, from which whatever is
lost, a whole store included, is published again.
"""

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass

import nats
import nats.errors
import nats.js.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, RetentionPolicy, StorageType, StreamConfig

from broadcast.errors import QueueAway
from broadcast.notices import Lane
from broadcast.queues.base import Taken, Ticket

log = structlog.get_logger()
STREAM = "MINGLUO_WORK"
SUBJECT = "mingluo.work"
SAME_TICKET = 120.0  # seconds within which a ticket published again is dropped by the server
API_PATIENCE = 2.0  # seconds for the server to answer about streams and consumers
PATIENCE = 10.0  # seconds until a publication that nobody confirms is given up
ACK_WAIT = 15.0  # seconds until what a taker did not acknowledge comes to another, who finds the range claimed or free
FAULTS = (nats.errors.Error, nats.js.errors.Error, OSError, asyncio.TimeoutError)


@dataclass(slots=True)
class _Held:
    """A ticket in hand."""

    ticket: Ticket
    message: Msg

    async def done(self) -> None:
        with suppress(*FAULTS):  # said twice, or said to a server that is away: the range itself knows that it is done
            await self.message.ack()

    async def later(self, seconds: float) -> None:
        with suppress(*FAULTS):
            await self.message.nak(delay=seconds)


class JetStreamQueue:
    """Connects to `url`, makes what is missing, and makes it again when the server lost it."""

    def __init__(
        self,
        url: str,
        *,
        user: str | None = None,
        password: str | None = None,
        patience: float = PATIENCE,
        ack_wait: float = ACK_WAIT,
    ) -> None:
        self._url = url
        self._credentials = {"user": user, "password": password}
        self._patience = patience
        self._ack_wait = ack_wait
        self._client: Client | None = None
        self._context: JetStreamContext | None = None
        self._readers: dict[tuple[Lane, str], JetStreamContext.PullSubscription] = {}

    async def start(self, stack: AsyncExitStack) -> None:
        self._client = await nats.connect(
            self._url,
            **{name: value for name, value in self._credentials.items() if value},
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.5,
            error_cb=_note_error,
        )
        stack.push_async_callback(self._close)
        self._context = self._client.jetstream(timeout=API_PATIENCE)
        await self._make_stream()

    async def _close(self) -> None:
        if self._client is not None:
            with suppress(*FAULTS):  # the server may be gone before us
                await self._client.close()

    async def publish(self, tickets: Sequence[Ticket]) -> None:
        try:
            await self._publish(tickets)
        except FAULTS as fault:
            if self._connected:
                with suppress(*FAULTS):
                    await self._make_stream()
            raise QueueAway from fault

    async def take(self, lane: Lane, channel: str, limit: int, patience: float) -> Sequence[Taken]:
        try:
            reader = self._readers.get((lane, channel)) or await self._make_reader(lane, channel)
            messages = await reader.fetch(limit, timeout=patience, heartbeat=patience / 4)
        except nats.errors.TimeoutError:
            return []
        except FAULTS as fault:
            await self._recover(lane, channel, fault)
            return []
        return [_Held(_ticket(message), message) for message in messages]

    async def _publish(self, tickets: Sequence[Ticket]) -> None:
        stream = self._stream
        if not self._connected:
            raise QueueAway  # the client would keep it, and nobody would know for how long
        waiting = [
            await stream.publish_async(
                f"{SUBJECT}.{ticket.lane}.{ticket.channel}",
                json.dumps([ticket.range, ticket.claims]).encode(),
                headers={"Nats-Msg-Id": f"{ticket.range}.{ticket.claims}"},
            )
            for ticket in tickets
        ]
        await asyncio.wait_for(asyncio.gather(*waiting), timeout=self._patience)

    @property
    def _connected(self) -> bool:
        return self._client is not None and self._client.is_connected

    @property
    def _stream(self) -> JetStreamContext:
        if self._context is None:
            raise QueueAway
        return self._context

    async def _make_stream(self) -> None:
        wanted = StreamConfig(
            name=STREAM,
            subjects=[f"{SUBJECT}.>"],
            retention=RetentionPolicy.WORK_QUEUE,
            storage=StorageType.FILE,
            duplicate_window=SAME_TICKET,
        )
        with suppress(nats.js.errors.BadRequestError):  # it is there already
            await self._stream.add_stream(wanted)

    async def _make_reader(self, lane: Lane, channel: str) -> JetStreamContext.PullSubscription:
        name = f"{lane}-{channel}"
        config = ConsumerConfig(ack_policy=AckPolicy.EXPLICIT, ack_wait=self._ack_wait, max_ack_pending=10_000)
        reader = await self._stream.pull_subscribe(f"{SUBJECT}.{lane}.{channel}", name, stream=STREAM, config=config)
        return self._readers.setdefault((lane, channel), reader)

    async def _recover(self, lane: Lane, channel: str, fault: BaseException) -> None:
        """The server is away, or came back without its store: forget the reader, make the stream, look again soon."""
        log.warning("queue.interrupted", lane=lane, channel=channel, fault=type(fault).__name__)
        reader = self._readers.pop((lane, channel), None)
        with suppress(*FAULTS):
            if reader is not None:
                await reader.unsubscribe()
        if self._connected:
            with suppress(*FAULTS):
                await self._make_stream()
        await asyncio.sleep(0.5)


def _ticket(message: Msg) -> Ticket:
    _, _, lane, channel = message.subject.split(".", 3)
    range_id, claims = json.loads(message.data)
    return Ticket(range_id, Lane(lane), channel, claims)


async def _note_error(fault: Exception) -> None:
    log.warning("queue.disturbed", fault=type(fault).__name__)
