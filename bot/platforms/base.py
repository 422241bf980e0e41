"""The contract of a platform: what one vendor brings becomes turns; its channel's account does the rest."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Protocol

from bot.turns import Incoming, Reply
from broadcast.channels.base import Webhook
from broadcast.channels.kind import Surroundings

Hear = Callable[[Incoming], Awaitable[Reply | None]]
"""Dialogue.hear: returns when the turn is safely kept; raises if it is not, and then the vendor must repeat it."""


class Platform(Protocol):
    """One vendor's way in."""

    name: str

    async def start(self, stack: AsyncExitStack) -> None:
        """Begin to read; push the end on `stack`. Must not fail because the vendor is away."""
        ...

    @property
    def webhooks(self) -> Sequence[Webhook]:
        """The doors it needs; empty if none."""
        ...


@dataclass(frozen=True, slots=True)
class PlatformKind:
    """One line of registration in PLATFORMS: a platform lives where its channel is switched on."""

    name: str
    channel: str  # the name in CHANNELS of the channel whose account it shares
    build: Callable[[Any, Surroundings, Hear], Platform]  # from that channel's object
