"""Many ladders at once: what one answer or one slice of rungs costs does not grow with the chain."""

from contextlib import AsyncExitStack

import pytest
from sqlalchemy import insert, literal, select, text, update

from audiences.stores.tables import people, posts, terms
from broadcast.dispatch import escalation
from broadcast.ladders import answering
from broadcast.ladders.answering import CALLER, Said
from broadcast.ladders.model import Ladder, Reply, StepKind
from broadcast.stores.tables import ladder_steps, ladders
from ground.clock import HOUR
from ground.transaction import Database, Dialect
from tests.broadcast.alerts import warnings
from tests.broadcast.dispatch.crowds import crowd
from tests.broadcast.dispatch.test_statement_counts import counted
from tests.broadcast.stores.test_query_plans import explain, listening
from tests.ladders import Calling

SLICE = escalation.STEPS_AT_ONCE
MANY = 3_000  # PostgreSQL chooses by what it has counted


async def monitors(database: Database, stage: Calling, number: int) -> None:
    """Let so many monitors have a ladder each; their first messages are planned and not sent yet."""
    town = await warnings.town(database)
    await crowd(database, town.village, number, "sms")
    mine = people.c.source == "crowd"
    post = select(people.c.id, literal("crowd"), people.c.external_id, literal("monitor"), people.c.area_id)
    term = select(people.c.id, people.c.id, people.c.id, literal(0))
    async with database.writing() as tx:
        names = ["id", "source", "external_id", "duty", "area_id"]
        await tx.execute(insert(posts).from_select(names, post.where(mine)))
        await tx.execute(insert(terms).from_select(["id", "post_id", "holder_id", "from_at"], term.where(mine)))
    await stage.issue(town)


@pytest.mark.parametrize("number", [2, SLICE])
async def test_a_slice_of_rungs_costs_the_same_number_of_statements(database: Database, number: int) -> None:
    async with AsyncExitStack() as stack:
        stage = Calling(database)
        await stage.start(stack)
        await monitors(database, stage, number)
        stage.clock.pass_by(HOUR)
        with counted(database) as statements:
            assert await escalation._climb(stage.escalation) == number
        sent = len([each for each in statements if not each.startswith(("BEGIN", "SELECT"))])
        assert sent <= 14, "as many for two ladders as for a slice of them"


async def test_an_answer_reads_ladders_by_person_and_never_a_whole_chain(database: Database) -> None:
    async with AsyncExitStack() as stack:
        stage = Calling(database)
        await stage.start(stack)
        await monitors(database, stage, MANY if database.dialect is Dialect.POSTGRESQL else 3)
        if database.dialect is Dialect.POSTGRESQL:
            async with database.writing() as tx:
                await tx.execute(text("ANALYZE"))
        ladder = (await stage.all())[0]
        with listening(database) as asked:
            assert await says(stage, ladder) is answering.Heard.AWAKE
        whole = ("SCAN ladder", "Seq Scan on ladder", "SEARCH ladders USING INDEX sqlite_autoindex_ladders_2 (chain=?)")
        plans = [(each, await explain(database, *each)) for each in asked]
        assert not [each for each, steps in plans for step in steps if step.startswith(whole)]
        assert len(asked) <= 12


async def says(stage: Calling, ladder: Ladder) -> answering.Heard:
    now = stage.clock.now()
    said = Said(ladder.chain, (ladder.person,), Reply.ON_POST, f"person:{ladder.person}", now)
    async with stage.database.writing() as tx:
        return await answering.reply(tx, CALLER, stage.hub.desk, said, now)


async def test_after_hours_of_silence_danger_spots_are_called_first(database: Database) -> None:
    async with AsyncExitStack() as stack:
        stage = Calling(database)
        await stage.start(stack)
        await monitors(database, stage, 3 * SLICE)
        stage.clock.pass_by(3 * HOUR)
        in_danger = ladders.c.id % 7 == 0
        async with database.writing() as tx:
            newest = await tx.value(select(ladder_steps.c.id).order_by(ladder_steps.c.id.desc()).limit(1))
            await tx.execute(update(ladders).where(in_danger).values(in_danger=True, due_at=ladders.c.due_at + HOUR))
        assert await escalation._climb(stage.escalation) == 3 * SLICE
        async with database.reading() as tx:
            taken = select(ladder_steps.c.ladder_id, ladders.c.in_danger).join(ladders)
            taken = taken.where(
                ladder_steps.c.id > newest, ladder_steps.c.kind.in_([StepKind.MESSAGED, StepKind.CALLED])
            )
            rows = await tx.rows(taken.order_by(ladder_steps.c.id))
    first = [row.in_danger for row in rows]
    assert first[:SLICE] == sorted(first, reverse=True)[:SLICE]
    assert len({row.ladder_id for row in rows}) == len(rows) == 3 * SLICE, "each once"
