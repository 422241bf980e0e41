"""Answers come in while a ladder's messages go out: nothing is claimed after one, and what went out is counted."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

from sqlalchemy import select

from broadcast.alerts.model import Level
from broadcast.dispatch import escalation
from broadcast.ladders import answering
from broadcast.ladders.answering import CALLER, Heard, Said
from broadcast.ladders.model import Ladder, Reply, StepKind
from broadcast.stores.tables import deliveries, ladder_steps
from ground.clock import machine_now
from ground.transaction import Database
from tests.broadcast.alerts import warnings
from tests.builders import World
from tests.ladders import Calling

PEOPLE = 60


async def test_nothing_is_claimed_after_the_answer_is_recorded(database: Database) -> None:
    async with AsyncExitStack() as stack:
        stage = Calling(database)
        await stage.start(stack)
        await all_responsible(stage, database)
        ladders = sorted(await stage.all(), key=lambda each: each.code)  # as good as at random
        answered: dict[int, int] = {}
        await asyncio.gather(send_slowly(stage), answer_all(stage, ladders, answered))
        await stage.play()
        assert len(answered) == PEOPLE
        await nothing_after(database, answered)


async def all_responsible(stage: Calling, database: Database) -> None:
    """Let so many monitors be called at once; their first messages are planned and not sent yet."""
    town = await warnings.town(database)
    world = World(database)
    for number in range(PEOPLE):
        person = await world.person(town.village, sms=f"+9990001{number:04}", telegram=f"8{number:04}")
        await world.post(town.village, "monitor", person)
    alert = await town.issued(warnings.rain(town.area, level=Level.RED))
    await stage.plan()
    async with database.writing() as tx:
        await stage.hub.desk.tell(tx, "alert.issued", alert.id, stage.clock.now())
    await stage.hub.desk.hand_on(database)
    await escalation.once(stage.escalation)


async def send_slowly(stage: Calling) -> None:
    await stage.plan()
    for ticket in await stage.tickets():
        await stage.engine.process(ticket)
        await asyncio.sleep(0)


async def answer_all(stage: Calling, ladders: Sequence[Ladder], answered: dict[int, int]) -> None:
    for ladder in ladders:
        said = Said(ladder.chain, (ladder.person,), Reply.ON_POST, f"person:{ladder.person}", stage.clock.now())
        async with stage.database.writing() as tx:
            heard = await answering.reply(tx, CALLER, stage.hub.desk, said, stage.clock.now())
        answered[ladder.person] = machine_now()
        assert heard is Heard.AWAKE


async def nothing_after(database: Database, answered: dict[int, int]) -> None:
    """No claim is younger than the answer; of each person's sendings no more were under way than one per channel."""
    async with database.reading() as tx:
        told = select(ladder_steps.c.notice_id).where(ladder_steps.c.notice_id.is_not(None))
        rows: Sequence[Any] = await tx.rows(select(deliveries).where(deliveries.c.notice_id.in_(told)))
        at_rest = select(ladder_steps).where(ladder_steps.c.kind.in_((StepKind.AWAKE, StepKind.CLOSED)))
        under_way = sum(row.under_way for row in await tx.rows(at_rest))
    late = [row for row in rows if row.claimed_at is not None and row.claimed_at > answered[row.person_id]]
    assert late == []
    assert all(row.state in {"accepted", "suppressed"} for row in rows)
    assert max(Counter((row.person_id, row.channel) for row in rows).values()) == 1
    assert under_way <= sum(row.state == "accepted" for row in rows)
