"""The contract of a queue: it carries ids of ranges from planning to the engine, by lane and channel.

The queue is never the memory: whatever it loses is published again from the `ranges` table.
"""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Protocol

from broadcast.notices import Lane


@dataclass(frozen=True, slots=True)
class Ticket:
    """One range to be worked on. `claims` tells a range that lapsed and comes again from a repeated publication."""

    range: int
    lane: Lane
    channel: str
    claims: int = 0


class Taken(Protocol):
    """A ticket in hand: `done` acknowledges it, `later` gives it back; said twice, it is ignored."""

    ticket: Ticket

    async def done(self) -> None: ...

    async def later(self, seconds: float) -> None: ...


class Queue(Protocol):
    async def start(self, stack: AsyncExitStack) -> None:
        """Connect; push the closing on `stack`."""
        ...

    async def publish(self, tickets: Sequence[Ticket]) -> None:
        """Hand over tickets, at least once each; raises QueueAway if that is not sure."""
        ...

    async def take(self, lane: Lane, channel: str, limit: int, patience: float) -> Sequence[Taken]:
        """Wait up to `patience` real seconds for up to `limit` tickets; none is an empty answer, not an error."""
        ...
