"""Peers and how they are served: each on a port of its own on loopback, with one more door to direct them all."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web

from sandbox.clock import StoryTime
from sandbox.ledger import Ledger

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class World:
    """What all peers share."""

    state: Path
    time: StoryTime
    ledger: Ledger


class Peer(Protocol):
    """One vendor, network or crowd of devices."""

    name: str

    async def start(self, stack: AsyncExitStack) -> Mapping[str, Any]:
        """Serve; push the closing on `stack`; return the addresses and credentials that a client needs."""
        ...

    @property
    def controls(self) -> Sequence[web.RouteDef]:
        """The doors through which a test or the demo directs it, below /_sandbox/<name>/."""
        ...


async def serve(app: web.Application, stack: AsyncExitStack, port: int = 0) -> str:
    """Serve on loopback, on a free port unless one is named; return the address without a slash at its end."""
    runner = web.AppRunner(app, access_log=None, handler_cancellation=False, shutdown_timeout=1.0)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, LOOPBACK, port)
    await site.start()
    return f"http://{LOOPBACK}:{runner.addresses[0][1]}"
