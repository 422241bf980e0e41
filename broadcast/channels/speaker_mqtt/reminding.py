"""Reminding: who owes a word is told again, who comes back is told what was missed, both from the database."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

import structlog

from audiences.stores import gateways
from broadcast.channels.speaker_mqtt.settings import SpeakerSettings
from broadcast.channels.speaker_mqtt.telling import SPEAKER, Listener, Teller
from broadcast.content.compose import Words
from broadcast.notices import Notice
from broadcast.stores import notices
from broadcast.stores.speakers import gateways as speakers
from broadcast.stores.speakers import waits as speaker_waits
from broadcast.stores.speakers.waits import CHANNEL, Validity, Wait
from ground.clock import MINUTE, SECOND, Clock, machine_now
from ground.transaction import Database

log = structlog.get_logger()

LOOK = 0.5  # seconds between two looks at what is due
TIDY_EVERY = 20  # looks
TOGETHER = 1_000  # waits in one look
REST = 10 * MINUTE  # after which it is looked at whether a wait that rests still means anything
MANY = 20  # listeners, from which on it pays to ask whether their whole subtree is told again
FALLBACK_LANGUAGE = "zh_CN"


class Reminder:
    """Found by a sweep over rows, never by a timer: what was due while the hub was away is due now."""

    def __init__(self, settings: SpeakerSettings, database: Database, clock: Clock, teller: Teller) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._teller = teller

    async def run(self) -> None:
        """Look again and again, for ever."""
        looks = 0
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self.remind(machine_now())
                if looks % TIDY_EVERY == 0:
                    await self.tidy(machine_now())
            except Exception:  # the rows are still there for the next look
                log.exception("reminding.failed")
            looks += 1

    async def remind(self, machine: int) -> int:
        """Tell again whoever is due at the machine instant; return how many deliveries that were."""
        tries = self._settings.tries
        async with self._database.reading() as tx:
            if not await speaker_waits.anything_due(tx, SPEAKER, machine):
                return 0
        async with self._database.writing() as tx:
            await speaker_waits.hasten_stopped(tx, SPEAKER, machine)
            waits = await speaker_waits.due(tx, SPEAKER, self._valid, machine, tries, TOGETHER)
            silent = await speaker_waits.silent(tx, SPEAKER, machine, tries)
            if silent:
                await gateways.lose(tx, SPEAKER, silent)
            await speaker_waits.let_rest(tx, SPEAKER, machine, tries, machine + REST)
        await self._tell(waits)
        return len(waits)

    async def welcome(self, gateway_ids: Sequence[int], since: int) -> None:
        """Tell gateways that said hello (at `since`, machine time) what is still valid and was not played there."""
        async with self._database.reading() as tx:
            waits = await speaker_waits.owed_to(tx, SPEAKER, gateway_ids, self._valid, since)
        await self._tell(waits)

    async def tidy(self, machine: int) -> None:
        """Forget what needs no word any more, and show as offline who has not been heard for long."""
        unseen_since = machine - round(self._settings.unseen * SECOND)
        async with self._database.writing() as tx:
            await speaker_waits.forget_ended(tx, SPEAKER, self._valid, machine, TOGETHER)
            await gateways.lose_silent(tx, SPEAKER, before=unseen_since)

    @property
    def _valid(self) -> Validity:
        return Validity(self._clock.now(), self._settings.ending_hours)

    async def _tell(self, waits: Sequence[Wait]) -> None:
        by_notice: defaultdict[int, list[Wait]] = defaultdict(list)
        for wait in waits:
            by_notice[wait.key.notice].append(wait)
        for notice_id, owed in sorted(by_notice.items()):
            async with self._database.reading() as tx:
                notice = await notices.load(tx, SPEAKER, notice_id)
                words = await notices.words_of(tx, SPEAKER, notice_id)
            await self._tell_one(notice, words, owed)

    async def _tell_one(self, notice: Notice, words: Sequence[Words], owed: Sequence[Wait]) -> None:
        stopped = [Listener(wait.key, wait.gateway) for wait in owed if wait.stopped]
        if stopped:
            await self._teller.stop(notice, stopped)
        messages = {(each.language, each.rule): each.message for each in words if each.channel == CHANNEL}
        groups: defaultdict[tuple[str, int], list[Listener]] = defaultdict(list)
        for wait in owed:
            if not wait.stopped:
                groups[wait.language, wait.rule].append(Listener(wait.key, wait.gateway))
        for (language, rule), listeners in groups.items():
            message = messages.get((language, rule)) or messages.get((FALLBACK_LANGUAGE, rule))
            if message is None:
                continue
            async with self._database.reading() as tx:
                many = len(listeners) >= MANY
                told = await speakers.told(tx, SPEAKER, notice.id, language, rule) if many else ()
            await self._teller.play(notice, message, listeners, told)
            log.info("notice.repeated", notice=notice.id, gateways=len(listeners))
