"""The SMS channel on Twilio: the delivery's key travels in the call-back's address, so that a receipt finds it again.

Twilio signs that address with every call-back, so the key needs no signature of its own.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack

from multidict import MultiDict

from broadcast.channels.base import (
    Accepted,
    Health,
    Outcome,
    Outgoing,
    Receipt,
    ReceiptSink,
    Webhook,
    WebhookAnswer,
    WebhookCall,
    Word,
)
from broadcast.channels.batch import one_by_one
from broadcast.channels.errors import Rejected, SendError
from broadcast.channels.probing import answered
from broadcast.channels.sms_twilio.meanings import STATUSES, failure
from broadcast.channels.sms_twilio.settings import ABILITIES, TwilioSettings
from broadcast.channels.sms_twilio.texting import Text, Texting
from broadcast.channels.twilio_account.refusals import key_in
from ground.clock import SECOND, Clock

STATUS_PATH = "twilio/status"
LONGEST_VALIDITY = 36_000  # seconds


class TwilioChannel:
    name = "sms"
    abilities = ABILITIES

    def __init__(self, settings: TwilioSettings, public_url: str, clock: Clock) -> None:
        self._texting = Texting(settings)
        self.account = self._texting.account
        self._clock = clock
        self._callback = f"{public_url.rstrip('/')}/hooks/{STATUS_PATH}"
        self._sink: ReceiptSink | None = None

    async def start(self, stack: AsyncExitStack, sink: ReceiptSink) -> None:
        self._sink = sink
        await self._texting.open(stack)

    def send(self, batch: Sequence[Outgoing]) -> AsyncIterator[Outcome]:
        return one_by_one(batch, self._send_one)

    async def probe(self) -> Health:
        """Ask for the account: wrong credentials and a suspended account are told."""
        return await answered(self.account.look())

    @property
    def webhooks(self) -> Sequence[Webhook]:
        return (Webhook("POST", STATUS_PATH, self._status),)

    async def _send_one(self, outgoing: Outgoing) -> Accepted | SendError:
        validity = self._validity(outgoing.expires)
        if validity is not None and validity < 1:
            return Rejected("expired")
        callback = f"{self._callback}?key={outgoing.key}"
        text = Text(outgoing.address, outgoing.message.text, callback, validity)
        return await self._texting.send(text, outgoing.lane)

    def _validity(self, expires: int | None) -> int | None:
        """Return how many real seconds Twilio may keep trying."""
        if expires is None:
            return None
        return min(LONGEST_VALIDITY, int((expires - self._clock.now()) / self._clock.rate) // SECOND)

    async def _status(self, call: WebhookCall) -> WebhookAnswer:
        form = self.account.signed_form(call)
        if form is None:
            return WebhookAnswer(403)
        receipt = self._receipt(form, call.query.get("key", ""))
        if receipt is None:
            return WebhookAnswer(400, b"no status that is known here")
        if self._sink is None:
            return WebhookAnswer(503)
        await self._sink([receipt])
        return WebhookAnswer()

    def _receipt(self, form: MultiDict[str], mark: str) -> Receipt | None:
        status, code, sid = form.get("MessageStatus", ""), form.get("ErrorCode", ""), form.get("MessageSid", "")
        word = STATUSES.get(status)
        if word is None or not sid:
            return None
        error = failure(status, code) if word is Word.FAILED else None
        return Receipt(self.account.name, sid, word, status, code, key_in(mark), error)
