"""The description of the API as a page: what there is to call, from the same OpenAPI that machines read."""

from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.api.problem import name_of, status_of
from app.pages.routes import POLICY
from ground.errors import MingluoError

router = APIRouter(include_in_schema=False)


@router.get("/api")
async def show_description(request: Request) -> Response:
    schema: dict[str, Any] = request.app.openapi()
    groups: dict[str, list[str]] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["other"])[0]
            groups.setdefault(tag, []).append(_line(method, path, operation))
    parts = "".join(f"<h2>{escape(tag)}</h2><ul class=missing>{''.join(lines)}</ul>" for tag, lines in groups.items())
    return HTMLResponse(FRAME.format(parts=parts), headers={"Content-Security-Policy": POLICY})


@router.get("/problems/{name}")
async def explain_problem(name: str) -> Response:
    """Say what a kind of problem is: its `type` leads here."""
    words = next((_words(kind) for kind in _kinds(MingluoError) if name_of(kind).replace(" ", "-") == name), None)
    if words is None:
        return Response(f"No kind of problem is called {name}.", 404, media_type="text/plain")
    return Response(words, media_type="text/plain; charset=utf-8")


def _words(kind: type[MingluoError]) -> str:
    return f"{name_of(kind).capitalize()} (HTTP {status_of(kind)})\n\n{' '.join((kind.__doc__ or '').split())}\n"


def _kinds(root: type[MingluoError]) -> Iterator[type[MingluoError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from _kinds(kind)


def _line(method: str, path: str, operation: dict[str, Any]) -> str:
    says = escape(operation.get("description", ""))
    return f"<li><code><b>{method.upper()}</b> {escape(path)}</code><br>{says}</li>"


FRAME = """<!doctype html><html lang=en><head><meta charset=utf-8><title>Mingluo: the API</title>
<meta name=viewport content="width=device-width, initial-scale=1"><link rel=stylesheet href=/pages/style.css></head>
<body><header><strong>Mingluo: the API</strong><a href=/openapi.json>openapi.json</a></header><main>
<section class=card><h1>What can be called</h1>
<p>Send <code>Authorization: Bearer mlt_…</code>. Unsafe calls take <code>Idempotency-Key</code> and
<code>?dry_run=true</code>; whatever goes wrong is <code>application/problem+json</code> and says what to do.</p>
{parts}</section></main></body></html>"""
