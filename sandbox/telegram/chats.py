"""The chats of one bot: what was said there, who blocked it, which group moved, and whose buttons are pressed."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sandbox.clock import StoryTime
from sandbox.ledger import Ledger

LONGEST_TEXT = 4096
LONGEST_BUTTON = 64  # bytes


class Refusal(Exception):
    """The Bot API's way to say no."""

    def __init__(self, status: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters or {}


@dataclass(slots=True)
class Chats:
    ledger: Ledger
    time: StoryTime
    bot: dict[str, Any]
    blocked: set[int] = field(default_factory=set)
    missing: set[int] = field(default_factory=set)
    deactivated: set[int] = field(default_factory=set)
    moved: dict[int, int] = field(default_factory=dict)
    toasts: dict[str, str] = field(default_factory=dict)  # by callback query: what its button's press was told
    toasted: asyncio.Event = field(default_factory=asyncio.Event)
    messages: defaultdict[int, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    keyboards: dict[int, list[dict[str, Any]]] = field(default_factory=dict)  # what stands below a chat to be pressed
    _queries: Iterator[int] = field(default_factory=lambda: count(1))
    _last: int = 0

    def reachable(self, chat: Any) -> int:
        """Return the chat's id, or refuse as Telegram does."""
        try:
            number = int(chat)
        except (TypeError, ValueError):
            raise Refusal(400, "Bad Request: chat not found") from None
        if number in self.moved:
            new = self.moved[number]
            why = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refusal(400, why, {"migrate_to_chat_id": new})
        if number in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if number in self.deactivated:
            raise Refusal(403, "Forbidden: user is deactivated")
        if number in self.missing:
            raise Refusal(400, "Bad Request: chat not found")
        return number

    def receive(self, chat: int, text: str, markup: dict[str, Any]) -> dict[str, Any]:
        """Let the chat receive a message of the bot."""
        if not text:
            raise Refusal(400, "Bad Request: message text is empty")
        if len(text) > LONGEST_TEXT:
            raise Refusal(400, "Bad Request: message is too long")
        carried = [button.get("callback_data", "") for row in markup.get("inline_keyboard", []) for button in row]
        if any(not 1 <= len(each.encode()) <= LONGEST_BUTTON for each in carried):
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        message = self._message(chat, text, self.bot)
        if "inline_keyboard" in markup:  # the other kind does not come back with the message
            message["reply_markup"] = markup
        offered = [button for row in markup.get("keyboard", []) for button in row]
        if chat < 0 and any("request_contact" in each or "request_location" in each for each in offered):
            raise Refusal(400, "Bad Request: phone number can be requested in private chats only")
        if offered:
            self.keyboards[chat] = offered
        facts: dict[str, Any] = {"offered": [each["text"] for each in offered]} if offered else {}
        self.ledger.receive("telegram", str(chat), str(message["message_id"]), text, buttons=carried, **facts)
        self.messages[chat].append(message)
        return message

    def said(self, chat: int, user: int, text: str) -> dict[str, Any]:
        """Return the update's content when `user` writes `text` in the chat."""
        return {"message": self._message(chat, text, _person(user))}

    def shared(self, chat: int, user: int, thing: dict[str, Any]) -> dict[str, Any]:
        """Return the update's content when `user` sends what is no text: the fields of the thing instead of one."""
        message = self._message(chat, "", _person(user))
        del message["text"]
        return {"message": message | thing}

    def button_offered(self, chat: int) -> dict[str, Any]:
        """Return the newest button below the chat's keyboard that asks for something."""
        if chat in self.keyboards:
            return self.keyboards[chat][0]
        raise LookupError("no keyboard was offered in this chat")

    def pressed(self, chat: int, user: int, carried: str, message: int | None = None) -> dict[str, Any]:
        """Return the update's content when `user` presses a button that carries `carried`."""
        shown = self.messages[chat]
        below = next((each for each in reversed(shown) if message in (None, each["message_id"])), None)
        query: dict[str, Any] = {
            "id": str(next(self._queries)),
            "from": _person(user),
            "chat_instance": str(chat),
            "data": carried,
        }
        return {"callback_query": query | ({"message": below} if below else {})}

    def edit(self, chat: int, message: int, markup: dict[str, Any]) -> dict[str, Any]:
        for each in self.messages[chat]:
            if each["message_id"] == message:
                each["reply_markup"] = markup
                return each
        raise Refusal(400, "Bad Request: message to edit not found")

    def close_query(self, query: str, toast: str) -> None:
        self.toasts[query] = toast
        self.toasted.set()

    async def toast(self, query: str, patience: float = 10.0) -> str:
        """Wait for what the press of a button is told."""
        async with asyncio.timeout(patience):
            while query not in self.toasts:
                self.toasted.clear()
                await self.toasted.wait()
        return self.toasts[query]

    def carried_by(self, chat: int, label: str) -> str:
        """Return what the newest button in the chat whose label or data contains `label` carries."""
        for message in reversed(self.messages[chat]):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if label in button["text"] or label in button["callback_data"]:
                        return str(button["callback_data"])
        raise LookupError(f"no button with {label!r} in this chat")

    def _message(self, chat: int, text: str, sender: dict[str, Any]) -> dict[str, Any]:
        kind = {"type": "private"} if chat > 0 else {"type": "supergroup", "title": "群"}
        return {
            "message_id": self._next_message(),
            "date": self.time.now() // 1000,
            "chat": {"id": chat, **kind},
            "from": sender,
            "text": text,
        }

    def _next_message(self) -> int:
        """Numbers rise over restarts too: the ledger remembers how many there were."""
        self._last = max(self._last, len(self.ledger)) + 1
        return self._last


def _person(user: int) -> dict[str, Any]:
    return {"id": user, "is_bot": False, "first_name": f"村民{user}", "language_code": "zh"}
