"""How the director moves the people in the chats: they write, press buttons, block the bot, move their group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from sandbox.direction import fault_control
from sandbox.telegram.limits import Counting, Limits
from sandbox.telegram.things import thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.telegram.server import TelegramPeer


def controls(peer: TelegramPeer) -> Sequence[web.RouteDef]:
    """Doors: /message /thing /offered /lose_files /press /again /state /limits /faults, and how chats stand."""

    async def message(request: web.Request) -> web.Response:
        """{"chat": 1, "text": "收到", "user": 1}: somebody writes."""
        asked = await request.json()
        chat = int(asked["chat"])
        number = peer.updates.tell(peer.chats.said(chat, int(asked.get("user", abs(chat))), asked["text"]))
        return web.json_response({"update_id": number})

    async def press(request: web.Request) -> web.Response:
        """{"chat": 1, "button": "收到"} presses the newest such button; {"chat": 1, "data": "…"} claims any."""
        asked = await request.json()
        chat = int(asked["chat"])
        try:
            carried = asked["data"] if "data" in asked else peer.chats.carried_by(chat, asked["button"])
        except LookupError as error:
            return web.Response(status=404, text=str(error))
        content = peer.chats.pressed(chat, int(asked.get("user", abs(chat))), carried, asked.get("message"))
        number = peer.updates.tell(content)
        return web.json_response({"update_id": number, "query": content["callback_query"]["id"]})

    return [
        web.post("/message", message),
        web.post("/press", press),
        fault_control(peer.faults),
        *_deliveries(peer),
        *_things(peer),
        *_standing(peer),
    ]


def _deliveries(peer: TelegramPeer) -> Sequence[web.RouteDef]:
    """Return the doors that show what is on its way to the bot, and bring it once more."""

    async def again(request: web.Request) -> web.Response:
        """Repeat a whole update as given, under its own number."""
        peer.updates.again(await request.json())
        return web.Response(status=204)

    async def state(_request: web.Request) -> web.Response:
        shown: dict[str, Any] = {
            "refused": peer.refused,
            "waiting": len(peer.updates.waiting),
            "toasts": peer.chats.toasts,
            "webhook": peer.updates.webhook,
        }
        return web.json_response(shown)

    return [web.post("/again", again), web.get("/state", state)]


def _things(peer: TelegramPeer) -> Sequence[web.RouteDef]:
    """Return the doors of what is no text, and of the one button that asks for it."""

    async def send(request: web.Request) -> web.Response:
        """{"chat": 1, "kind": "photo", "content": base64}; location, venue, contact, sticker, voice, dice …"""
        asked = await request.json()
        chat = int(asked["chat"])
        return _tell(peer, chat, int(asked.get("user", abs(chat))), asked)

    async def offered(request: web.Request) -> web.Response:
        """{"chat": 1, "phone": "999…"} or {"chat": 1, "latitude": …}: press the button that the keyboard offers."""
        asked = await request.json()
        chat = int(asked["chat"])
        try:
            button = peer.chats.button_offered(chat)
        except LookupError as error:
            return web.Response(status=404, text=str(error))
        kind = "contact" if button.get("request_contact") else "location"
        return _tell(peer, chat, chat, asked | {"kind": kind})

    async def lose_files(request: web.Request) -> web.Response:
        """{"lost": true}: no file can be fetched until {"lost": false}."""
        peer.files.lost = bool((await request.json())["lost"])
        return web.Response(status=204)

    return [web.post("/thing", send), web.post("/offered", offered), web.post("/lose_files", lose_files)]


def _tell(peer: TelegramPeer, chat: int, user: int, asked: dict[str, Any]) -> web.Response:
    number = peer.updates.tell(peer.chats.shared(chat, user, thing(peer.files, user, asked)))
    return web.json_response({"update_id": number})


def _standing(peer: TelegramPeer) -> Sequence[web.RouteDef]:
    """Return the doors that change how a chat stands to the bot, each taking {"chat": id}."""
    chats = peer.chats

    async def stand(request: web.Request) -> web.Response:
        asked = await request.json()
        chat = int(asked["chat"])
        match request.match_info["how"]:
            case "block":
                chats.blocked.add(chat)
            case "unblock":
                chats.blocked.discard(chat)
            case "deactivate":
                chats.deactivated.add(chat)
            case "miss":
                chats.missing.add(chat)
            case "migrate":
                chats.moved[chat] = int(asked["to"])
        return web.Response(status=204)

    async def limits(request: web.Request) -> web.Response:
        """{"per_second": 30, "per_chat": 1, "per_group": 20}; null lifts a limit."""
        peer.counting = Counting(Limits(**await request.json()))
        return web.Response(status=204)

    return [web.post("/{how:block|unblock|deactivate|miss|migrate}", stand), web.post("/limits", limits)]
