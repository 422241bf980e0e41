"""Faults to order: how the next answers of a peer go wrong."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

Answer = Callable[[], Awaitable[web.StreamResponse]]


class FaultKind(StrEnum):
    ERROR = "error"  # 500, and nothing was taken
    RUBBISH = "rubbish"  # taken, but the answer is 200 with something unreadable
    DROP = "drop"  # taken, but the connection is cut before the answer
    DELAY = "delay"  # taken, and answered `seconds` late
    THROTTLE = "throttle"  # 429, and nothing was taken; `seconds` is what the caller is told to wait


@dataclass(frozen=True, slots=True)
class Fault:
    kind: FaultKind
    seconds: float = 0.0


class Faults:
    """A queue of faults; each answer takes the first of them, and is as it should be when there is none."""

    def __init__(self) -> None:
        self._ordered: deque[Fault] = deque()

    def order(self, fault: Fault, times: int) -> None:
        self._ordered.extend([fault] * times)

    def clear(self) -> None:
        self._ordered.clear()

    def next(self) -> Fault | None:
        return self._ordered.popleft() if self._ordered else None


async def spoiled(fault: Fault, request: web.Request, answer: Answer) -> web.StreamResponse:
    """Answer as `fault` (ERROR, RUBBISH, DROP, DELAY) wants it; `answer` takes the message as usual."""
    if fault.kind is FaultKind.ERROR:
        return web.Response(status=500, text="<html>Internal Server Error</html>", content_type="text/html")
    if fault.kind is FaultKind.DELAY:
        response = await answer()
        await asyncio.sleep(fault.seconds)
        return response
    await answer()
    if fault.kind is FaultKind.DROP and request.transport is not None:
        request.transport.abort()
    return web.Response(status=200, text="<html>all is well</html>", content_type="text/html")
