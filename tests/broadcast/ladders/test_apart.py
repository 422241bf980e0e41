"""One chain that nobody can make anything of keeps no other ladder waiting: not opened, not climbed, not closed."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from sqlalchemy import func, select, update

from broadcast.alerts.model import Alert, Level
from broadcast.ladders.model import State
from broadcast.stores.ladders import auditing
from broadcast.stores.tables import alerts, approval_calls, call_chains, ladders
from ground.clock import MINUTE, SECOND
from ground.transaction import Database
from tests.broadcast.alerts.warnings import rain, submit
from tests.ladders import HOLDER, TESTER, Calling, Line, line_of_duty

BROKEN: Any = {"rungs": "none that anybody could read"}


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Calling]:
    async with AsyncExitStack() as stack:
        stage = Calling(database)
        await stage.start(stack)
        yield stage


@pytest.fixture
async def line(database: Database) -> Line:
    return await line_of_duty(database)


async def two_warnings(stage: Calling, line: Line) -> tuple[Alert, Alert]:
    """Two that nobody looked at yet: the first of them comes first in every look."""
    made = [await line.town.issued(rain(line.town.area, level=Level.RED), stage.clock.now()) for _ in range(2)]
    async with stage.database.writing() as tx:
        for number, each in enumerate(made):
            await stage.hub.desk.tell(tx, "alert.issued", each.id, stage.clock.now() + number, area=each.area)
    await stage.hub.desk.hand_on(stage.database)
    return made[0], made[1]


async def breaks(stage: Calling, alert: Alert, policy: Any = BROKEN) -> Any:
    """Let a chain's policy be one that cannot be read; return what it was."""
    async with stage.database.writing() as tx:
        mine = call_chains.c.chain == alert.id
        before = await tx.value(select(call_chains.c.policy).where(mine))
        await tx.execute(update(call_chains).where(mine).values(policy=policy))
    return before


async def states(stage: Calling, alert: Alert) -> set[State]:
    async with stage.database.reading() as tx:
        return {State(each) for each in await tx.values(select(ladders.c.state).where(ladders.c.chain == alert.id))}


async def test_a_chain_that_cannot_be_read_keeps_no_other_from_being_opened(stage: Calling, line: Line) -> None:
    broken, sound = await two_warnings(stage, line)
    before = await breaks(stage, broken)
    await stage.go_round()
    assert await states(stage, broken) == set()
    assert await states(stage, sound) == {State.OPEN}
    assert stage.calls_to(HOLDER) or "叫应" in stage.said_to("sms", HOLDER)[-1]
    await breaks(stage, broken, before)
    await stage.go_round()
    assert await states(stage, broken) == {State.OPEN}, "nothing was lost"


async def test_a_chain_that_cannot_be_read_keeps_no_other_from_being_climbed_or_closed(
    stage: Calling, line: Line
) -> None:
    broken, sound = await two_warnings(stage, line)
    await stage.go_round()
    before = await breaks(stage, broken)
    rung = len(await stage.steps_of(line.monitor))
    await stage.pass_by(90)
    assert await taken(stage, sound) > 1
    assert await taken(stage, broken) == 1
    assert rung
    async with stage.database.reading() as tx:
        stalled = await auditing.stalled(tx, TESTER, stage.clock.now(), 10 * SECOND)
    assert stalled, "and whoever watches from outside is told"
    await stage.end(line.town, sound)
    assert await states(stage, sound) == {State.CLOSED}
    await breaks(stage, broken, before)
    await stage.go_round()
    assert await taken(stage, broken) > 1


async def taken(stage: Calling, alert: Alert) -> int:
    """How far the furthest ladder of a chain has come."""
    async with stage.database.reading() as tx:
        return int(await tx.value(select(func.max(ladders.c.position)).where(ladders.c.chain == alert.id)))


async def test_a_ladder_that_cannot_be_climbed_keeps_no_other_of_its_slice_waiting(stage: Calling, line: Line) -> None:
    alert = await stage.issue(line.town)
    async with stage.database.writing() as tx:
        mine = ladders.c.person_id == line.monitor
        await tx.execute(update(ladders).where(mine).values(position=-100))  # there is no such rung
    await stage.pass_by(90)
    assert (await stage.ladder(line.monitor)).position == -100
    assert await taken(stage, alert) > 1


async def test_an_approver_who_cannot_be_called_keeps_no_other_waiting(stage: Calling, line: Line) -> None:
    made = [await submit(line.town, await line.town.drafted(rain(line.town.area, level=Level.RED))) for _ in range(2)]
    async with stage.database.writing() as tx:
        for each in made:
            await stage.hub.desk.tell(tx, "alert.submitted", each.id, stage.clock.now(), area=each.area)
    await stage.hub.desk.hand_on(stage.database)
    async with stage.database.writing() as tx:
        nonsense: Any = {"zh_CN": {"what nobody could read": 1}}
        await tx.execute(update(alerts).where(alerts.c.id == made[0].id).values(content=nonsense))
    await stage.go_round()
    stage.clock.pass_by(MINUTE)
    await stage.go_round()
    async with stage.database.reading() as tx:
        turns = {row.alert_id: row.turn for row in await tx.rows(select(approval_calls))}
    assert turns == {made[0].id: 0, made[1].id: 2}
