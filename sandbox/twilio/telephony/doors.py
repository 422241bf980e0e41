"""The doors of Twilio Voice: POST …/Calls.json and …/Calls/{sid}.json, and how the director moves telephones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.twilio.refusing import refused
from sandbox.twilio.telephony.calls import NO_LINE, TOO_FAST, UNKNOWN, Exchange, manner_of
from sandbox.twilio.telephony.handsets import Manner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sandbox.twilio.server import TwilioPeer


def doors(peer: TwilioPeer) -> Sequence[web.RouteDef]:
    """Return the API's doors for calls."""
    exchange, base = peer.exchange, "/2010-04-01/Accounts/{account}"

    async def place(request: web.Request) -> web.StreamResponse:
        if not peer.knows(request):
            return refused(401, 20003)
        given = await request.post()
        form = {name: str(value) for name, value in given.items()}
        events = tuple(str(each) for each in given.getall("StatusCallbackEvent", ()))

        async def answer() -> web.StreamResponse:
            return _placed(exchange, form, events)

        return await peer.in_trouble(request, answer)

    async def change(request: web.Request) -> web.StreamResponse:
        """{Status: canceled | completed} ends a call."""
        if not peer.knows(request):
            return refused(401, 20003)
        status = str((await request.post()).get("Status", ""))

        async def answer() -> web.StreamResponse:
            call = exchange.calls.get(request.match_info["sid"])
            if call is None:
                return refused(404, UNKNOWN)
            code = await exchange.change(call, status)
            return refused(400, code) if code else web.json_response(exchange.resource(call))

        return await peer.in_trouble(request, answer)

    async def look(request: web.Request) -> web.StreamResponse:
        if not peer.knows(request):
            return refused(401, 20003)
        call = exchange.calls.get(request.match_info["sid"])
        return refused(404, UNKNOWN) if call is None else web.json_response(exchange.resource(call))

    return [
        web.post(f"{base}/Calls.json", place),
        web.post(base + "/Calls/{sid}.json", change),
        web.get(base + "/Calls/{sid}.json", look),
    ]


def _placed(exchange: Exchange, form: Mapping[str, str], events: tuple[str, ...]) -> web.StreamResponse:
    code = exchange.refusal(form)
    if code:
        return refused(429 if code in {TOO_FAST, NO_LINE} else 400, code, to=form.get("To", ""))
    return web.json_response(exchange.resource(exchange.place(form, events)), status=201)


def controls(exchange: Exchange) -> Sequence[web.RouteDef]:
    """Return the director's doors: /telephone /voice /ring_up /calls."""

    async def telephone(request: web.Request) -> web.Response:
        """{"number": "+999…", "keys": "1", "rings": 2, …}: how a number takes calls; see handsets.Manner."""
        asked = await request.json()
        handsets = exchange.handsets
        handsets.manners[asked["number"]] = manner_of(asked, handsets.of(asked["number"]))
        return web.Response(status=204)

    async def voice(request: web.Request) -> web.Response:
        """{"url": where inbound calls are brought, "pace": 0.004, "per_second": 1, "lines": 10}: each if given."""
        asked = await request.json()
        exchange.inbound_url = asked.get("url", exchange.inbound_url)
        exchange.pace = asked.get("pace", exchange.pace)
        exchange.per_second = asked.get("per_second", exchange.per_second)
        exchange.lines = asked.get("lines", exchange.lines)
        return web.Response(status=204)

    async def ring_up(request: web.Request) -> web.Response:
        """{"from": "+999…", "keys": "1"}: somebody rings the hub; answers when they have put the phone down."""
        asked = await request.json()
        call = await exchange.ring_up(asked["from"], asked.get("to", "+99900000000"), manner_of(asked, Manner()))
        return web.json_response(_told(exchange, call.sid))

    async def calls(_request: web.Request) -> web.Response:
        """All calls there were, oldest first."""
        return web.json_response([_told(exchange, sid) for sid in exchange.calls])

    return [
        web.post("/telephone", telephone),
        web.post("/voice", voice),
        web.post("/ring_up", ring_up),
        web.get("/calls", calls),
    ]


def _told(exchange: Exchange, sid: str) -> dict[str, object]:
    call = exchange.calls[sid]
    seconds, pressed = (call.talk.seconds, call.talk.pressed) if call.talk else (0.0, "")
    known = {"sid": sid, "from": call.caller, "to": call.to, "direction": call.direction, "status": call.status}
    return {**known, "seconds": round(seconds, 1), "pressed": pressed}
