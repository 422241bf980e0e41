"""The Twilio API server: POST …/Messages.json with basic auth, then statuses by signed call-back; the account.

Calls are in telephony/.
"""

import base64
import secrets
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
from aiohttp import web

from sandbox.faults import Answer, FaultKind, Faults, spoiled
from sandbox.serving import World, serve
from sandbox.twilio import control
from sandbox.twilio.callbacks import Callbacks
from sandbox.twilio.media import Media
from sandbox.twilio.phones import Phones
from sandbox.twilio.refusing import refused
from sandbox.twilio.telephony import doors
from sandbox.twilio.telephony.calls import Exchange

ACCOUNT = "AC00000000000000000000000000000000"
TOKEN = "sandboxsandboxsandboxsandboxsand"  # noqa: S105 - made up; it opens nothing
SENDER = "+99900000000"
ASKED = ("From", "MessagingServiceSid", "ValidityPeriod")  # what the ledger keeps of how it was asked for
LONGEST_BODY = 1600
LONGEST_VALIDITY = 36_000


class TwilioPeer:
    name = "twilio"

    def __init__(self, world: World, account: str = ACCOUNT, token: str = TOKEN) -> None:
        self.world = world
        self.account = account
        self.token = token
        self.phones = Phones()
        self.exchange = Exchange(world, account, self.phones)
        self.media = Media(account)
        self.faults = Faults()
        self.inbound_url = ""
        self.state = "active"  # of the account: suspended, closed
        self.receipt_delay = 0.01  # seconds
        self.receipt_order: Sequence[str] = ("queued", "sent", "delivered")
        self.callbacks: Callbacks

    async def start(self, stack: AsyncExitStack) -> Mapping[str, Any]:
        patience = aiohttp.ClientTimeout(total=10)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=patience))
        self.callbacks = self.exchange.callbacks = Callbacks(self.token, session)
        stack.callback(self.callbacks.cut_off)
        stack.callback(self.exchange.cut_off)
        app = web.Application()
        app.router.add_post("/2010-04-01/Accounts/{account}/Messages.json", self._called)
        app.router.add_get("/2010-04-01/Accounts/{account}.json", self._looked_up)
        app.router.add_get("/2010-04-01/Accounts/{account}/Messages/{sid}/Media/{name}", self._pointed)
        app.router.add_get("/media/{name}", self._fetched)
        app.router.add_routes(doors.doors(self))
        self.media.url = url = await serve(app, stack)
        return {"url": url, "account_sid": self.account, "auth_token": self.token, "sender": SENDER}

    @property
    def controls(self) -> Sequence[web.RouteDef]:
        return [*control.controls(self), *doors.controls(self.exchange)]

    async def _called(self, request: web.Request) -> web.StreamResponse:
        if not self.knows(request):
            return refused(401, 20003)
        form = {name: str(value) for name, value in (await request.post()).items()}

        async def answer() -> web.StreamResponse:
            return await self._take(form)

        return await self.in_trouble(request, answer)

    async def _looked_up(self, request: web.Request) -> web.StreamResponse:
        """GET …/Accounts/{sid}.json: the account itself."""
        if not self.knows(request):
            return refused(401, 20003)

        async def answer() -> web.StreamResponse:
            return web.json_response({"sid": self.account, "status": self.state, "type": "Full"})

        return await self.in_trouble(request, answer)

    async def in_trouble(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        """Answer, unless a fault was ordered for this call."""
        fault = self.faults.next()
        if fault is None:
            return await answer()
        if fault.kind is FaultKind.THROTTLE:
            return refused(429, 20429)
        return await spoiled(fault, request, answer)

    async def _pointed(self, request: web.Request) -> web.Response:
        """Send on to where a file really lies, as Twilio does, if the account asks for it."""
        if not self.knows(request):
            return refused(401, 20003)
        return web.Response(status=307, headers={"Location": f"/media/{request.match_info['name']}"})

    async def _fetched(self, request: web.Request) -> web.Response:
        found = self.media.find(request.match_info["name"])
        return web.Response(status=404) if found is None else web.Response(body=found[0], content_type=found[1])

    async def _take(self, form: Mapping[str, str]) -> web.Response:
        to, body = form.get("To", ""), form.get("Body", "")
        code = self.phones.refusal(to) or _wrong(form)
        if code:
            return refused(400, code, to=to)
        sid = f"SM{secrets.token_hex(16)}"
        url = form.get("StatusCallback", "")
        failure = self.phones.failure(to)
        if failure is None:
            asked = {name: form[name] for name in ASKED if name in form}
            self.world.ledger.receive("sms", to, sid, body, mark=_mark(url), asked=asked)
        if url:
            self._report(url, sid, to, failure)
        return web.json_response(self._resource(sid, form), status=201)

    def _report(self, url: str, sid: str, to: str, failure: int | None) -> None:
        said = ("queued", "sent", "undelivered") if failure else self.receipt_order
        forms = [self.status_form(sid, to, status, failure if status == "undelivered" else None) for status in said]
        self.callbacks.later(url, *forms, delay=self.receipt_delay)

    def status_form(self, sid: str, to: str, status: str, code: int | None) -> dict[str, str]:
        form = {
            "AccountSid": self.account,
            "ApiVersion": "2010-04-01",
            "From": SENDER,
            "MessageSid": sid,
            "MessageStatus": status,
            "SmsSid": sid,
            "SmsStatus": status,
            "To": to,
        }
        return form | ({"ErrorCode": str(code)} if code else {})

    def _resource(self, sid: str, form: Mapping[str, str]) -> dict[str, Any]:
        return {
            "sid": sid,
            "account_sid": self.account,
            "api_version": "2010-04-01",
            "to": form["To"],
            "from": form.get("From"),
            "messaging_service_sid": form.get("MessagingServiceSid"),
            "body": form["Body"],
            "status": "queued",
            "direction": "outbound-api",
            "date_created": formatdate(usegmt=True),
            "num_segments": "1",
            "num_media": "0",
            "error_code": None,
            "error_message": None,
            "uri": f"/2010-04-01/Accounts/{self.account}/Messages/{sid}.json",
        }

    def knows(self, request: web.Request) -> bool:
        expected = "Basic " + base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        given = request.headers.get("Authorization", "")
        return secrets.compare_digest(given, expected) and request.match_info["account"] == self.account


def _mark(callback: str) -> str:
    """The sender's own reference: whatever its call-back address calls `key`."""
    return parse_qs(urlsplit(callback).query).get("key", [""])[0]


def _wrong(form: Mapping[str, str]) -> int | None:
    body, validity = form.get("Body", ""), form.get("ValidityPeriod", "1")
    if not body:
        return 21602
    if len(body) > LONGEST_BODY:
        return 21617
    if not (validity.isdigit() and 1 <= int(validity) <= LONGEST_VALIDITY):
        return 90007
    return None
