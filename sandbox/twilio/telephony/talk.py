"""One talk on the phone: somebody listens, presses keys when asked, or hangs up; what was heard is in the ledger."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sandbox.ledger import Ledger
from sandbox.twilio.telephony.handsets import Manner
from sandbox.twilio.telephony.twiml import Gather, Hangup, Redirect, Sound, Verb

Fetch = Callable[[str, str], Awaitable[list[Verb]]]
"""Asks the customer's server what comes next: an address, and the key that was pressed (or none)."""

FIRST, FURTHER = "voice", "voice_talk"  # channels of the ledger: what a call was made for, and what was said after it


class HungUp(Exception):
    """The phone was put down."""


@dataclass(slots=True)
class Talk:
    """What one phone hears of one call."""

    ledger: Ledger
    number: str
    sid: str
    mark: str
    manner: Manner
    pace: float  # real seconds in a second of talk
    fetch: Fetch
    placed: bool = True  # by the API; else somebody rang up
    seconds: float = 0.0  # since it was answered
    pressed: str = ""
    _asked: int = 0
    _documents: int = 0
    _said: list[str] = field(default_factory=list)
    _since: float = 0.0

    async def listen(self, document: list[Verb]) -> None:
        """Listen until nothing more comes, or the phone is put down."""
        following: list[Verb] | None = document
        try:
            while following is not None:
                following = await self._play(following)
        except HungUp:
            self._write(to_the_end=False)

    async def _play(self, document: list[Verb]) -> list[Verb] | None:
        self._said, self._since = [], self.seconds
        for verb in document:
            match verb:
                case Sound():
                    await self._hear(verb)
                case Gather():
                    key = await self._asked_for_key(verb)
                    if key:
                        return await self._next(verb.action, key)
                case Redirect():
                    return await self._next(verb.url, "")
                case Hangup():
                    break
        self._write(to_the_end=True)
        return None

    async def _next(self, url: str, key: str) -> list[Verb]:
        self._write(to_the_end=True)
        return await self.fetch(url, key)

    async def _hear(self, sound: Sound) -> None:
        rest = self._rest(sound.seconds)
        if rest < sound.seconds:
            self._said.append(sound.text[: int(len(sound.text) * rest / sound.seconds)])
        elif sound.text:
            self._said.append(sound.text)
        await self._pass(sound.seconds)

    async def _asked_for_key(self, gather: Gather) -> str:
        for sound in gather.sounds:
            await self._hear(sound)
        keys, asked = self.manner.keys, self._asked
        self._asked += 1
        key = keys[asked].strip() if asked < len(keys) and not self.manner.too_early else ""
        if key:
            self.pressed += key
            return key
        await self._pass(gather.timeout)
        return ""

    def _rest(self, seconds: float) -> float:
        ends = self.manner.hangs_up_after
        return seconds if ends is None else max(0.0, min(seconds, ends - self.seconds))

    async def _pass(self, seconds: float) -> None:
        rest = self._rest(seconds)
        self.seconds += rest
        await asyncio.sleep(rest * self.pace)
        if rest < seconds:
            raise HungUp

    def _write(self, *, to_the_end: bool) -> None:
        """Write down what was heard of a document, before anybody is asked for the next."""
        first = self.placed and self._documents == 0
        self._documents += 1
        if self._said:
            self.ledger.receive(
                FIRST if first else FURTHER,
                self.number,
                self.sid,
                "\n".join(self._said),
                mark=self.mark if first else "",
                said=list(self._said),
                seconds=round(self.seconds - self._since, 1),
                to_the_end=to_the_end,
            )
