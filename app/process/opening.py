"""Opening the house: broker, queue, channels, receipts, engine and planner, each closed in reverse."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import structlog

from app.broker.embedded import EmbeddedServer
from app.broker.gateways import accounts_of, keep_told
from app.errors import WorkerNeedsQueue
from app.house import House
from app.process import folder
from app.process.checking import queue_answers
from app.scheduler import Round
from app.settings import Settings
from app.switchboard.between import between
from app.wiring import build_channels, build_platforms, connect
from audiences.importing.run import Interrupted, resume_imports
from bot.platforms.base import Platform
from broadcast.dispatch import plan
from broadcast.dispatch.engine import Engine
from broadcast.dispatch.hub import Hub
from broadcast.dispatch.receipts import ReceiptDesk
from broadcast.queues.jetstream import JetStreamQueue
from templates import rendering

log = structlog.get_logger()

EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True)
class Opened:
    """What there is to run: the ways in are not read yet."""

    hub: Hub
    platforms: Sequence[Platform]
    rounds: Sequence[Round]  # that the broker asks for


async def open_house(house: House, stack: AsyncExitStack) -> Opened:
    """Start broker, queue, receipts and channels; words are made ready meanwhile."""
    await asyncio.to_thread(rendering.load_all)
    queue, rounds = await _start_queue(house, stack)
    build_channels(house)
    house.checks["queue"] = lambda: queue_answers(queue)
    hub = connect(house, queue)
    receipts = ReceiptDesk(hub)
    await receipts.start(stack)
    for channel in house.channels.values():
        await channel.start(stack, receipts.take)
    platforms = build_platforms(house)
    house.platforms.update({each.name: each for each in platforms})
    doors = [*(each.webhooks for each in house.channels.values()), *(each.webhooks for each in platforms)]
    house.webhooks = [door for some in doors for door in some]
    return Opened(hub, platforms, rounds)


async def send(hub: Hub, stack: AsyncExitStack) -> None:
    """Set the engine's crews to work."""
    await Engine(hub).start(stack)


@asynccontextmanager
async def planning(hub: Hub) -> AsyncIterator[None]:
    """Plan and publish for the block."""
    planner = asyncio.create_task(plan.run(hub), name="planner")
    try:
        yield
    finally:
        planner.cancel()
        await asyncio.gather(planner, return_exceptions=True)


@asynccontextmanager
async def finishing(house: House, left: Interrupted) -> AsyncIterator[None]:
    """Finish interrupted imports beside everything else: a large file must not keep warnings and deadlines waiting."""
    work = resume_imports(house.database, left, clock=house.clock, desk=house.desk)
    finisher = asyncio.create_task(work, name="imports")
    try:
        yield
    finally:
        finisher.cancel()
        await asyncio.gather(finisher, return_exceptions=True)


async def _start_queue(house: House, stack: AsyncExitStack) -> tuple[JetStreamQueue, Sequence[Round]]:
    rounds: list[Round] = []
    if house.settings.nats == EMBEDDED:
        accounts = await accounts_of(house)
        server = EmbeddedServer(house.settings.data / "broker", accounts, host=house.settings.broker_host)
        house.broker = await stack.enter_async_context(server)
        rounds.append(keep_told(house, server))
        queue = JetStreamQueue(house.broker.nats_url, user=house.broker.username, password=house.broker.password)
    else:
        queue = queue_at(house.settings.nats)
    await queue.start(stack)
    return queue, rounds


@asynccontextmanager
async def switched(house: House) -> AsyncIterator[None]:
    """Let the pages of video checks speak to each other for the block, whichever hub each of them has reached."""
    broker = house.broker
    reached = (broker.nats_url, broker.username, broker.password) if broker else _taken_apart(house.settings.nats)
    async with between(*reached) as carrier:
        house.switchboard.connect(carrier)
        yield


def queue_at(address: str) -> JetStreamQueue:
    """Return the queue at `nats://user:password@host:port`."""
    bare, user, password = _taken_apart(address)
    return JetStreamQueue(bare, user=user, password=password)


def _taken_apart(address: str) -> tuple[str, str | None, str | None]:
    """Return an address without its credentials, which are handed over apart."""
    parts = urlsplit(address)
    bare = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    return bare, _plain(parts.username), _plain(parts.password)


def queue_of_hub(settings: Settings) -> str:
    """Return the queue's address as a worker finds it: set, or in the word that the hub left on the same folder."""
    if settings.nats != EMBEDDED:
        return settings.nats
    address = folder.read_word(settings.data).get("nats")
    if address is None:
        raise WorkerNeedsQueue
    return str(address)


def _plain(quoted: str | None) -> str | None:
    return unquote(quoted) if quoted else None
