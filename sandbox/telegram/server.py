"""The Bot API server: what a bot may call, answered as Telegram answers it (Bot API 10.0)."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.faults import Fault, FaultKind, Faults, spoiled
from sandbox.serving import World, serve
from sandbox.telegram import control
from sandbox.telegram.chats import Chats, Refusal
from sandbox.telegram.limits import Counting, Limits
from sandbox.telegram.things import Files
from sandbox.telegram.updates import Updates

TOKEN = "123456789:AAsandboxsandboxsandboxsandboxsand"  # noqa: S105 - made up; it opens nothing
LONGEST_POLL = 50  # seconds

Method = Callable[[Mapping[str, Any]], Awaitable[Any]]


class TelegramPeer:
    """One bot and the people who talk to it. Every chat id exists unless the director says otherwise."""

    name = "telegram"

    def __init__(self, world: World, token: str = TOKEN, limits: Limits | None = None) -> None:
        self.token = token
        self.bot = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "鸣锣", "username": "mingluo_bot"}
        self.chats = Chats(world.ledger, world.time, self.bot)
        self.counting = Counting(limits or Limits())
        self.files = Files()
        self.faults = Faults()
        self.refused = 0  # how often somebody was too fast
        self.updates: Updates
        self._methods: dict[str, Method] = {
            "getme": self._get_me,
            "sendmessage": self._send_message,
            "answercallbackquery": self._answer_callback_query,
            "editmessagereplymarkup": self._edit_reply_markup,
            "getfile": self._get_file,
            "getupdates": self._get_updates,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._set_webhook,
            "getwebhookinfo": self._webhook_info,
        }

    async def start(self, stack: AsyncExitStack) -> Mapping[str, Any]:
        patience = aiohttp.ClientTimeout(total=10)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=patience))
        self.updates = Updates(session)
        bringing = asyncio.create_task(self.updates.deliver())
        stack.callback(bringing.cancel)
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._called)
        app.router.add_get("/file/bot{token}/{path:.+}", self._fetched)
        return {"url": await serve(app, stack), "token": self.token}

    @property
    def controls(self) -> Sequence[web.RouteDef]:
        return control.controls(self)

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method = self._methods.get(request.match_info["method"].lower())
        if request.match_info["token"] != self.token:
            return _refused(401, "Unauthorized")
        if method is None:
            return _refused(404, "Not Found: method not found")
        given = await _given(request)

        async def answer() -> web.StreamResponse:
            try:
                return web.json_response({"ok": True, "result": await method(given)})
            except Refusal as refusal:
                return _refused(refusal.status, refusal.description, **refusal.parameters)

        fault = self.faults.next() if method in (self._send_message, self._get_me) else None
        return await self._spoiled(fault, request, answer) if fault else await answer()

    async def _spoiled(
        self, fault: Fault, request: web.Request, answer: Callable[[], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if fault.kind is FaultKind.THROTTLE:
            return _refused(429, "Too Many Requests: retry later", retry_after=int(fault.seconds) or 1)
        if fault.kind is FaultKind.ERROR:
            return _refused(500, "Internal Server Error")
        return await spoiled(fault, request, answer)

    async def _get_me(self, _given: Mapping[str, Any]) -> Any:
        return self.bot

    async def _send_message(self, given: Mapping[str, Any]) -> Any:
        chat = self.chats.reachable(given.get("chat_id"))
        wait = self.counting.too_soon(chat)
        if wait:
            self.refused += 1
            raise Refusal(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})
        return self.chats.receive(chat, str(given.get("text", "")), _json(given.get("reply_markup")))

    async def _get_file(self, given: Mapping[str, Any]) -> Any:
        found = self.files.find(str(given.get("file_id", "")))
        if found is None:
            raise Refusal(400, "Bad Request: invalid file_id")
        return found

    async def _fetched(self, request: web.Request) -> web.Response:
        content = self.files.at(request.match_info["path"]) if request.match_info["token"] == self.token else None
        return _refused(404, "Not Found") if content is None else web.Response(body=content)

    async def _answer_callback_query(self, given: Mapping[str, Any]) -> Any:
        self.chats.close_query(str(given.get("callback_query_id")), str(given.get("text", "")))
        return True

    async def _edit_reply_markup(self, given: Mapping[str, Any]) -> Any:
        return self.chats.edit(int(given["chat_id"]), int(given["message_id"]), _json(given.get("reply_markup")))

    async def _get_updates(self, given: Mapping[str, Any]) -> Any:
        if self.updates.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        patience = min(float(given.get("timeout", 0)), LONGEST_POLL)
        return await self.updates.since(int(given.get("offset", 0)), int(given.get("limit", 100)), patience)

    async def _set_webhook(self, given: Mapping[str, Any]) -> Any:
        self.updates.set_webhook(str(given.get("url", "")), str(given.get("secret_token", "")))
        return True

    async def _webhook_info(self, _given: Mapping[str, Any]) -> Any:
        waiting = len(self.updates.waiting)
        return {"url": self.updates.webhook, "has_custom_certificate": False, "pending_update_count": waiting}


async def _given(request: web.Request) -> Mapping[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    return {
        **request.query,
        **{name: value for name, value in (await request.post()).items() if isinstance(value, str)},
    }


def _json(value: Any) -> dict[str, Any]:
    loaded = json.loads(value) if isinstance(value, str) and value else value
    return loaded if isinstance(loaded, dict) else {}


def _refused(status: int, description: str, **parameters: Any) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=status)
