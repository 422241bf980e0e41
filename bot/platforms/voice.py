"""Keys that are pressed in calls, and people who ring us up; what is said back is said in the same call."""

from collections.abc import Sequence
from contextlib import AsyncExitStack

import structlog
from sqlalchemy.exc import DBAPIError

from bot.platforms.base import Hear, PlatformKind
from bot.turns import Choice, Incoming, Reply
from broadcast.channels.base import Webhook, WebhookAnswer, WebhookCall
from broadcast.channels.kind import Surroundings
from broadcast.channels.telephony import CallTurn, Next, Telephone, Thread
from broadcast.content import calling
from broadcast.stores.returns.calling import Told, is_known, newest_for, told
from ground.actor import system

log = structlog.get_logger()
LISTENER = system("calls")
LANGUAGE = "zh_CN"  # until we know with whom we speak


class VoicePlatform:
    name = "voice"

    def __init__(self, telephone: Telephone, around: Surroundings, hear: Hear) -> None:
        self._telephone = telephone
        self._database = around.database
        self._clock = around.clock
        self._hear = hear

    async def start(self, stack: AsyncExitStack) -> None:
        """Nothing to begin: the vendor calls the addresses that each call carries, and the one set for the number."""

    @property
    def webhooks(self) -> Sequence[Webhook]:
        telephone = self._telephone
        return (
            Webhook("POST", telephone.inbound_path, self._rung_up),
            Webhook("POST", telephone.key_path, self._pressed),
        )

    async def _rung_up(self, call: WebhookCall) -> WebhookAnswer:
        """Somebody rings us: most often after a call they missed."""
        turn = self._telephone.read(call)
        if isinstance(turn, WebhookAnswer):
            return turn
        try:
            return self._telephone.play(await self._called_back(turn))
        except (DBAPIError, OSError) as fault:
            return self._telephone.play(_broken(fault))

    async def _pressed(self, call: WebhookCall) -> WebhookAnswer:
        turn = self._telephone.read(call)
        if isinstance(turn, WebhookAnswer):
            return turn
        if turn.thread is None or not turn.digit:
            return WebhookAnswer(400, b"no key of any call")
        try:
            async with self._database.reading() as tx:
                found = await told(tx, LISTENER, turn.thread.key)
        except (DBAPIError, OSError) as fault:
            return self._telephone.play(_broken(fault))
        following = calling.out_of_order(LANGUAGE) if found is None else await self._answered(turn, turn.thread, found)
        return self._telephone.play(following)

    async def _called_back(self, turn: CallTurn) -> Next:
        caller, now = self._telephone.caller, self._clock.now()
        async with self._database.reading() as tx:
            found = await newest_for(tx, LISTENER, turn.number, now)
            known = found is not None or await is_known(tx, LISTENER, turn.number)
        if found is None:
            return calling.nothing_open(caller, LANGUAGE, known=known)
        return calling.called_back(caller, found.message, found.language, Thread(found.key, rang_up=True))

    async def _answered(self, turn: CallTurn, thread: Thread, found: Told) -> Next:
        incoming = self._incoming(turn, thread, found)
        if incoming is None:
            return calling.wrong_key(found.message, found.language, thread)
        try:
            reply = await self._hear(incoming)
        except Exception as fault:  # noqa: BLE001 - whoever pressed must be told that it was not kept, whatever it was
            log.error("key.unkept", fault=type(fault).__name__)  # noqa: TRY400 - a traceback may hold the number
            return calling.not_kept(found.message, found.language, thread)
        return _said(reply, thread, found)

    def _incoming(self, turn: CallTurn, thread: Thread, found: Told) -> Incoming | None:
        """Return a key as a turn: one of the delivery's choices, or a number in a talk; None if it is neither."""
        keys, number = calling.keys_of(found.message), int(turn.digit) if turn.digit.isdigit() else 0
        if not thread.follows and not 0 < number <= len(keys):
            return None
        return Incoming(
            platform=self.name,
            account=self._telephone.account_name,
            update=f"{turn.call}:{thread.asked}",
            address=turn.number,
            text=turn.digit if thread.follows else "",
            choice=None if thread.follows else Choice(found.key, keys[number - 1].key),
            language=found.language,
            rings_back=found.key if thread.rang_up else None,
            forgeable=thread.rang_up,
            follows=thread.follows,
        )


def _said(reply: Reply | None, thread: Thread, found: Told) -> Next:
    if reply is None:
        return calling.noted(found.language)
    return calling.said_back(reply.text, reply.offered, reply.language or found.language, thread)


def _broken(fault: Exception) -> Next:
    log.error("call.unanswered", fault=type(fault).__name__)
    return calling.out_of_order(LANGUAGE)


def _build(channel: Telephone, surroundings: Surroundings, hear: Hear) -> VoicePlatform:
    return VoicePlatform(channel, surroundings, hear)


VOICE = PlatformKind("voice", "voice", _build)
