"""Whatever happens in whatever order: every step of a delivery is legal, nothing is lost, and the counters are right.

Hypothesis invents stories of planning, sending, dying, receipts, answers, stops, overtaking and expiry, played on real
tables. A trigger writes down every change of a state, so that no step goes unseen.
"""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update

from broadcast.answers import Answer, AnswerKind
from broadcast.channels.base import Receipt, Word
from broadcast.channels.errors import Gone, Rejected, SendError, Throttled, Unreachable
from broadcast.deliveries import LEGAL, Key, State
from broadcast.dispatch import plan, sweep
from broadcast.dispatch.hub import Pace
from broadcast.dispatch.sending import Hand
from broadcast.notices import Guarantee, Kind, Notice, Policy
from broadcast.stores import stops
from broadcast.stores.returns import answers
from broadcast.stores.tables import attempts, counters, deliveries, fallbacks, notices, ranges, retries
from ground.actor import Actor
from ground.clock import HOUR, SECOND
from ground.transaction import Database, open_database
from tests.builders import World
from tests.dispatching import TESTER, Stage

Item = TypeVar("Item")

PEOPLE = (("1", None), ("1", "11"), ("2", "12"), ("3", "13"), ("4", None), ("5", None), (None, None))
"""Phone and chat of each: two share a phone, one has nothing."""
ADDRESSES = ("1", "2", "3", "4", "5", "11", "12", "13", "gw")
ERRORS: tuple[SendError, ...] = (
    Unreachable("down"),
    Unreachable("timed_out", maybe_accepted=True),
    Throttled("busy"),
    Rejected("30007"),
    Gone("21211"),
    Gone("21610", stopped=True),
)
FAILURES = (Unreachable("undelivered"), Rejected("30007"), Gone("21211"))
LOG = "CREATE TABLE steps (before TEXT, after TEXT)"
TRIGGER = """CREATE TRIGGER stepping AFTER UPDATE OF state ON deliveries WHEN old.state <> new.state
BEGIN INSERT INTO steps VALUES (old.state, new.state); END"""

WHICH = st.integers(0, 30)
OUTCOMES = st.lists(st.sampled_from((None, None, *ERRORS)), min_size=len(ADDRESSES), max_size=len(ADDRESSES))
FATES = st.lists(st.sampled_from(["sends", "sends", "is slow", "dies", "rests"]), min_size=2, max_size=5)


@dataclass(frozen=True)
class Work:
    """Plan a little; then each worker sends, or is slow, or dies with its hand full, or is not there."""

    slices: int
    fates: list[str]
    outcomes: list[SendError | None]


@dataclass(frozen=True)
class ComeHome:
    """A slow worker gets through at last."""

    which: int
    outcomes: list[SendError | None]


@dataclass(frozen=True)
class Lapse:
    which: int


@dataclass(frozen=True)
class Sweep:
    seconds: int
    due: set[int]


@dataclass(frozen=True)
class Hear:
    """A receipt: of a recorded try, with or without the mark, or with the mark of a try that nobody recorded."""

    which: int
    word: Word
    marked: bool
    recorded: bool
    failure: SendError


@dataclass(frozen=True)
class Reply:
    which: int


@dataclass(frozen=True)
class StopOrLift:
    channel: str | None


@dataclass(frozen=True)
class Overtake:
    kind: Kind


Event = Work | ComeHome | Lapse | Sweep | Hear | Reply | StopOrLift | Overtake

WORK = st.builds(Work, st.integers(1, 9), FATES, OUTCOMES)
SWEEP = st.builds(Sweep, st.sampled_from([0, 1, 60, 60, 600]), st.sets(st.integers(1, 9), min_size=2))
HEAR = st.builds(Hear, WHICH, st.sampled_from(Word), st.booleans(), st.booleans(), st.sampled_from(FAILURES))
RARE = st.one_of(
    st.builds(Reply, WHICH),
    st.builds(StopOrLift, st.sampled_from(["sms", None])),
    st.builds(Overtake, st.sampled_from([Kind.UPDATE, Kind.LIFTED])),
)
EVENTS = st.one_of(
    WORK, SWEEP, HEAR, WORK, SWEEP, HEAR, st.builds(ComeHome, WHICH, OUTCOMES), st.builds(Lapse, WHICH), RARE
)


