"""A grave warning that waits calls its approvers one after the other, until somebody decides."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import update

from audiences.stores.tables import operators
from broadcast.alerts.model import Level
from ground.actor import Role
from ground.transaction import Database
from tests.broadcast.alerts.warnings import approve, rain, submit
from tests.ladders import LEADER, Calling, Line, line_of_duty

FIRST, SECOND_ONE = "+99900000051", "+99900000052"


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Calling]:
    async with AsyncExitStack() as stack:
        stage = Calling(database)
        await stage.start(stack)
        yield stage


@pytest.fixture
async def line(database: Database) -> Line:
    """The approver of the township is somebody with a phone; so is one of the county above."""
    made = await line_of_duty(database)
    for number, operator in ((FIRST, made.town.approver), (SECOND_ONE, None)):
        person = await made.world.person(made.town.area, sms=number)
        who = operator or await made.world.operator(made.town.area, Role.APPROVER)
        async with database.writing() as tx:
            await tx.execute(update(operators).where(operators.c.id == who.id).values(person_id=person))
    return made


async def test_the_next_is_called_after_a_minute_then_who_leads_and_then_the_first_again(
    stage: Calling, line: Line
) -> None:
    alert = await submit(line.town, await line.town.drafted(rain(line.town.area, level=Level.RED)))
    await stage.told("alert.submitted", alert)
    [text] = stage.said_to("sms", FIRST)
    assert "等您审批：荷湖乡暴雨红色预警" in text
    assert f"https://hub.example/alerts/{alert.id}/decide" in text
    assert len(stage.said_to("voice", FIRST)) == 1
    assert stage.said_to("voice", SECOND_ONE) == []
    await stage.pass_by(60)
    assert len(stage.said_to("voice", SECOND_ONE)) == 1
    await stage.pass_by(60)
    assert len(stage.said_to("voice", LEADER)) == 1
    await stage.pass_by(120)
    assert len(stage.said_to("voice", FIRST)) == 2


async def test_a_decision_ends_it(stage: Calling, line: Line) -> None:
    alert = await submit(line.town, await line.town.drafted(rain(line.town.area, level=Level.RED)))
    await stage.told("alert.submitted", alert)
    await stage.told("alert.approved", await approve(line.town, alert))
    await stage.pass_by(120)
    assert stage.said_to("voice", SECOND_ONE) == []


async def test_nobody_is_woken_for_a_yellow_one(stage: Calling, line: Line) -> None:
    alert = await submit(line.town, await line.town.drafted(rain(line.town.area, level=Level.YELLOW)))
    await stage.told("alert.submitted", alert)
    assert stage.said_to("voice", FIRST) == []
