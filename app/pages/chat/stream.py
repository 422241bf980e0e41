"""The stream to an open page: server-sent events, numbered so that a browser goes on where it broke off."""

import json
import random
from collections.abc import AsyncIterator
from typing import Any, Final

from fastapi import Response
from fastapi.responses import StreamingResponse

from app.errors import TooManyPages
from app.pages.chat.guard import Visit
from broadcast.stores.webchat import Line

KIND: Final = "text/event-stream"
BEAT: Final = b"event: beat\ndata:\n\n"
HEADERS: Final = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}  # a proxy must not collect what is for now
LONGEST_ID: Final = 40


def streamed(visit: Visit, after: str) -> Response:
    """Return a stream of what this browser is told after the line of that id, until the page or the hub goes."""
    channel, address = visit.platform.channel, visit.session.address
    here, all_here = channel.bell.at(address), len(channel.bell)
    if channel.bell.closed or here >= channel.settings.streams_per_browser or all_here >= channel.settings.streams:
        raise TooManyPages
    return StreamingResponse(_events(visit, after[:LONGEST_ID]), media_type=KIND, headers=HEADERS)


async def _events(visit: Visit, after: str) -> AsyncIterator[bytes]:
    yield b"retry: %d\n" % random.randrange(1_000, 4_000)  # noqa: S311 - so that not all come back at one moment
    async for lines in visit.platform.channel.follow(visit.session.address, after):
        yield b"".join(_event(line) for line in lines) + BEAT


def shown(line: Line) -> dict[str, Any]:
    """Return a line as the page's script reads it."""
    return {"seq": line.seq, "delivery": str(line.key), "at": line.at, **line.message}


def _event(line: Line) -> bytes:
    written = json.dumps(shown(line), ensure_ascii=False, separators=(",", ":"))
    return f"id: {line.id}\ndata: {written}\n\n".encode()
