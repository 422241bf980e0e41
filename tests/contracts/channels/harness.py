"""What the contract suite needs to know of a channel: how to reach it, and how to make its provider misbehave.

A new channel adds one Bench to HARNESSES in tests/contracts/channels/harnesses.py, and no test.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from broadcast.channels.base import Channel, Receipt


class Trouble(StrEnum):
    """What can be wrong with the provider for the next sendings."""

    THROTTLED = "throttled"  # too fast: try again in one second
    RUBBISH = "rubbish"  # taken, but the answer cannot be read
    CUT = "cut"  # taken, but the connection breaks before the answer
    DOWN = "down"  # an error of its own, nothing taken
    SLOW = "slow"  # no answer within the channel's time-out


Start = Callable[[Path, float], AbstractAsyncContextManager["Harness"]]
"""Starts a channel in a folder, with the seconds after which an answer comes too late."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One channel as it stands to be tried: how it is started, and what its provider can suffer."""

    start: Start
    receipts: bool = False  # does it declare receipts?
    provider: bool = True  # is there anything that could be away?
    troubles: frozenset[Trouble] = frozenset(Trouble)  # a channel without a provider that answers has none


class Harness(Protocol):
    """One channel, started, with its provider in the sandbox."""

    secrets: Sequence[str]  # what may never be seen in a repr or in the log
    receipts: list[Receipt]  # what came through the sink

    @property
    def channel(self) -> Channel: ...

    def address(self, number: int) -> str:
        """Return the `number`th good address, each another."""
        ...

    async def lose(self, address: str) -> None:
        """Make `address` one that is gone for ever."""
        ...

    async def trouble(self, trouble: Trouble, times: int = 1) -> None:
        """Put the provider in trouble for its next `times` sendings."""
        ...

    async def unplug(self) -> None:
        """Take the provider away: nobody listens at its address any more."""
        ...

    async def heard(self, address: str) -> Sequence[str]:
        """Return the texts that arrived at `address`, oldest first."""
        ...

    async def settle(self) -> None:
        """Wait until every receipt that is to come has come."""
        ...
