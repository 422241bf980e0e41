"""The inbox: what gateways say is gathered for a moment and acted on together, so that a storm is few statements."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from audiences.stores import gateways
from broadcast.channels.base import Receipt, ReceiptSink, Word
from broadcast.channels.errors import Rejected
from broadcast.channels.speaker_mqtt.reports import WORDS, CommandState, Report, ReportKind, read_report
from broadcast.channels.speaker_mqtt.settings import SpeakerSettings
from broadcast.channels.speaker_mqtt.telling import SPEAKER
from broadcast.deliveries import Key
from broadcast.stores.speakers import gateways as speakers
from broadcast.stores.speakers import waits as speaker_waits
from ground.clock import SECOND, Clock, machine_now
from ground.transaction import Database

log = structlog.get_logger()

ACCOUNT = "speaker"
GATHERED_FOR = 0.2  # seconds
MOST_TOGETHER = 1_000  # reports
MOST_WAITING = 100_000  # reports; what comes beyond is said again when asked
ENDS = frozenset({Word.DELIVERED, Word.FAILED})
GREETINGS = frozenset({ReportKind.HELLO, ReportKind.STATUS})

Welcome = Callable[[Sequence[int], int], Awaitable[None]]


class Inbox:
    """`welcome` gets the ids of gateways that said hello, and since when, after what they said was kept."""

    def __init__(
        self, settings: SpeakerSettings, database: Database, clock: Clock, sink: ReceiptSink, welcome: Welcome
    ) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._sink = sink
        self._welcome = welcome
        self._waiting: asyncio.Queue[Report] = asyncio.Queue(MOST_WAITING)

    def drop_in(self, topic: str, payload: bytes) -> None:
        """Take what came on a topic; never waits, never raises."""
        report = read_report(topic, payload)
        if report is None:
            log.warning("report.unreadable", bytes=len(payload))
            return
        try:
            self._waiting.put_nowait(report)
        except asyncio.QueueFull:
            log.warning("report.dropped", waiting=MOST_WAITING)

    async def run(self) -> None:
        """Act on what comes, a batch at a time, for ever."""
        while True:
            batch = [await self._waiting.get()]
            since = machine_now()
            await asyncio.sleep(GATHERED_FOR)
            while len(batch) < MOST_TOGETHER and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                await self.act_on(batch, since)
            except Exception:  # what could not be kept is said again: the waits are still there
                log.exception("reports.refused", count=len(batch))

    async def act_on(self, batch: Sequence[Report], since: int) -> None:
        """Keep the receipts, note who is there and who is not, and tell those who came back what they missed."""
        states = [(report.gateway, state) for report in batch for state in report.states]
        async with self._database.reading() as tx:
            keys = await speakers.keys_of(
                tx, SPEAKER, sorted({state.notice for _, state in states}), sorted({code for code, _ in states})
            )
        found = [(state, key) for code, state in states if (key := keys.get((state.notice, code)))]
        if found:
            await self._sink([self._receipt(state, key) for state, key in found])
        back = await self._note(batch, found)
        if back:
            await self._welcome(back, since)

    async def _note(self, batch: Sequence[Report], found: Sequence[tuple[CommandState, Key]]) -> Sequence[int]:
        """Write presence and waits in one transaction; return the ids of gateways that said hello."""
        last = {report.gateway: report.kind for report in batch}
        here = sorted(code for code, kind in last.items() if kind is not ReportKind.OFFLINE)
        away = sorted(code for code, kind in last.items() if kind is ReportKind.OFFLINE)
        greeting = {report.gateway for report in batch if report.kind in GREETINGS}.intersection(here)
        ended = {key for state, key in found if WORDS[state.state] in ENDS}
        moving = {key for _, key in found} - ended
        machine = machine_now()
        async with self._database.writing() as tx:
            await speaker_waits.over(tx, SPEAKER, sorted(ended))
            quiet_until = machine + round(self._settings.quiet * SECOND)
            await speaker_waits.heard(tx, SPEAKER, sorted(moving), quiet_until)
            if here:
                await gateways.hear(tx, SPEAKER, here, at=machine)
            if away:
                await gateways.lose(tx, SPEAKER, away)
            ids = await speakers.by_code(tx, SPEAKER, sorted(greeting)) if greeting else {}
            await speaker_waits.answered(tx, SPEAKER, sorted(ids.values()))
        return sorted(ids.values())

    def _receipt(self, state: CommandState, key: Key) -> Receipt:
        """A gateway's clock may be wrong: what it says of a later moment than now is taken for now."""
        word = WORDS[state.state]
        now = self._clock.now()
        return Receipt(
            account=ACCOUNT,
            provider_id=str(key),
            word=word,
            detail=state.state,
            code=state.code,
            key=key,
            error=Rejected(state.code or state.state) if word is Word.FAILED else None,
            happened_at=min(state.at, now) if state.at is not None and state.at > 0 else None,
        )
