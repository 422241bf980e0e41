"""A time-out before the connection stood has taken nothing; one after it may have: tried on every vendor over HTTP."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing, suppress

import pytest

from broadcast.channels.base import Accepted, Channel, Outgoing
from broadcast.channels.errors import SendError, Unreachable
from broadcast.channels.sms_twilio.channel import TwilioChannel
from broadcast.channels.sms_twilio.settings import TwilioSettings
from broadcast.channels.telegram.channel import TelegramChannel
from broadcast.channels.telegram.settings import TelegramSettings
from broadcast.content.message import Message
from broadcast.deliveries import Key
from ground.clock import WallClock
from sandbox.twilio.server import SENDER
from tests.contracts.channels.peer_harness import sink_into

HOST = "127.0.0.1"
TIMEOUT = 0.3  # seconds
LONG = 5 * TIMEOUT  # longer than everything that is ever waited for


def twilio(url: str) -> Channel:
    settings = TwilioSettings("AC1", "secret", SENDER, base_url=url, per_second=100, timeout=TIMEOUT)
    return TwilioChannel(settings, "http://127.0.0.1:9", WallClock())


def telegram(url: str) -> Channel:
    return TelegramChannel(TelegramSettings("1:secret", base_url=url, timeout=TIMEOUT))


over_http = pytest.mark.parametrize("vendor", [twilio, telegram])
Vendor = Callable[[str], Channel]


async def send_one(channel: Channel, stack: AsyncExitStack, still: float = 0.0) -> Accepted | SendError:
    """Send one message; `still` is for how long the machine stands still soon after."""
    await channel.start(stack, sink_into([]))
    if still:
        asyncio.get_running_loop().call_later(TIMEOUT / 2, time.sleep, still)
    [outcome] = [each async for each in channel.send([Outgoing(Key(1, 1), "+99900000001", Message("一条"))])]
    return outcome.result


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


@pytest.fixture
def full() -> Iterator[str]:
    """The address of a server that takes nobody off its queue, which is full: who connects now hears nothing."""
    with ExitStack() as held:
        server = held.enter_context(closing(socket.create_server((HOST, 0), backlog=0)))
        for _ in range(4):
            waiting = held.enter_context(closing(socket.socket()))
            waiting.settimeout(0)
            waiting.connect_ex(server.getsockname())
        yield f"http://{HOST}:{server.getsockname()[1]}"


@asynccontextmanager
async def served(answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[str]:
    """Yield the address of a server; after it, every connection to it has ended."""
    connections: list[asyncio.Task[None] | None] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(asyncio.current_task())
        with closing(writer):
            await answer(reader, writer)
        with suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(connected, HOST, 0)
    try:
        yield f"http://{HOST}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await asyncio.gather(*(each for each in connections if each is not None))


@over_http
async def test_who_was_never_connected_to_has_taken_nothing(vendor: Vendor, full: str, stack: AsyncExitStack) -> None:
    assert await send_one(vendor(full), stack) == Unreachable("no_connection")


@over_http
async def test_a_machine_that_stands_still_while_connecting_changes_nothing_about_that(
    vendor: Vendor, full: str, stack: AsyncExitStack
) -> None:
    assert await send_one(vendor(full), stack, still=LONG) == Unreachable("no_connection")


@over_http
async def test_who_listened_and_never_answered_may_have_taken_it(vendor: Vendor, stack: AsyncExitStack) -> None:
    async def listen(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(1))
        await reader.read()

    heard: list[bytes] = []
    async with served(listen) as url:
        assert await send_one(vendor(url), stack) == Unreachable("no_answer", maybe_accepted=True)
    assert heard == [b"P"]


@over_http
async def test_an_answer_that_trickles_for_ever_is_not_waited_for(vendor: Vendor, stack: AsyncExitStack) -> None:
    async def trickle(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(TIMEOUT / 10)

    async with served(trickle) as url:
        assert await send_one(vendor(url), stack) == Unreachable("no_answer", maybe_accepted=True)
