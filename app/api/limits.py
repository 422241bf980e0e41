"""How much a caller may send, and what every answer carries for the browser's safety; both stand before any route."""

from collections.abc import MutableMapping, Sequence
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import BodyTooLarge

CLOSED_TO_BROWSERS = "default-src 'none'; frame-ancestors 'none'"
SAFE = {  # unless a page says something of its own
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": CLOSED_TO_BROWSERS,
    "Cache-Control": "no-store",
}


class BodyLimit:
    """Refuses bodies that are too large: by what they announce, and by what really comes."""

    def __init__(self, app: ASGIApp, limits: Sequence[tuple[str, int]]) -> None:
        """Take limits as (beginning of the path, bytes); the first that fits counts."""
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next(size for beginning, size in self._limits if scope["path"].startswith(beginning))
        announced = Headers(scope=scope).get("Content-Length", "0")
        too_large = BodyTooLarge(limit=limit)
        came = 0

        async def measured() -> Message:
            nonlocal came
            if not announced.isdigit() or int(announced) > limit:
                raise too_large
            message = await receive()
            came += len(message.get("body", b""))
            if came > limit:
                raise too_large
            return message

        await self._app(scope, measured, send)


class SafetyHeaders:
    """Adds what keeps a browser from guessing, framing, caching or telling others."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dressed(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, dressed if scope["type"] == "http" else send)
