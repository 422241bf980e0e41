"""The hub itself, from the plan to the last record: planner, JetStream, engine, a channel that accepts everything."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from time import perf_counter

from sqlalchemy import func, select

from app.broker.embedded import EmbeddedServer
from app.process.collecting import collect_seldom
from audiences.stores.targets import freezing
from audiences.targeting.target import Target
from bench.town import CODE
from broadcast.channels.base import Abilities
from broadcast.channels.memory import MemoryChannel, MemorySettings
from broadcast.content.compose import Words
from broadcast.content.message import Message
from broadcast.dispatch import plan, sweep
from broadcast.dispatch.engine import Engine
from broadcast.dispatch.hub import Hub
from broadcast.dispatch.receipts import ReceiptDesk
from broadcast.notices import Guarantee, Kind, Lane, Notice, NoticeDraft, Policy, Purpose
from broadcast.queues.jetstream import JetStreamQueue
from broadcast.stores import counters, notices
from broadcast.stores.tables import deliveries
from ground.actor import system
from ground.clock import DAY, WallClock
from ground.events import NewsDesk
from ground.transaction import Database

BENCH = system("bench")


async def run(database: Database, people: int, batch: int, folder: Path) -> float:
    """Return the seconds from the notice's row to the last record of `people` recipients."""
    channel = MemoryChannel(MemorySettings(remember=0), name="sms", abilities=Abilities(receipts=True, batch=batch))
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(EmbeddedServer(folder))
        queue = JetStreamQueue(broker.nats_url, user=broker.username, password=broker.password)
        await queue.start(stack)
        hub = Hub(database, WallClock(), NewsDesk(), queue, {"sms": channel})
        await channel.start(stack, ReceiptDesk(hub).take)
        await Engine(hub).start(stack)
        collect_seldom()
        began = perf_counter()
        notice = await _notice(hub)
        work = [asyncio.create_task(plan.run(hub)), asyncio.create_task(_sweep(hub))]
        try:
            await _until_done(hub, notice, people)
            return perf_counter() - began
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)


async def accepted(database: Database) -> int:
    """Return how many deliveries the rows call accepted: the end is checked there, never in a counter."""
    async with database.reading() as tx:
        done = deliveries.c.state == "accepted"
        return int(await tx.value(select(func.count()).select_from(deliveries).where(done)))


async def _notice(hub: Hub) -> Notice:
    now = hub.clock.now()
    async with hub.database.writing() as tx:
        audience = await freezing.ask(tx, BENCH, Target.of(f"residents({CODE})"), now)
        draft = NoticeDraft(
            origin="bench:1",
            kind=Kind.ALARM,
            purpose=Purpose.WARNINGS,
            lane=Lane.IMMEDIATE,
            guarantee=Guarantee.AT_LEAST_ONCE,
            drill=True,
            asks_answer=True,
            policy=Policy(("sms",)),
            audience=audience,
            area=None,
            expires=now + DAY,
            valid_from=now,
        )
        words = [Words("sms", "zh_CN", 0, Message("演练"))]
        return await notices.create(tx, BENCH, draft, words, now)


async def _sweep(hub: Hub) -> None:
    while True:
        await sweep.once(hub)
        await asyncio.sleep(0.5)


async def _until_done(hub: Hub, notice: Notice, people: int) -> None:
    while True:
        async with hub.database.reading() as tx:
            progress = await counters.by_channel(tx, BENCH, notice.id)
        if progress.get("sms", {}).get("accepted", 0) >= people:
            return
        await asyncio.sleep(0.1)
