"""The engine: claim (a transaction), send (none), record (a transaction); one crew per channel and lane.

One bad recipient, channel or provider stops nothing else: each channel and lane has its own consumers, and whatever
raises is logged while the lease sees to the rest.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, aclosing

import structlog
from sqlalchemy.exc import DBAPIError

from broadcast.channels.base import Accepted, Channel
from broadcast.content.message import Message
from broadcast.dispatch.hub import Hub
from broadcast.dispatch.sending import Hand, Place, Sending
from broadcast.notices import Lane
from broadcast.queues.base import Taken, Ticket
from broadcast.stores import notices, stops
from broadcast.stores.sending import claims, endings, ranges, records, retries
from broadcast.stores.sending.claims import Claimed
from broadcast.stores.sending.ranges import Range
from broadcast.stores.sending.records import Sent
from ground.actor import system
from ground.clock import SECOND, machine_now
from ground.ids import new_id
from ground.transaction import Transaction

log = structlog.get_logger()
ENGINE = system("engine")
PATIENCE = 2.0  # seconds that one look at the queue waits
SOON = 5.0  # seconds after which a ticket that met a fault comes again
FAREWELL = 5.0  # seconds that a sending may still take when the hub stops
RECORD_PAUSES = (0.1, 0.5, 2.0)  # seconds before a record that the database refused is tried again
WORDS_AT_HAND = 50


class Engine:
    """The crews of one process."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.name = f"engine-{new_id()}"
        self._words: dict[int, Mapping[Place, Message]] = {}
        self._sending: set[asyncio.Task[None]] = set()
        self._closing = False

    async def start(self, stack: AsyncExitStack) -> None:
        """Set the crews to work. Closing `stack` lets whoever is sending finish, for a while."""
        crew = [
            asyncio.create_task(self._work(lane, name), name=f"{name}:{lane}")
            for name in self._hub.channels
            for lane in Lane
            for _ in range(self._hub.pace.workers[lane.value])
        ]
        stack.push_async_callback(self._dismiss, crew)

    async def _dismiss(self, crew: Sequence[asyncio.Task[None]]) -> None:
        self._closing = True
        for task in crew:
            if task not in self._sending:
                task.cancel()
        _, late = await asyncio.wait(crew, timeout=FAREWELL) if crew else ((), ())
        for task in late:
            task.cancel()
        await asyncio.gather(*crew, return_exceptions=True)

    async def _work(self, lane: Lane, channel: str) -> None:
        while not self._closing:
            try:
                taken = await self._hub.queue.take(lane, channel, 1, PATIENCE)
            except Exception:  # the queue is no memory: whatever it loses is published again
                log.exception("queue.failed", lane=lane, channel=channel)
                await asyncio.sleep(1)
                continue
            for each in taken:
                await self._handle(each)

    async def _handle(self, taken: Taken) -> None:
        me = asyncio.current_task()
        self._sending.add(me) if me else None
        try:
            await self.process(taken.ticket)
            await taken.done()
        except Exception:  # the lease lapses and the sweeper takes the range back
            log.exception("range.failed", range=taken.ticket.range, channel=taken.ticket.channel)
            await taken.later(SOON)
        finally:
            self._sending.discard(me) if me else None

    async def process(self, ticket: Ticket) -> int:
        """Claim a range, send what may be sent, record what became of it; return how many were sent."""
        hand = await self._claim(ticket)
        if hand is None:
            return 0
        channel = self._hub.channels[hand.held.channel]
        holding = asyncio.create_task(self._hold(hand.held))
        try:
            await self._send(channel, hand)
        finally:
            holding.cancel()
            await asyncio.gather(holding, return_exceptions=True)
        return len(hand.batch)

    async def _claim(self, ticket: Ticket) -> Hand | None:
        hub = self._hub
        async with hub.database.writing() as tx:
            held = await ranges.claim(tx, ENGINE, ticket.range, self.name, hub.pace.lease)
            if held is None:
                return None
            notice = await notices.load(tx, ENGINE, held.notice)
            batch: Sequence[Claimed] = ()
            stopped = await stops.stopped(tx, ENGINE, notice.id, held.channel)
            if not stopped and not notice.closed(hub.clock.now()):
                batch = await claims.claim_deliveries(tx, ENGINE, notice, held, machine_now(), hub.clock.now())
            if not batch:
                await self._leave(tx, held, ranges.State.HELD if stopped else ranges.State.DONE)
                return None
            return Hand(held, notice, batch, await self._words_of(tx, notice.id))

    async def _leave(self, tx: Transaction, held: Range, state: ranges.State) -> None:
        """Nothing of a range may be sent now. That of a closed notice waits for the sweeper to turn it to its end."""
        if (await notices.load(tx, ENGINE, held.notice)).closed(self._hub.clock.now()):
            await endings.reopen(tx, ENGINE, held.notice)
            state = ranges.State.PUBLISHED
        await ranges.settle(tx, ENGINE, held, self.name, state)
        if held.again and state is ranges.State.DONE:
            await retries.forget_range(tx, ENGINE, held.id)

    async def _words_of(self, tx: Transaction, notice_id: int) -> Mapping[Place, Message]:
        """Words never change once a notice has them, so the last few are kept at hand."""
        if notice_id not in self._words:
            if len(self._words) >= WORDS_AT_HAND:
                del self._words[next(iter(self._words))]
            words = await notices.words_of(tx, ENGINE, notice_id)
            self._words[notice_id] = {(each.channel, each.language, each.rule): each.message for each in words}
        return self._words[notice_id]

    async def _hold(self, held: Range) -> None:
        """Renew the lease for as long as the provider takes; without us it lapses by itself."""
        while True:
            await asyncio.sleep(self._hub.pace.lease / 3 / SECOND)
            try:
                async with self._hub.database.writing() as tx:
                    await ranges.renew(tx, ENGINE, held, self.name, self._hub.pace.lease)
            except Exception:  # the database is away for a moment: there are two more turns in a lease
                log.exception("lease.unrenewed", range=held.id)

    async def _send(self, channel: Channel, hand: Hand) -> None:
        """Send a batch and record outcomes as they come; what the channel forgot may have gone out."""
        sending = Sending(channel, hand)
        async with aclosing(sending.as_they_come(self._hub.pace.record_every)) as batches:
            async for sent in batches:
                await self._record(channel, hand, sent)
        if sending.fault is not None:  # a channel must not raise; if it does, nobody knows what it sent
            log.error("channel.failed", channel=channel.name, notice=hand.notice.id, exc_info=sending.fault)
        await self._record(channel, hand, sending.rest(), last=True)

    async def _record(self, channel: Channel, hand: Hand, sent: Sequence[Sent], *, last: bool = False) -> None:
        """Record, and try again for as long as the lease may last: what is not recorded is sent once more."""
        for pause in RECORD_PAUSES:
            try:
                await self._write_record(channel, hand, sent, last=last)
            except DBAPIError as fault:
                log.warning("record.refused", range=hand.held.id, fault=type(fault.orig).__name__)
                await asyncio.sleep(pause)
            else:
                return
        await self._write_record(channel, hand, sent, last=last)

    async def _write_record(self, channel: Channel, hand: Hand, sent: Sequence[Sent], *, last: bool) -> None:
        silence_counts = channel.abilities.receipts or hand.notice.asks_answer
        hub, held, now = self._hub, hand.held, self._hub.clock.now()
        async with hub.database.writing() as tx:
            if last:
                ours = await ranges.settle(tx, ENGINE, held, self.name, ranges.State.DONE)
            else:
                ours = await ranges.renew(tx, ENGINE, held, self.name, hub.pace.lease)
            taken = sum(isinstance(each.result, Accepted) for each in sent)
            await stops.count_sent(tx, ENGINE, held.notice, held.channel, taken)
            if not ours:
                log.warning("lease.overrun", range=held.id, notice=held.notice)
                await records.record_late(tx, ENGINE, hub.desk, sent, now)
                return
            await records.record(
                tx, ENGINE, hub.desk, hand.notice, held.channel, sent, now, silence_counts=silence_counts
            )
            if last and held.again:
                await retries.forget_range(tx, ENGINE, held.id)
