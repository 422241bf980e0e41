"""A batch sent one by one, many at a time: each sending has its own outcome, and none can spoil another's."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import structlog

from broadcast.channels.base import Accepted, Outcome, Outgoing
from broadcast.channels.errors import SendError, Unreachable

log = structlog.get_logger()

Send = Callable[[Outgoing], Awaitable[Accepted | SendError]]


async def one_by_one(batch: Sequence[Outgoing], send: Send) -> AsyncIterator[Outcome]:
    """Send all of `batch` at the pace that `send` keeps, and yield the outcomes as they come."""
    outcomes: asyncio.Queue[Outcome] = asyncio.Queue()

    async def send_one(outgoing: Outgoing) -> None:
        outcomes.put_nowait(Outcome(outgoing.key, await _result(outgoing, send)))

    sendings = [asyncio.create_task(send_one(outgoing)) for outgoing in batch]
    try:
        for _ in sendings:
            yield await outcomes.get()
    finally:
        for sending in sendings:
            sending.cancel()
        await asyncio.gather(*sendings, return_exceptions=True)


async def _result(outgoing: Outgoing, send: Send) -> Accepted | SendError:
    try:
        return await send(outgoing)
    except Exception as fault:  # noqa: BLE001 - one sending that goes wrong in an unknown way must not stop the others
        # The fault's own text may hold an address; its kind does not.
        log.error("sending.broken", delivery=str(outgoing.key), fault=type(fault).__name__)  # noqa: TRY400 - no traceback: it may hold an address
        return Unreachable("broken", maybe_accepted=True)
