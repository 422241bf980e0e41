"""A hub in miniature for tests: real database, real planner, engine and sweeper; a queue and channels in memory."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select, update

from audiences.stores.targets import freezing
from audiences.targeting.target import Target
from broadcast.channels.base import Abilities
from broadcast.channels.memory import MemoryChannel
from broadcast.content.compose import Words
from broadcast.content.message import Message
from broadcast.dispatch import growth, plan, sweep
from broadcast.dispatch.engine import Engine
from broadcast.dispatch.hub import Hub, Pace
from broadcast.dispatch.receipts import ReceiptDesk
from broadcast.notices import Guarantee, Kind, Lane, Notice, NoticeDraft, Policy, Purpose
from broadcast.queues.base import Ticket
from broadcast.queues.memory import MemoryQueue
from broadcast.stores import notices
from broadcast.stores.sending.ranges import unpublished
from broadcast.stores.tables import deliveries, ranges, retries
from ground.actor import system
from ground.clock import HOUR, HandClock
from ground.events import NewsDesk
from ground.transaction import Database
from tests.builders import NOON

TESTER = system("test")
CHAT = Abilities(receipts=False, buttons=3, batch=50)
SMS = Abilities(receipts=True, segments=True, batch=50)
SPEAKER = Abilities(receipts=True, audio=True, public=True, batch=10_000)


class Stage:
    """Holds a hub; `play` plans, sends and sweeps until nothing moves."""

    def __init__(self, database: Database, *, pace: Pace | None = None) -> None:
        self.clock = HandClock(NOON)
        self.channels = {
            "telegram": MemoryChannel(name="telegram", abilities=CHAT),
            "sms": MemoryChannel(name="sms", abilities=SMS),
            "speaker": MemoryChannel(name="speaker", abilities=SPEAKER),
        }
        self.queue = MemoryQueue()
        bare = Hub(database, self.clock, NewsDesk(), self.queue, self.channels, pace or Pace())
        self.hub = replace(bare, desk=NewsDesk([growth.subscription(bare)]))
        self.database = database
        self.engine = Engine(self.hub)
        self.receipts = ReceiptDesk(self.hub)

    async def start(self, stack: AsyncExitStack) -> None:
        await self.receipts.start(stack)
        for channel in self.channels.values():
            await channel.start(stack, self.receipts.take)

    async def notice(self, *rules: str, words: Sequence[Words] = (), **changes: Any) -> Notice:
        """Make a notice for the people whom the one-line rules name, ready to be planned."""
        async with self.database.writing() as tx:
            audience = None
            if rules:
                target = Target.of(*rules)
                audience = await freezing.ask(tx, TESTER, target, self.clock.now())
            draft = replace(self.draft(audience), **changes)
            return await notices.create(tx, TESTER, draft, words or self.words("a warning"), self.clock.now())

    def draft(self, audience: int | None) -> NoticeDraft:
        return NoticeDraft(
            origin="test:1",
            kind=Kind.ALARM,
            purpose=Purpose.WARNINGS,
            lane=Lane.IMMEDIATE,
            guarantee=Guarantee.AT_LEAST_ONCE,
            drill=False,
            asks_answer=True,
            policy=Policy(("telegram", "sms", "speaker")),
            audience=audience,
            area=None,
            expires=self.clock.now() + 6 * HOUR,
            valid_from=self.clock.now(),
        )

    def words(self, text: str) -> list[Words]:
        return [Words(channel, "zh_CN", 0, Message(text)) for channel in self.channels]

    async def plan(self) -> None:
        while await plan.plan_all(self.hub):
            pass

    async def tickets(self) -> Sequence[Ticket]:
        async with self.database.reading() as tx:
            return await unpublished(tx, TESTER, -1, 10_000)  # also what was published this very millisecond

    async def send(self) -> int:
        return sum([await self.engine.process(ticket) for ticket in await self.tickets()])

    async def play(self) -> None:
        """Plan, send and sweep until nothing moves any more."""
        for _ in range(50):
            await self.plan()
            sent = await self.send()
            if not sent + await sweep.once(self.hub):
                return
        raise AssertionError("it never comes to rest")

    async def let_leases_lapse(self) -> None:
        """Whoever holds a range is dead long enough."""
        async with self.database.writing() as tx:
            await tx.execute(update(ranges).where(ranges.c.state == "claimed").values(lease_until=0))

    async def hold_retries_back(self) -> None:
        """However slow the machine is, none falls due by itself."""
        async with self.database.writing() as tx:
            await tx.execute(update(retries).values(due_at=2**60))

    async def let_retries_be_due(self) -> None:
        async with self.database.writing() as tx:
            await tx.execute(update(retries).values(due_at=0))

    async def states(self, notice: Notice | None = None) -> Mapping[str, int]:
        """How many deliveries are in which state."""
        grouped = select(deliveries.c.state, func.count().label("n")).group_by(deliveries.c.state)
        if notice is not None:
            grouped = grouped.where(deliveries.c.notice_id == notice.id)
        async with self.database.reading() as tx:
            return {row.state: row.n for row in await tx.rows(grouped)}

    def heard(self, channel: str) -> list[str]:
        """The addresses a channel took something for, in order."""
        return [each.address for each in self.channels[channel].sent]
