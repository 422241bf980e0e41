"""Ladders go on whatever becomes of hubs: two at once climb none twice, and one that starts anew takes them up."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import replace

from sqlalchemy import select

from broadcast.dispatch import escalation
from broadcast.ladders.model import Outcome, StepKind
from broadcast.stores.tables import ladder_steps
from ground.clock import SECOND
from ground.transaction import Database
from tests.ladders import HOLDER, Calling, line_of_duty

HUBS = 3


async def steps_by_ladder(database: Database) -> Counter[tuple[int, str]]:
    async with database.reading() as tx:
        return Counter((row.ladder_id, row.kind) for row in await tx.rows(select(ladder_steps)))


async def test_no_ladder_is_climbed_twice_by_hubs_that_look_at_the_same_moment(database: Database) -> None:
    async with AsyncExitStack() as stack:
        stage = Calling(database)
        await stage.start(stack)
        line = await line_of_duty(database)
        await stage.issue(line.town)
        await stage.play()
        hubs = [replace(stage.escalation) for _ in range(HUBS)]
        for _ in range(12):
            stage.clock.pass_by(10 * SECOND)
            await asyncio.gather(*(escalation.once(hub) for hub in hubs))
        taken = await steps_by_ladder(database)
    ladder = (await stage.ladder(line.monitor)).id
    assert taken[ladder, StepKind.MESSAGED] == 2, "once in the chat, once by SMS"
    assert taken[ladder, StepKind.CALLED] == 2, "after 40 seconds, and after 120"
    assert {n for (_, kind), n in taken.items() if kind == StepKind.OPENED} == {1}


async def test_a_hub_that_dies_in_the_middle_leaves_ladders_that_the_next_one_takes_up(database: Database) -> None:
    async with AsyncExitStack() as stack:
        first = Calling(database)
        await first.start(stack)
        line = await line_of_duty(database)
        await first.issue(line.town)
        await first.pass_by(50)
        second = Calling(database)  # nothing of the first is left but the rows
        second.clock.pass_by(50 * SECOND)
        await second.start(stack)
        await second.pass_by(80)
        assert second.calls_to(HOLDER) == 1
        await second.keys(HOLDER, "1")
        assert (await second.ladder(line.monitor)).outcome == Outcome.ANSWERED
