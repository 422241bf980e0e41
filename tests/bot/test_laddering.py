"""叫应 at the door: nobody answers, somebody knocks, and what is found there answers the ladder."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from bot.cases.door_task import Act, Kind, Outcome
from bot.cases.door_values import Deed, DoorTask
from bot.doors import laddering, visiting
from bot.doors.opening import DOORS, DoorDesk
from bot.stores.doors import tasks
from bot.telling import Teller
from broadcast.ladders import model
from ground.transaction import Database
from tests.ladders import HOLDER, Calling, Line, line_of_duty


class AtTheDoor(Calling):
    """Ladders that send somebody to knock."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.hub.desk.listen(*laddering.subscriptions(self.clock, self.hub.desk))
        self.desk = DoorDesk(Teller(self.tools.kinds), self.hub.desk)

    async def doors(self, ladder: model.Ladder) -> list[DoorTask]:
        async with self.database.reading() as tx:
            return list(await tasks.of_origin(tx, DOORS, f"ladder:{ladder.public_id}"))

    async def found(self, task: DoorTask, outcome: Outcome) -> None:
        now = self.clock.now()
        deed = Deed(act=Act.REPORT, by="person:3", dedupe=f"knock:{outcome}", happened_at=now, now=now, outcome=outcome)
        async with self.database.writing() as tx:
            await visiting.act(self.desk, tx, DOORS, task, deed)
        await self.go_round()


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[AtTheDoor]:
    async with AsyncExitStack() as stack:
        stage = AtTheDoor(database)
        await stage.start(stack)
        yield stage


@pytest.fixture
async def line(database: Database) -> Line:
    return await line_of_duty(database)


async def test_nobody_answers_and_what_is_found_at_the_door_closes_the_ladder(stage: AtTheDoor, line: Line) -> None:
    await stage.issue(line.town)
    await stage.pass_by(600)
    ladder = await stage.ladder(line.monitor)
    [task] = await stage.doors(ladder)
    assert (task.kind, task.person, task.drill) == (Kind.NOT_ANSWERED, line.monitor, False)
    await stage.found(task, Outcome.NOBODY_HOME)
    assert (await stage.ladder(line.monitor)).is_open
    await stage.found(task, Outcome.ANSWERED_INFORMED)
    assert (await stage.ladder(line.monitor)).outcome == model.Outcome.ANSWERED


async def test_who_answers_after_all_needs_no_knock(stage: AtTheDoor, line: Line) -> None:
    await stage.issue(line.town)
    await stage.pass_by(600)
    await stage.keys(HOLDER, "1")
    [task] = await stage.doors(await stage.ladder(line.monitor))
    assert not task.open
