"""Each call is counted and written down by its route's template: never by the address, which may name somebody."""

import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from app import metrics
from ground.ids import new_id

log = structlog.get_logger()

QUIET = frozenset({"/healthz", "/readyz", "/metrics"})


class Watching:
    """Measures every call; the id it gives a call stands in the log and in the answer's header."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        structlog.contextvars.clear_contextvars()
        call, began, status = new_id(), time.perf_counter(), 500
        structlog.contextvars.bind_contextvars(call=call)

        async def noted(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"request-id", call.encode())]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            _note(scope, status, time.perf_counter() - began)


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = _template(scope)
    method = scope["method"] if scope["method"] in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} else "OTHER"
    metrics.calls.labels(method, route, str(status)).inc()
    metrics.call_seconds.labels(method, route).observe(seconds)
    if route not in QUIET:
        log.info("call.answered", method=method, route=route, status=status, milliseconds=round(seconds * 1_000))


def _template(scope: Scope) -> str:
    """Return the route's template; of one that was included, with what it was included under."""
    route = scope.get("route")
    if route is None:
        return "unmatched"
    path = str(route.path)
    return f"/api/v1{path}" if scope["path"].startswith("/api/v1/") else path
