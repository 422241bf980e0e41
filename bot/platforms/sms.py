"""Texts that come in through Twilio: a webhook with the account's signature; what is said back leaves as a notice."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, Final

from multidict import MultiDict

from bot.platforms.base import Hear, PlatformKind
from bot.platforms.photos import LARGEST, LOST, Album
from bot.turns import Incoming
from broadcast.channels.base import Webhook, WebhookAnswer, WebhookCall
from broadcast.channels.kind import Surroundings

if TYPE_CHECKING:
    from broadcast.channels.sms_twilio.channel import TwilioChannel

SILENCE = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
MOST_MEDIA: Final = 10  # that Twilio lets one message carry
UNREAD: Final = {"audio": "voice", "video": "video"}  # by the first part of the type; else it is a document


class SmsPlatform:
    name = "sms"

    def __init__(self, channel: "TwilioChannel", around: Surroundings, hear: Hear) -> None:
        self._account = channel.account
        self._album = Album(around)
        self._hear = hear

    async def start(self, stack: AsyncExitStack) -> None:
        """Nothing to begin: Twilio calls the address that is set for the number."""

    @property
    def webhooks(self) -> Sequence[Webhook]:
        return (Webhook("POST", "twilio/inbound", self._inbound),)

    async def _inbound(self, call: WebhookCall) -> WebhookAnswer:
        form = self._account.signed_form(call)
        if form is None:
            return WebhookAnswer(403)
        sender, sid = form.get("From", ""), form.get("MessageSid", "")
        if not sender or not sid:
            return WebhookAnswer(400, b"neither From nor MessageSid may be missing")
        photos, unread = await self._brought(form)
        text = form.get("Body", "")
        await self._hear(
            Incoming(
                self.name,
                self._account.name,
                sid,
                sender,
                text,
                photos=tuple(photos),
                unread=unread,
                forgeable=True,
            )
        )
        return WebhookAnswer(200, SILENCE, "text/xml; charset=utf-8")

    async def _brought(self, form: MultiDict[str]) -> tuple[list[str], str]:
        """Return the photos that came along, and the name of what else did or was lost."""
        photos, unread = [], ""
        for number in range(_media(form)):
            kind, url = form.get(f"MediaContentType{number}", ""), form.get(f"MediaUrl{number}", "")
            if not kind.startswith("image/"):
                unread = UNREAD.get(kind.partition("/")[0], "document")
                continue
            digest = await self._album.keep(partial(self._account.fetch, url, LARGEST))
            photos += [digest] if digest else []
            unread = unread if digest else LOST
        return photos, unread


def _media(form: MultiDict[str]) -> int:
    number = form.get("NumMedia", "0")
    return min(int(number), MOST_MEDIA) if number.isascii() and number.isdigit() else 0


def _build(channel: "TwilioChannel", surroundings: Surroundings, hear: Hear) -> SmsPlatform:
    return SmsPlatform(channel, surroundings, hear)


SMS = PlatformKind("sms", "sms", _build)
