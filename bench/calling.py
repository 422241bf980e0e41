"""叫应 raced: ladders of many responsible persons, whose answers come in while their first messages still go out.

Everybody is a monitor; the messages leave through the engine while the answers are recorded beside it. Afterwards the
rows are asked: was anything claimed after its answer, and what was under way when the answers came?
"""

import asyncio
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from sqlalchemy import func, select, text

from broadcast.alerts.model import AlertDraft, Content, Level
from broadcast.alerts.office import Office
from broadcast.channels.base import Abilities
from broadcast.channels.kind import ChannelKind
from broadcast.channels.memory import MemoryChannel, MemorySettings
from broadcast.dispatch import escalation, plan
from broadcast.dispatch.engine import Engine
from broadcast.dispatch.escalation import Escalation
from broadcast.dispatch.hub import Hub
from broadcast.ladders import answering
from broadcast.ladders.answering import CALLER, Said
from broadcast.ladders.model import Reply, StepKind
from broadcast.ladders.policy import policy_for
from broadcast.queues.memory import MemoryQueue
from broadcast.stores import alerts
from broadcast.stores.ladders import chains
from broadcast.stores.sending.ranges import unpublished
from broadcast.stores.tables import deliveries, ladder_steps, ladders
from ground.actor import system
from ground.clock import DAY, Clock, WallClock
from ground.events import NewsDesk
from ground.transaction import Database

BENCH = system("bench")
LADDERS = 10_000
OFFICE = "36098100000000"
COUNTY = 1
AT_ONCE = 8  # answers under way at a time


@dataclass(frozen=True, slots=True)
class CallingFigures:
    """Seconds, and what the rows say afterwards."""

    dialect: str
    ladders: int
    opened: float
    answered: float
    late: int  # sendings claimed after the answer: must be none
    under_way: int  # sendings under claim when their answer came
    sent: int


async def race(database: Database, people: int) -> CallingFigures:
    """Open the ladders, let the first messages be due, and race."""
    calling = caller(database, WallClock())
    hub = calling.hub
    await responsible(database)
    await warn(hub)
    began = perf_counter()
    while await escalation.once(calling):
        await plan.plan_all(hub)
    opened = perf_counter() - began
    began = perf_counter()
    await asyncio.gather(_send(hub), _answer(hub))
    passed = perf_counter() - began
    return CallingFigures(database.dialect.value, people, opened, passed, *await _after(database))


def caller(database: Database, clock: Clock) -> Escalation:
    """Return a hub that calls by SMS, to a channel that accepts everything."""
    channel = MemoryChannel(MemorySettings(remember=0), name="sms", abilities=Abilities(receipts=True, batch=50))
    kind = ChannelKind("sms", channel.abilities, MemorySettings, lambda _settings, _around: channel)
    hub = Hub(database, clock, NewsDesk(), MemoryQueue(), {"sms": channel})
    return Escalation(hub, Office(OFFICE, NewsDesk(), [kind]))


async def responsible(database: Database) -> None:
    """Make everybody of the town a monitor of the own village."""
    posts = (
        "INSERT INTO posts (id, source, external_id, duty, area_id) SELECT id, 'bench', 'd' || id, 'monitor', area_id"
    )
    terms = "INSERT INTO terms (id, post_id, holder_id, from_at) SELECT id, id, id, 0 FROM people"
    for statement in (f"{posts} FROM people", terms, "ANALYZE posts", "ANALYZE terms"):
        async with database.writing() as tx:
            await tx.execute(text(statement))


async def warn(hub: Hub) -> None:
    """Let a red warning to the county be answered for."""
    now = hub.clock.now()
    contents = {"zh_CN": Content("暴雨红色预警", "有大雨", area_desc="全县", sender_name="气象台")}
    draft = AlertDraft(area=COUNTY, level=Level.RED, event_code="11B03", contents=contents, expires=now + DAY)
    policy = policy_for(Level.RED, draft.event_code, now)
    assert policy is not None
    async with hub.database.writing() as tx:
        alert = await alerts.keep(tx, BENCH, draft, now)
        await chains.begin(tx, CALLER, alert.id, alert, policy, now)


async def _send(hub: Hub) -> None:
    engine = Engine(hub)
    while await plan.plan_all(hub):
        pass
    async with hub.database.reading() as tx:
        tickets = await unpublished(tx, BENCH, 0, 100_000)
    for ticket in tickets:
        await engine.process(ticket)


async def _answer(hub: Hub) -> None:
    async with hub.database.reading() as tx:
        rows = list(await tx.rows(select(ladders.c.chain, ladders.c.person_id).order_by(ladders.c.code)))

    async def work() -> None:
        while rows:
            row = rows.pop()
            now = hub.clock.now()
            said = Said(row.chain, (row.person_id,), Reply.ON_POST, f"person:{row.person_id}", now)
            async with hub.database.writing() as tx:
                await answering.reply(tx, CALLER, hub.desk, said, now)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


async def _after(database: Database) -> tuple[int, int, int]:
    """Return what was claimed after its answer, what was under way, and what was sent in all."""
    step = ladder_steps.c
    answer = (  # the last word of its transaction, whatever became of the ladder by it
        select(
            ladders.c.person_id,
            func.max(step.learned_at).label("learned_at"),
            func.max(step.under_way).label("under_way"),
        )
        .join(ladders, ladders.c.id == step.ladder_id)
        .where(step.kind.not_in([StepKind.OPENED, StepKind.MESSAGED]))
        .group_by(ladders.c.person_id)
        .subquery("answer")
    )
    mine: Any = deliveries.c.person_id == answer.c.person_id
    late = select(func.count()).select_from(deliveries.join(answer, mine))
    async with database.reading() as tx:
        after = int(await tx.value(late.where(deliveries.c.claimed_at > answer.c.learned_at)))
        under_way = int(await tx.value(select(func.coalesce(func.sum(answer.c.under_way), 0))))
        people = int(await tx.value(select(func.count()).select_from(ladders)))
        assert await tx.value(select(func.count()).select_from(answer)) == people
        sent = select(func.count()).select_from(deliveries).where(deliveries.c.state == "accepted")
        return after, under_way, int(await tx.value(sent))
