"""Whether a try over HTTP may have reached the provider.

No error tells that: one and the same time-out may end the wait for a connection or the wait for an answer. So it is
watched in aiohttp itself, where the head of the request is about to be written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import SimpleNamespace

from aiohttp import ClientSession, ClientTimeout, TraceConfig, TraceRequestHeadersSentParams

from broadcast.channels.errors import Unreachable


@dataclass(slots=True)
class Attempt:
    """One try; `written` once something of it may be on its way."""

    written: bool = False

    def unanswered(self) -> Unreachable:
        """Return what it means that this try ended without an answer."""
        return Unreachable("no_answer", maybe_accepted=True) if self.written else Unreachable("no_connection")


_under_way: ContextVar[Attempt | None] = ContextVar("attempt", default=None)


@contextmanager
def attempt() -> Iterator[Attempt]:
    """Watch the one request that is made inside, by a session that `traces` watches."""
    trying = Attempt()
    token = _under_way.set(trying)
    try:
        yield trying
    finally:
        _under_way.reset(token)


def patience(seconds: float) -> ClientTimeout:
    """Wait `seconds` for a connection and `seconds` for an answer: a slow connection takes nothing from the answer."""
    return ClientTimeout(total=2 * seconds, connect=seconds, sock_read=seconds)


def traces() -> TraceConfig:
    """Return what a session needs so that its tries are watched."""
    watch = TraceConfig()
    watch.on_request_headers_sent.append(_written)
    watch.freeze()
    return watch


async def _written(_session: ClientSession, _context: SimpleNamespace, _sent: TraceRequestHeadersSentParams) -> None:
    trying = _under_way.get()
    if trying is not None:
        trying.written = True
