"""How the director moves the phones: off, on, wrong, texting back; and in which order receipts come."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.direction import fault_control

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.twilio.server import TwilioPeer


def controls(peer: TwilioPeer) -> Sequence[web.RouteDef]:
    """Return the doors: /sms /sms_url /status /receipts /phone /quiet /lose_media /faults."""

    async def sms_url(request: web.Request) -> web.Response:
        """{"url": "http://…"}: where inbound texts are brought, as set for a number in Twilio's console."""
        peer.inbound_url = (await request.json())["url"]
        return web.Response(status=204)

    async def status(request: web.Request) -> web.Response:
        """{"url", "sid", "to", "status", "code"}: bring one call-back now, as often and as late as wanted."""
        asked = await request.json()
        form = peer.status_form(asked["sid"], asked["to"], asked["status"], asked.get("code"))
        return web.json_response({"answer": await peer.callbacks.bring(asked["url"], form)})

    async def receipts(request: web.Request) -> web.Response:
        """{"order": ["delivered", "sent"], "delay": 0.01}: which statuses come, in which order, how late."""
        asked = await request.json()
        peer.receipt_order = tuple(asked.get("order", peer.receipt_order))
        peer.receipt_delay = asked.get("delay", peer.receipt_delay)
        return web.Response(status=204)

    return [
        _texting(peer),
        web.post("/sms_url", sms_url),
        web.post("/status", status),
        web.post("/receipts", receipts),
        *_phones(peer),
        fault_control(peer.faults),
    ]


def _texting(peer: TwilioPeer) -> web.RouteDef:
    async def sms(request: web.Request) -> web.Response:
        """{"from": "+999…", "body": "1"}: a phone texts the sender; "sid" repeats an earlier one.

        "media": [{"content": base64, "type": "image/jpeg"}] come along, as MMS bring them.
        """
        asked = await request.json()
        sid = asked.get("sid") or f"SM{secrets.token_hex(16)}"
        peer.phones.heard_from(asked["from"], asked["body"])
        form = {
            "AccountSid": peer.account,
            "ApiVersion": "2010-04-01",
            "Body": asked["body"],
            "From": asked["from"],
            "FromCountry": "",
            "MessageSid": sid,
            **peer.media.brought(sid, asked.get("media", [])),
            "NumSegments": "1",
            "SmsMessageSid": sid,
            "SmsSid": sid,
            "SmsStatus": "received",
            "To": asked.get("to", "+99900000000"),
        }
        return web.json_response({"sid": sid, "answer": await peer.callbacks.bring(peer.inbound_url, form)})

    return web.post("/sms", sms)


def _phones(peer: TwilioPeer) -> Sequence[web.RouteDef]:
    phones = peer.phones

    async def phone(request: web.Request) -> web.Response:
        """{"number": "+999…", "off": true} or {"number": "+999…", "error": 30006}; null takes an error back."""
        asked = await request.json()
        number = asked["number"]
        if "off" in asked:
            (phones.off.add if asked["off"] else phones.off.discard)(number)
        if asked.get("error"):
            phones.errors[number] = int(asked["error"])
        elif "error" in asked:
            phones.errors.pop(number, None)
        return web.Response(status=204)

    async def quiet(_request: web.Request) -> web.Response:
        """Answer when no call is under way and every call-back has been brought."""
        await peer.exchange.quiet()
        await peer.callbacks.quiet()
        return web.Response(status=204)

    async def lose_media(request: web.Request) -> web.Response:
        """{"lost": true}: nothing that came along can be fetched until {"lost": false}."""
        peer.media.lost = bool((await request.json())["lost"])
        return web.Response(status=204)

    return [web.post("/phone", phone), web.post("/quiet", quiet), web.post("/lose_media", lose_media)]
