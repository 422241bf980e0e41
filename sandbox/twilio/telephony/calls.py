"""Twilio's Calls resource: a call is queued, rings and ends, and every step is told by a signed call-back."""

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from sandbox.serving import World
from sandbox.twilio.callbacks import Callbacks
from sandbox.twilio.phones import E164, Phones
from sandbox.twilio.telephony.handsets import RING, Handsets, Manner
from sandbox.twilio.telephony.talk import Talk
from sandbox.twilio.telephony.twiml import Verb, read

LONGEST_DOCUMENT = 4000
RINGS_FOR = 60.0  # seconds, unless Timeout says otherwise
EVENTS = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}  # by status; all ends: completed
TO_MISSING, FROM_MISSING, DOCUMENT_MISSING, INVALID = 21201, 21213, 21205, 21217
TOO_FAST, NO_LINE, WRONG_STATE, UNKNOWN = 20429, 10004, 21220, 20404
NOT_FOUND, BUSY, UNAVAILABLE, TERMINATED = "404", "486", "480", "487"  # of SIP


@dataclass(slots=True)
class Call:
    sid: str
    to: str
    caller: str
    callback: str = ""
    events: tuple[str, ...] = ("completed",)
    twiml: str = ""
    url: str = ""
    timeout: float = RINGS_FOR
    direction: str = "outbound-api"
    status: str = "queued"
    talk: Talk | None = None
    task: asyncio.Task[None] | None = None
    told: asyncio.Task[None] | None = None
    sequence: int = 0

    @property
    def over(self) -> bool:
        return self.status in {"completed", "busy", "no-answer", "failed", "canceled"}


