"""The channel of calls on Twilio: the delivery's key travels in the addresses of the call, which Twilio signs."""

from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from urllib.parse import urlencode

import structlog
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
from broadcast.channels.kind import Surroundings
from broadcast.channels.probing import answered
from broadcast.channels.telephony import Caller, CallTurn, Next, Thread
from broadcast.channels.twilio_account.refusals import key_in
from broadcast.channels.voice_twilio.dialling import Dialling, Number
from broadcast.channels.voice_twilio.meanings import STATUSES, end
from broadcast.channels.voice_twilio.settings import ABILITIES, VoiceSettings
from broadcast.channels.voice_twilio.twiml import LONGEST, Documents, thread_in
from broadcast.content import calling
from broadcast.deliveries import Key
from broadcast.stores.returns.calling import told
from ground.actor import system

log = structlog.get_logger()
SPEAKER = system("voice")
HEARD_PATH, STATUS_PATH = "twilio/voice/heard", "twilio/voice/status"
PLAYED = "played"
XML = "text/xml; charset=utf-8"
CALLS_REMEMBERED = 10_000


class VoiceChannel:
    name = "voice"
    abilities = ABILITIES
    key_path, inbound_path = "twilio/voice/key", "twilio/voice"

    def __init__(self, settings: VoiceSettings, surroundings: Surroundings) -> None:
        hooks = f"{surroundings.public_url.rstrip('/')}/hooks"
        media = f"{(settings.media_url or surroundings.public_url).rstrip('/')}/media"
        voices = {"zh_CN": settings.voice_zh, "en": settings.voice_en}
        self.caller = Caller(settings.caller, settings.office_phone)
        self._dialling = Dialling(settings, surroundings.database)
        self.account = self._dialling.account
        self._documents = Documents(voices, media, f"{hooks}/{self.key_path}", settings.key_seconds)
        self._heard_url, self._status_url = f"{hooks}/{HEARD_PATH}", f"{hooks}/{STATUS_PATH}"
        self._clock, self._database = surroundings.clock, surroundings.database
        self._redial = settings.redial_seconds
        self._sink: ReceiptSink | None = None
        self._heard: deque[str] = deque(maxlen=CALLS_REMEMBERED)  # calls whose message was heard to its end

    @property
    def account_name(self) -> str:
        return self.account.name

    async def start(self, stack: AsyncExitStack, sink: ReceiptSink) -> None:
        self._sink = sink
        await self._dialling.open(stack)

    def send(self, batch: Sequence[Outgoing]) -> AsyncIterator[Outcome]:
        return one_by_one(batch, self._send_one)

    async def cancel(self, account: str, provider_id: str) -> bool:
        """Call back a call that nobody has answered yet."""
        return account == self.account_name and await self._dialling.cancel(provider_id)

    async def probe(self) -> Health:
        """Ask for the account: wrong credentials and a suspended account are told; nobody is called."""
        return await answered(self.account.look())

    @property
    def webhooks(self) -> Sequence[Webhook]:
        return (Webhook("POST", STATUS_PATH, self._status), Webhook("POST", HEARD_PATH, self._heard_out))

    def read(self, call: WebhookCall) -> CallTurn | WebhookAnswer:
        form = self.account.signed_form(call)
        if form is None:
            return WebhookAnswer(403)
        sid, inbound = form.get("CallSid", ""), form.get("Direction", "") == "inbound"
        number, thread = form.get("From" if inbound else "To", ""), thread_in(call.query)
        if not sid or not number or (thread is None) == bool(call.query):
            return WebhookAnswer(400, b"no call that is known here")
        return CallTurn(sid, number, form.get("Digits", "")[:1], thread)

    def play(self, following: Next) -> WebhookAnswer:
        return WebhookAnswer(200, self._documents.following(following).encode(), XML)

    async def _send_one(self, outgoing: Outgoing) -> Accepted | SendError:
        if outgoing.expires is not None and outgoing.expires <= self._clock.now():
            return Rejected("expired")
        heard = f"{self._heard_url}?{urlencode({'key': str(outgoing.key)})}"
        said = calling.opening(self.caller, outgoing.message, outgoing.language)
        document = self._documents.opening(said, heard)
        if len(outgoing.message.text) > (ABILITIES.text_limit or 0) or len(document) > LONGEST:
            return Rejected("too_long")
        status = f"{self._status_url}?{urlencode({'key': str(outgoing.key)})}"
        return await self._dialling.dial(Number(outgoing.address, document, status), outgoing.lane)

    async def _heard_out(self, call: WebhookCall) -> WebhookAnswer:
        """The message was said to its end: that is what delivered means. Then a key is asked for."""
        turn = self.read(call)
        if isinstance(turn, WebhookAnswer):
            return turn
        key = turn.thread.key if turn.thread else None
        if key is None or self._sink is None:
            return WebhookAnswer(503)
        language, following = "zh_CN", calling.out_of_order("zh_CN")
        try:
            await self._sink([Receipt(self.account_name, turn.call, Word.DELIVERED, PLAYED, key=key)])
            self._heard.append(turn.call)
            following = await self._asking(key)
        except Exception as fault:  # noqa: BLE001 - whoever is on the telephone is never left with the vendor's error
            log.error("call.unkept", fault=type(fault).__name__, language=language)  # noqa: TRY400 - it may hold a number
        return self.play(following)

    async def _asking(self, key: Key) -> Next:
        async with self._database.reading() as tx:
            found = await told(tx, SPEAKER, key)
        if found is None:
            return Next((calling.line("goodbye", "zh_CN"),))
        return calling.asking(found.message, found.language, Thread(key))

    async def _status(self, call: WebhookCall) -> WebhookAnswer:
        form = self.account.signed_form(call)
        if form is None:
            return WebhookAnswer(403)
        status, sid = form.get("CallStatus", ""), form.get("CallSid", "")
        word = STATUSES.get(status)
        if word is None or not sid:
            return WebhookAnswer(400, b"no status that is known here")
        if self._sink is None:
            return WebhookAnswer(503)
        if word is Word.FAILED:
            self._dialling.over(call.query.get("line", ""))
        if status != "completed" or sid not in self._heard:
            await self._sink([self._receipt(form, word, key_in(call.query.get("key", "")))])
        return WebhookAnswer()

    def _receipt(self, form: MultiDict[str], word: Word, key: Key | None) -> Receipt:
        status, sip = form.get("CallStatus", ""), form.get("SipResponseCode", "")
        error = end(status, sip, self._redial) if word is Word.FAILED else None
        detail = error.reason if error else status
        return Receipt(self.account_name, form.get("CallSid", ""), word, detail, sip[:20], key, error)
