"""Texts that come in through Twilio: a webhook with the account's signature; what is said back leaves as a notice."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from bot.platforms.base import Hear, PlatformKind
from bot.turns import Incoming
from broadcast.channels.base import Webhook, WebhookAnswer, WebhookCall
from broadcast.channels.kind import Surroundings

if TYPE_CHECKING:
    from broadcast.channels.sms_twilio.channel import TwilioChannel

SILENCE = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


class SmsPlatform:
    name = "sms"

    def __init__(self, channel: "TwilioChannel", hear: Hear) -> None:
        self._account = channel.account
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
        await self._hear(Incoming(self.name, self._account.name, sid, sender, form.get("Body", "")))
        return WebhookAnswer(200, SILENCE, "text/xml; charset=utf-8")


def _build(channel: "TwilioChannel", _surroundings: Surroundings, hear: Hear) -> SmsPlatform:
    return SmsPlatform(channel, hear)


SMS = PlatformKind("sms", "sms", _build)
