"""A turn costs a handful of statements, the same on both databases: many answer a warning within the same minutes."""

import pytest
from sqlalchemy import text

from ground.transaction import Database, Dialect
from tests.bot.conftest import Listening
from tests.bot.test_dialogue import CHAT, PHONE, one_person, warned
from tests.broadcast.dispatch.test_statement_counts import counted
from tests.broadcast.stores.test_query_plans import explain, listening
from tests.builders import World

SMALL_TALK, QUESTION, ANSWER = 11, 16, 19
REPLIES = 20_000
MANY_REPLIES = f"""INSERT INTO notices (public_id, origin, kind, purpose, lane, guarantee, drill, asks_answer, policy,
tells_heard_of, state, size, valid_from, expires, made_at)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {REPLIES})
SELECT 'reply-' || i, 'reply:' || i, 'reply', 'replies', 'replies', 'at_least_once', false, false, '{{}}',
'[]', 'planned', 1, CAST(:now AS BIGINT), CAST(:now AS BIGINT) + 1000000, CAST(:now AS BIGINT) FROM n"""


async def cost(stage: Listening, said: str, platform: str, address: str = CHAT) -> list[str]:
    """Return the statements of one turn, beside those that open its transaction."""
    with counted(stage.database) as statements:
        assert await stage.hear(address, said, platform) is not None
    return [each for each in statements if not each.startswith("BEGIN")]


@pytest.mark.parametrize(("said", "costs"), [("你好", SMALL_TALK), ("今天真热", QUESTION)])
async def test_small_talk_costs_little(stage: Listening, world: World, said: str, costs: int) -> None:
    await one_person(world)
    await stage.hear(CHAT, "你好", "telegram")
    statements = await cost(stage, said, "telegram")
    assert len(statements) == costs, "\n".join(statements)


async def test_an_answer_to_a_warning_costs_nineteen_statements(stage: Listening, world: World) -> None:
    await one_person(world)
    await warned(stage)
    statements = await cost(stage, "收到", "sms", PHONE)
    assert len(statements) == ANSWER, "\n".join(statements)


@pytest.mark.parametrize("said", ["收到", "1", "安全"])
async def test_every_way_to_answer_costs_the_same(stage: Listening, world: World, said: str) -> None:
    await one_person(world)
    await warned(stage)
    assert len(await cost(stage, said, "sms", PHONE)) == ANSWER


async def test_a_pressed_button_costs_little_more(stage: Listening, world: World) -> None:
    area = await world.area("1")
    await world.person(area, telegram=CHAT)
    key = await stage.key_at(await warned(stage), "telegram")
    with counted(stage.database) as statements:
        assert await stage.press(CHAT, key, "received") is not None
    assert len([each for each in statements if not each.startswith("BEGIN")]) <= ANSWER + 2


async def test_no_turn_walks_through_what_was_ever_replied(stage: Listening, world: World, database: Database) -> None:
    await one_person(world)
    await warned(stage)
    async with database.writing() as tx:
        await tx.execute(text(MANY_REPLIES), {"now": stage.clock.now()})
        if database.dialect is Dialect.POSTGRESQL:
            await tx.execute(text("ANALYZE notices"))
    with listening(database) as asked:
        assert await stage.hear(PHONE, "收到") is not None
    reads = [(statement, given) for statement, given in asked if statement.startswith("SELECT")]
    plans = [step for statement, given in reads for step in await explain(database, statement, given)]
    assert any("notices" in step for step in plans)
    assert not [step for step in plans if step in {"SCAN notices", "SCAN deliveries"}]
    assert not [step for step in plans if step.startswith(("Seq Scan on notices", "Index Scan Backward using pk_no"))]
