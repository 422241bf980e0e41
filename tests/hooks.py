"""A bare HTTP server for the doors that channels and platforms declare, so that real peers can call them in tests."""

from collections.abc import Sequence
from contextlib import AsyncExitStack

from aiohttp import web

from broadcast.channels.base import Webhook, WebhookCall
from sandbox.serving import serve


class Hooks:
    """Mounts webhooks below /hooks at `url`; they may be added after it was started."""

    def __init__(self) -> None:
        self.url = ""
        self.statuses: list[int] = []
        self._doors: dict[tuple[str, str], Webhook] = {}

    async def start(self, stack: AsyncExitStack) -> None:
        app = web.Application()
        app.router.add_route("*", "/hooks/{path:.*}", self._called)
        self.url = await serve(app, stack)

    def mount(self, webhooks: Sequence[Webhook]) -> None:
        self._doors |= {(door.method, door.path): door for door in webhooks}

    async def _called(self, request: web.Request) -> web.Response:
        door = self._doors.get((request.method, request.match_info["path"]))
        if door is None:
            return web.Response(status=404)
        call = WebhookCall(
            method=request.method,
            url=f"{self.url}{request.path_qs}",
            headers={name.lower(): value for name, value in request.headers.items()},
            query=dict(request.query),
            body=await request.read(),
        )
        answer = await door.answer(call)
        self.statuses.append(answer.status)
        return web.Response(status=answer.status, body=answer.body, headers={"Content-Type": answer.content_type})