@dataclass
class Story:
    """A hub whose fate is told event by event."""

    database: Database
    stage: Stage
    chief: Actor
    hands: list[Hand] = field(default_factory=list)  # of workers that are slow
    told: list[Notice] = field(default_factory=list)
    said: int = 0
    stopped: bool = False

    async def tell(self, kind: Kind, guarantee: Guarantee = Guarantee.AT_LEAST_ONCE) -> None:
        earlier = [each.id for each in self.told]
        ending = kind is Kind.LIFTED
        notice = await self.stage.notice(
            *([] if ending else ["area(36)"]),
            kind=kind,
            guarantee=guarantee,
            policy=Policy(("sms", "telegram", "speaker"), attempts=4),
            supersedes=earlier,
            tells_heard_of=earlier,
            expires=None if ending else self.stage.clock.now() + HOUR,
        )
        self.told.append(notice)

    async def happen(self, event: Event) -> None:
        match event:
            case Work():
                await self._work(event)
            case ComeHome(which, outcomes) if self.hands:
                hand = self.hands.pop(which % len(self.hands))
                self._script(outcomes)
                await self.stage.engine._send(self.stage.channels[hand.held.channel], hand)
            case Lapse(which):
                await self._lapse(which)
            case Sweep(seconds, due):
                self.stage.clock.pass_by(seconds * SECOND)
                async with self.database.writing() as tx:
                    await tx.execute(update(retries).where(retries.c.seq.in_(due)).values(due_at=0))
                await sweep.once(self.stage.hub)
            case Hear():
                await self._hear(event)
            case Reply(which):
                await self._reply(which)
            case StopOrLift(channel):
                await self._stop_or_lift(channel)
            case Overtake(kind) if len(self.told) < 3:
                await self.tell(kind)

    async def _work(self, event: Work) -> None:
        for _ in range(event.slices):
            await plan.plan_all(self.stage.hub)
        for ticket, fate in zip(await self.stage.tickets(), event.fates, strict=False):
            if fate == "sends":
                self._script(event.outcomes)
                await self.stage.engine.process(ticket)
            elif fate != "rests" and (hand := await self.stage.engine._claim(ticket)) is not None:
                self.hands += [hand] if fate == "is slow" else []

    def _script(self, outcomes: list[SendError | None]) -> None:
        for channel in self.stage.channels.values():
            channel._answers.clear()
            for address, error in zip(ADDRESSES, outcomes, strict=False):
                channel.answer(address, *([error] if error else []))

    async def _lapse(self, which: int) -> None:
        claimed = await self.rows(select(ranges).where(ranges.c.state == "claimed").order_by(ranges.c.id))
        if claimed:
            async with self.database.writing() as tx:
                mine = ranges.c.id == one(claimed, which).id
                await tx.execute(update(ranges).where(mine).values(lease_until=0))
            await sweep.take_back_lapsed(self.stage.hub)

    async def _hear(self, event: Hear) -> None:
        if event.recorded:
            known = await self.rows(select(attempts).order_by(attempts.c.notice_id, attempts.c.seq, attempts.c.at))
        else:
            known = await self.rows(select(deliveries).order_by(deliveries.c.notice_id, deliveries.c.seq))
            known = [row for row in known if row.state == State.CLAIMED] or known
        if known:
            row = one(known, event.which)
            self.said += 1
            provider_id = row.provider_id if event.recorded else f"forgotten-{self.said}"
            account = row.account if event.recorded else row.channel
            key = Key(row.notice_id, row.seq) if event.marked or not event.recorded else None
            error = event.failure if event.word is Word.FAILED else None
            receipt = Receipt(account, provider_id, event.word, event.word.value, key=key, error=error)
            await self.stage.receipts._keep([receipt])

    async def _reply(self, which: int) -> None:
        known = await self.rows(select(deliveries).order_by(deliveries.c.notice_id, deliveries.c.seq))
        if known:
            row = one(known, which)
            self.said += 1
            now, dedupe = self.stage.clock.now(), f"t:{self.said}"
            given = Answer(row.notice_id, row.address_id, None, AnswerKind.SAFE, row.channel, now, "ok", dedupe)
            async with self.database.writing() as tx:
                await answers.record(tx, TESTER, self.stage.hub.desk, given)

    async def _stop_or_lift(self, channel: str | None) -> None:
        self.stopped = not self.stopped
        async with self.database.writing() as tx:
            if self.stopped:
                await stops.stop_channel(tx, self.chief, channel, "wait", self.stage.clock.now())
                return
            for stop in await stops.in_force(tx, self.chief):
                await stops.lift(tx, self.chief, stop.id, self.stage.clock.now())

    async def come_to_rest(self) -> None:
        """Everything has an end: stops are lifted, workers are dead, hours are over."""
        if self.stopped:
            await self._stop_or_lift(None)
        self._script([])
        for _ in range(4):
            await self.stage.let_leases_lapse()
            await self.stage.let_retries_be_due()
            self.stage.clock.pass_by(HOUR)
            await self.stage.play()

    async def rows(self, statement: Any) -> list[Any]:
        async with self.database.reading() as tx:
            return list(await tx.rows(statement))


def one(items: Sequence[Item], which: int) -> Item:
    return items[which % len(items)]


