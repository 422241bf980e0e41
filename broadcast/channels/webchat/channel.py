"""The web chat channel: a row per message, a stream for every open page, a receipt when the page has it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any, Final

from sqlalchemy.exc import DBAPIError

from broadcast.channels.base import Accepted, Health, Outcome, Outgoing, Receipt, ReceiptSink, Webhook, Word
from broadcast.channels.errors import Gone, SendError, Unreachable
from broadcast.channels.kind import Surroundings
from broadcast.channels.webchat.allowance import Allowance
from broadcast.channels.webchat.bell import Bell
from broadcast.channels.webchat.session import ADDRESS
from broadcast.channels.webchat.settings import ABILITIES, WebchatSettings
from broadcast.stores import webchat
from broadcast.stores.webchat import Line, Told
from ground.actor import system
from ground.clock import SECOND, machine_now
from ground.transaction import Dialect

WRITER = system("webchat")
BEAT: Final = 10.0  # seconds after which a page hears that we are still there
LONGEST: Final = 15 * 60.0  # seconds after which a page is asked to come again, and so reads the rows anew
LATELY: Final = 30 * SECOND  # how far back what others wrote is asked for: further than a transaction takes


class WebchatChannel:
    name = webchat.CHANNEL
    abilities = ABILITIES
    account = webchat.CHANNEL

    def __init__(self, settings: WebchatSettings, surroundings: Surroundings) -> None:
        self.settings = settings
        self.bell = Bell()
        self.of_browser = Allowance(settings.per_browser)
        self.of_network = Allowance(settings.per_network)
        self._database = surroundings.database
        self._clock = surroundings.clock
        self._sink: ReceiptSink | None = None

    async def start(self, stack: AsyncExitStack, sink: ReceiptSink) -> None:
        self._sink = sink
        if self._database.dialect is Dialect.POSTGRESQL:  # SQLite has one process, which rings by itself
            watching = asyncio.create_task(self.bell.watch(self._written_lately), name="webchat")
            stack.push_async_callback(_end, watching)
        stack.callback(self.bell.close)

    async def send(self, batch: Sequence[Outgoing]) -> AsyncIterator[Outcome]:
        if not batch:
            return
        readable = [each for each in batch if ADDRESS.fullmatch(each.address)]
        told = [Told(each.key, each.address, _packed(each)) for each in readable]
        try:
            async with self._database.writing() as tx:
                ended = await webchat.write(tx, WRITER, told, self._clock.now()) if told else set()
        except (DBAPIError, OSError):
            for each in batch:
                yield Outcome(each.key, Unreachable("database"))
            return
        self.bell.ring([each.address for each in told])
        for each in batch:
            yield Outcome(each.key, self._result(each, ended))

    async def probe(self) -> Health:
        """Its provider is our own database."""
        try:
            await self.lines_after("", "")
        except (DBAPIError, OSError):
            return Health(well=False, reason="database")
        return Health(well=True)

    @property
    def webhooks(self) -> Sequence[Webhook]:
        """None: no vendor calls. Its doors are the page's own, in app/pages/chat."""
        return ()

    async def lines_after(self, address: str, after: str) -> Sequence[Line]:
        """Return what this browser was told after the line of that id; "" is before the first."""
        async with self._database.reading() as tx:
            return await webchat.lines_after(tx, WRITER, address, after)

    async def follow(self, address: str, after: str) -> AsyncIterator[Sequence[Line]]:
        """Yield new lines as they are written, and an empty sequence when there was nothing for a while."""
        leaves = asyncio.get_running_loop().time() + LONGEST
        with self.bell.listening(address) as woken:
            while not self.bell.closed and asyncio.get_running_loop().time() < leaves:
                woken.clear()
                lines = await self.lines_after(address, after)
                if lines:
                    after = lines[-1].id
                yield lines
                with suppress(TimeoutError):
                    async with asyncio.timeout(BEAT):
                        await woken.wait()

    async def acknowledge(self, address: str, seqs: Sequence[int]) -> None:
        """Take the page's word that it has these; what it says again, or of others' messages, is nothing new."""
        if self._sink is None:
            raise RuntimeError("the channel was not started")
        now = self._clock.now()
        async with self._database.reading() as tx:
            keys = await webchat.unseen(tx, WRITER, address, seqs)
        if not keys:
            return
        await self._sink(
            [Receipt(self.account, str(key), Word.DELIVERED, "seen", key=key, happened_at=now) for key in keys]
        )
        async with self._database.writing() as tx:
            await webchat.seen(tx, WRITER, address, seqs, now)

    async def end(self, address: str) -> None:
        """Erase what was told to a browser whose owner clears it; nothing is written there any more."""
        async with self._database.writing() as tx:
            await webchat.end(tx, WRITER, address)

    def _result(self, outgoing: Outgoing, ended: set[str]) -> Accepted | SendError:
        if outgoing.address in ended:
            return Gone("ended")
        if not ADDRESS.fullmatch(outgoing.address):
            return Gone("no_session")
        return Accepted(self.account, str(outgoing.key))

    async def _written_lately(self, listening: Sequence[str]) -> Mapping[str, int]:
        async with self._database.reading() as tx:
            return await webchat.newly_told(tx, WRITER, listening, machine_now() - LATELY)


def _packed(outgoing: Outgoing) -> Mapping[str, Any]:
    message = outgoing.message
    return {
        "text": message.text,
        "choices": [{"key": each.key, "label": each.label} for each in message.choices],
        "wants": message.wants,
        "drill": outgoing.drill,
    }


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