@dataclass(slots=True)
class Exchange:
    """Rings phones, at most so many calls a second and so many at once."""

    world: World
    account: str
    phones: Phones
    handsets: Handsets = field(default_factory=Handsets)
    pace: float = 0.004  # real seconds in a second on the phone
    per_second: float | None = None
    lines: int | None = None
    inbound_url: str = ""
    calls: dict[str, Call] = field(default_factory=dict)
    callbacks: Callbacks = field(init=False)
    _begun: deque[float] = field(default_factory=deque)

    def refusal(self, form: Mapping[str, str]) -> int | None:
        """Return the code with which a call is refused at once."""
        number = form.get("To", "")
        if not number or not form.get("From"):
            return FROM_MISSING if number else TO_MISSING
        if not form.get("Url") and not 0 < len(form.get("Twiml", "")) <= LONGEST_DOCUMENT:
            return DOCUMENT_MISSING
        if not E164.fullmatch(number) or self.handsets.of(number).invalid:
            return INVALID
        return self.phones.refusal(number) or self._crowded()

    def place(self, form: Mapping[str, str], events: tuple[str, ...]) -> Call:
        """Take a call that the API asked for."""
        call = Call(
            sid=f"CA{secrets.token_hex(16)}",
            to=form["To"],
            caller=form["From"],
            callback=form.get("StatusCallback", ""),
            events=events or ("completed",),
            twiml=form.get("Twiml", ""),
            url=form.get("Url", ""),
            timeout=float(form.get("Timeout", RINGS_FOR)),
        )
        self._begun.append(time.monotonic())
        self.calls[call.sid] = call
        call.task = asyncio.create_task(self._dial(call))
        return call

    async def ring_up(self, number: str, to: str, manner: Manner) -> Call:
        """Let somebody ring the customer's number; return when they have put the phone down."""
        call = Call(f"CA{secrets.token_hex(16)}", to, number, url=self.inbound_url, direction="inbound")
        self.calls[call.sid] = call
        call.status = "ringing"
        await self._answered(call, number, manner, "")
        call.status = "completed"
        return call

    async def change(self, call: Call, status: str) -> int | None:
        """Cancel a call that is not answered yet, or complete one at all; return a code if that cannot be."""
        waiting = call.status in {"queued", "initiated", "ringing"}
        if call.over or status not in {"canceled", "completed"}:
            return WRONG_STATE
        if not waiting and status == "canceled":
            return None  # as Twilio has it: what is answered is left alone
        if call.task is not None:
            call.task.cancel()
            await asyncio.gather(call.task, return_exceptions=True)
        self._end(call, "canceled" if waiting else "completed", TERMINATED)
        return None

    async def quiet(self) -> None:
        """Wait until no call is under way and every call-back has been brought."""
        while going := [call.task for call in self.calls.values() if call.task is not None and not call.task.done()]:
            await asyncio.gather(*going, return_exceptions=True)
        told = [call.told for call in self.calls.values() if call.told is not None]
        await asyncio.gather(*told, return_exceptions=True)

    def cut_off(self) -> None:
        for call in self.calls.values():
            for task in (call.task, call.told):
                if task is not None:
                    task.cancel()

    def resource(self, call: Call) -> dict[str, Any]:
        return {
            "sid": call.sid,
            "account_sid": self.account,
            "api_version": "2010-04-01",
            "to": call.to,
            "from": call.caller,
            "status": call.status,
            "direction": call.direction,
            "duration": str(int(call.talk.seconds)) if call.talk and call.over else None,
            "uri": f"/2010-04-01/Accounts/{self.account}/Calls/{call.sid}.json",
        }

    def _crowded(self) -> int | None:
        now = time.monotonic()
        while self._begun and self._begun[0] <= now - 1:
            self._begun.popleft()
        if self.per_second is not None and len(self._begun) >= self.per_second:
            return TOO_FAST
        under_way = sum(not call.over for call in self.calls.values())
        return NO_LINE if self.lines is not None and under_way >= self.lines else None

    async def _dial(self, call: Call) -> None:
        manner, number = self.handsets.of(call.to), self.handsets.ring(call.to)
        self._step(call, "initiated")
        if manner.off or call.to in self.phones.off:
            return self._end(call, "no-answer", UNAVAILABLE)
        if manner.busy or manner.unassigned:
            return self._end(call, "busy", BUSY) if manner.busy else self._end(call, "failed", NOT_FOUND)
        self._step(call, "ringing")
        rings = manner.rings * RING if number >= manner.from_call else call.timeout + 1
        await asyncio.sleep(min(rings, call.timeout) * self.pace)
        if rings > call.timeout:
            return self._end(call, "no-answer", TERMINATED)
        await self._answered(call, call.to, manner, _mark(call.callback))
        return self._end(call, "completed", "200")

    async def _answered(self, call: Call, number: str, manner: Manner, mark: str) -> None:
        self._step(call, "in-progress")
        url = call.url

        async def fetch(asked: str, key: str) -> list[Verb]:
            nonlocal url
            url = urljoin(url, asked)
            content = await self.callbacks.ask(url, self._form(call) | ({"Digits": key} if key else {}))
            with suppress(ValueError):
                return read(content)
            return []  # an application error has occurred, says Twilio, and hangs up

        placed = call.direction != "inbound"
        call.talk = Talk(self.world.ledger, number, call.sid, mark, manner, self.pace, fetch, placed=placed)
        with suppress(ValueError):
            await call.talk.listen(read(call.twiml) if call.twiml else await fetch(url, ""))

    def _step(self, call: Call, status: str) -> None:
        call.status = status
        if EVENTS[status] in call.events:
            self._tell(call, self._form(call))

    def _end(self, call: Call, status: str, sip: str) -> None:
        call.status = status
        lasted = {"CallDuration": str(int(call.talk.seconds))} if call.talk else {}
        if "completed" in call.events:
            self._tell(call, self._form(call) | lasted | {"SipResponseCode": sip})

    def _tell(self, call: Call, form: dict[str, str]) -> None:
        """Bring a step to the customer, after those before it, without keeping the call waiting."""
        if not call.callback:
            return
        form |= {"SequenceNumber": str(call.sequence), "CallbackSource": "call-progress-events"}
        call.sequence += 1
        call.told = asyncio.create_task(self._bring(call.told, call.callback, form))

    async def _bring(self, before: asyncio.Task[None] | None, url: str, form: Mapping[str, str]) -> None:
        if before is not None:
            await asyncio.gather(before, return_exceptions=True)
        await self.callbacks.surely(url, form)

    def _form(self, call: Call) -> dict[str, str]:
        form = {"AccountSid": self.account, "ApiVersion": "2010-04-01", "CallSid": call.sid}
        form |= {"CallStatus": call.status, "Direction": call.direction}
        return form | {"From": call.caller, "Caller": call.caller, "To": call.to, "Called": call.to}


def _mark(callback: str) -> str:
    """The caller's own reference: whatever its call-back address calls `key`."""
    return parse_qs(urlsplit(callback).query).get("key", [""])[0]


def manner_of(asked: Mapping[str, Any], before: Manner) -> Manner:
    """Return how a number takes calls from now on, as the director says it."""
    return replace(before, **{name: value for name, value in asked.items() if name in Manner.__slots__})
