"""A queue in memory: the reference for the contract, and enough for unit tests. It forgets when the process ends."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from broadcast.notices import Lane
from broadcast.queues.base import Taken, Ticket


@dataclass(slots=True)
class _Held:
    """A ticket in hand."""

    ticket: Ticket
    queue: "MemoryQueue"
    open: bool = field(default=True)

    async def done(self) -> None:
        self.open = False

    async def later(self, seconds: float) -> None:
        if self.open:
            self.open = False
            self.queue.put_later(self.ticket, seconds)


class MemoryQueue:
    """Tickets by lane and channel, first come first served."""

    def __init__(self) -> None:
        self._waiting: defaultdict[tuple[Lane, str], asyncio.Queue[Ticket]] = defaultdict(asyncio.Queue)

    async def start(self, stack: AsyncExitStack) -> None:
        stack.callback(self._waiting.clear)

    async def publish(self, tickets: Sequence[Ticket]) -> None:
        for ticket in tickets:
            self._waiting[ticket.lane, ticket.channel].put_nowait(ticket)

    async def take(self, lane: Lane, channel: str, limit: int, patience: float) -> Sequence[Taken]:
        waiting = self._waiting[lane, channel]
        try:
            first = await asyncio.wait_for(waiting.get(), patience)
        except TimeoutError:
            return []
        taken = [first]
        while len(taken) < limit and not waiting.empty():
            taken.append(waiting.get_nowait())
        return [_Held(ticket, self) for ticket in taken]

    def put_later(self, ticket: Ticket, seconds: float) -> None:
        waiting = self._waiting[ticket.lane, ticket.channel]
        asyncio.get_running_loop().call_later(seconds, waiting.put_nowait, ticket)
