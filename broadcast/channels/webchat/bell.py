"""The bell: wakes the pages that are open when something was written for them, here or by another process.

An idle page costs nothing but its place in a table: what this process writes rings at once, and what others write is
asked for once a second, by one statement for all pages together.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

log = structlog.get_logger()
PAUSE: Final = 1.0  # seconds

Look = Callable[[Sequence[str]], Awaitable[Mapping[str, int]]]
"""Return which of these addresses were written to lately, with the number of the newest message."""


class Bell:
    """Knows which addresses have pages open."""

    def __init__(self) -> None:
        self._pages: dict[str, set[asyncio.Event]] = {}
        self._size = 0
        self.closed = False

    def __len__(self) -> int:
        return self._size

    def at(self, address: str) -> int:
        """Return how many pages are open there."""
        return len(self._pages.get(address, ()))

    @contextmanager
    def listening(self, address: str) -> Iterator[asyncio.Event]:
        """Yield what is set whenever something was written for the address."""
        woken = asyncio.Event()
        self._pages.setdefault(address, set()).add(woken)
        self._size += 1
        try:
            yield woken
        finally:
            self._size -= 1
            left = self._pages[address]
            left.discard(woken)
            if not left:
                del self._pages[address]

    def ring(self, addresses: Sequence[str]) -> None:
        for address in addresses:
            for woken in self._pages.get(address, ()):
                woken.set()

    def close(self) -> None:
        """Send every page away: the hub stops."""
        self.closed = True
        self.ring(list(self._pages))

    async def watch(self, look: Look) -> None:
        """Ring for what other processes write, for ever."""
        known: Mapping[str, int] = {}
        while True:
            await asyncio.sleep(PAUSE)
            if not self._pages:
                continue
            try:
                found = await look(list(self._pages))
                self.ring([address for address, newest in found.items() if known.get(address) != newest])
                known = found
            except (DBAPIError, OSError) as fault:
                log.warning("webchat.unwatched", fault=type(fault).__name__)
