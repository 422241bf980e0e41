"""The description of the API as a page: what there is to call, from the same OpenAPI that machines read."""

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.pages.routes import POLICY

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
