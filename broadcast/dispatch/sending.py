"""One claim on its way through a channel: what goes out, and what is believed of what the channel says of it."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass

from broadcast.channels.base import Accepted, Channel, Outcome, Outgoing
from broadcast.channels.errors import SendError, Unreachable
from broadcast.content.message import Message
from broadcast.content.rules import likeliest
from broadcast.notices import Notice
from broadcast.stores.sending.claims import Claimed
from broadcast.stores.sending.ranges import Range
from broadcast.stores.sending.records import Sent
from broadcast.stores.tables.returns import LONGEST_ID
from broadcast.verdicts import judge

FALLBACK_LANGUAGE = "zh_CN"
FORGOTTEN = Unreachable("no_outcome", maybe_accepted=True)
RUBBISH = Unreachable("rubbish_answer", maybe_accepted=True)

Place = tuple[str, str, int]
"""Where words belong: channel, language, rule."""


@dataclass(frozen=True, slots=True)
class Hand:
    """What a worker holds between claim and record."""

    held: Range
    notice: Notice
    batch: Sequence[Claimed]
    words: Mapping[Place, Message]


class Sending:
    """One call of a channel under way: what has come of it is there to be recorded while the rest still goes out."""

    def __init__(self, channel: Channel, hand: Hand) -> None:
        self._hand = hand
        self._waiting = {each.key: each for each in hand.batch}
        self._outcomes = channel.send(_outgoing(hand))
        self._come: list[Outcome] = []
        self.fault: Exception | None = None

    async def as_they_come(self, seconds: float) -> AsyncGenerator[list[Sent], None]:
        """Yield every so many seconds what has come since; what came at the end is left for `rest`."""
        pump = asyncio.create_task(self._pump())
        try:
            while not (await asyncio.wait({pump}, timeout=seconds))[0]:
                if self._come:
                    yield self._taken()
        finally:
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)

    def rest(self) -> list[Sent]:
        """Return what came at the end, and what never came: the channel forgot it, and it may have gone out."""
        return [*self._taken(), *(self._sent(each, FORGOTTEN) for each in self._waiting.values())]

    async def _pump(self) -> None:
        try:
            async for outcome in self._outcomes:
                self._come.append(outcome)
        except Exception as fault:  # noqa: BLE001 - kept for the engine, which logs it with the notice
            self.fault = fault

    def _taken(self) -> list[Sent]:
        """Pair outcomes with what was claimed; a second outcome for one key, or one for a foreign key, is dropped."""
        come, self._come = self._come, []
        taken = ((self._waiting.pop(outcome.key, None), outcome.result) for outcome in come)
        return [self._sent(claimed, result) for claimed, result in taken if claimed is not None]

    def _sent(self, claimed: Claimed, result: Accepted | SendError) -> Sent:
        if isinstance(result, Accepted) and not 0 < len(result.provider_id) <= LONGEST_ID:
            result = RUBBISH  # no receipt could ever name it, and no row holds it
        notice = self._hand.notice
        return Sent(claimed, result, judge(result, notice.policy, notice.guarantee, claimed.attempt))


def _outgoing(hand: Hand) -> list[Outgoing]:
    lane, drill, expires = hand.notice.lane, hand.notice.drill, hand.notice.expires
    words = {each: _message(hand, *each) for each in {(each.language, each.rule) for each in hand.batch}}
    return [
        Outgoing(key, address, words[language, rule], lane, drill, expires, language, attempt)
        for key, _, address, _, language, rule, attempt in hand.batch
    ]


def _message(hand: Hand, own_language: str, own_rule: int) -> Message:
    """The words for a person; a language or a rule that nobody composed for falls back rather than stay silent."""
    channel = hand.held.channel
    for language in (own_language, FALLBACK_LANGUAGE):
        for rule in likeliest(own_rule):
            if (message := hand.words.get((channel, language, rule))) is not None:
                return message
    return next(iter(hand.words.values()))
