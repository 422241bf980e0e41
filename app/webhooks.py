"""The doors of channels and platforms, mounted below /hooks: each verifies its caller itself; a GET never answers."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response

from app.house import House
from broadcast.channels.base import Webhook, WebhookCall


def mount(application: FastAPI, house: House) -> None:
    """Add every declared door to the application."""
    for door in house.webhooks:
        application.add_api_route(
            f"/hooks/{door.path}", _opener(door, house.public_url), methods=[door.method], include_in_schema=False
        )


def _opener(door: Webhook, public_url: str) -> Callable[[Request], Awaitable[Response]]:
    async def open_door(request: Request) -> Response:
        answer = await door.answer(
            WebhookCall(
                method=request.method,
                url=_as_signed(request, public_url),
                headers=dict(request.headers),
                query=dict(request.query_params),
                body=await request.body(),
            )
        )
        return Response(answer.body, answer.status, media_type=answer.content_type)

    return open_door


def _as_signed(request: Request, public_url: str) -> str:
    """Return the address that the vendor called and signed, whatever stands between it and us."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{public_url}{request.url.path}{query}"