async def check(story: Story) -> None:
    """What must be true after every event."""
    for before, after in await story.rows(text("SELECT DISTINCT before, after FROM steps")):
        assert State(after) in LEGAL[State(before)], f"{before} → {after}"
    scanned = await story.rows(select(deliveries).order_by(deliveries.c.notice_id, deliveries.c.seq))
    for notice in story.told:
        keys = [row.seq for row in scanned if row.notice_id == notice.id]
        assert keys == list(range(1, len(keys) + 1)), "dense, from 1"
    await check_counters(story, scanned)
    await check_nothing_is_lost(story, scanned)


async def check_counters(story: Story, scanned: Sequence[Any]) -> None:
    found: Counter[tuple[int, str, str]] = Counter()
    for row in scanned:
        state = State.PLANNED if row.state == State.CLAIMED else row.state
        found[row.notice_id, row.channel, state] += 1
        found[row.notice_id, row.channel, "maybe_twice"] += row.maybe_twice
    counted: Counter[tuple[int, str, str]] = Counter()
    for row in await story.rows(select(counters).where(counters.c.state.in_([*State, "maybe_twice"]))):
        assert row.n >= 0
        counted[row.notice_id, row.channel, row.state] += row.n
    assert +counted == +found


async def check_nothing_is_lost(story: Story, scanned: Sequence[Any]) -> None:
    """A planned delivery is on an open range or waits for its next try; a claimed one is on a claimed range."""
    under_way = await story.rows(select(ranges).where(ranges.c.state != "done"))
    waiting = {(row.notice_id, row.seq): row.range_id for row in await story.rows(select(retries))}
    unsent = {(row.notice_id, row.seq): row for row in scanned if row.state in {"planned", "claimed"}}
    for key, row in unsent.items():
        carrying = [each.state for each in under_way if carries(each, row, waiting)]
        if row.state == State.CLAIMED:
            assert carrying == ["claimed"]
        else:
            assert len(carrying) == 1 or waiting.get(key, 0) is None, f"{key} is planned, and nobody will send it"
    assert waiting.keys() <= unsent.keys(), "what has an end is not tried again"
    arrived = {(row.notice_id, row.seq) for row in scanned if row.state == State.DELIVERED}
    takeovers = {(row.notice_id, row.seq) for row in await story.rows(select(fallbacks))}
    assert not arrived & takeovers, "nobody takes over from what arrived"


def carries(each: Any, delivery: Any, waiting: dict[tuple[int, int], int | None]) -> bool:
    """Say whether a range would take this delivery along."""
    within = each.first_seq <= delivery.seq <= each.last_seq
    key = (delivery.notice_id, delivery.seq)
    taken = waiting.get(key) == each.id if each.again else key not in waiting
    return bool(each.notice_id == delivery.notice_id and each.channel == delivery.channel and within and taken)


async def check_the_end(story: Story) -> None:
    await check(story)
    assert await story.rows(select(deliveries).where(deliveries.c.state.in_([State.PLANNED, State.CLAIMED]))) == []
    assert await story.rows(select(retries)) == []
    assert await story.rows(select(ranges).where(ranges.c.state != "done")) == []
    unswept = [row.kind for row in await story.rows(select(notices).where(~notices.c.swept))]
    assert unswept in ([], [Kind.LIFTED]), "an ending has no end of its own"
    planned = await story.rows(select(func.count()).select_from(deliveries))
    ended = await story.rows(select(func.sum(counters.c.n)).where(counters.c.state.in_([*State])))
    assert (ended[0][0] or 0) == planned[0][0]


async def play(template: Path, folder: Path, guarantee: Guarantee, events: Sequence[Event]) -> None:
    path = folder / "story.db"
    shutil.copy(template, path)
    database = open_database(f"sqlite:///{path}")
    try:
        world, stage = World(database), Stage(database, pace=Pace(slice=3))
        village = await world.area("36", "Checao")
        for sms, chat in PEOPLE:
            await world.person(village, sms=sms, telegram=chat)
        await world.gateway(village, "gw")
        story = Story(database, stage, await world.operator(None))
        for name, channel in stage.channels.items():
            channel.account = name
        async with database.writing() as tx:
            for statement in (LOG, TRIGGER):
                await tx.execute(text(statement))
        await story.tell(Kind.ALARM, guarantee)
        for event in events:
            await story.happen(event)
            await check(story)
        await story.come_to_rest()
        await check_the_end(story)
    finally:
        await database.close()


@pytest.mark.parametrize("guarantee", list(Guarantee))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(events=st.lists(EVENTS, min_size=20, max_size=50))
def test_whatever_happens_in_whatever_order(
    sqlite_template: Path, guarantee: Guarantee, events: Sequence[Event]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(sqlite_template, Path(folder), guarantee, events))
