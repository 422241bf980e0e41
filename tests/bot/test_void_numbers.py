"""A number that reaches nobody: the ladder that turned to it does not wait for its next step."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from audiences.stores.tables import addresses
from broadcast.channels.errors import Gone
from broadcast.dispatch import escalation
from broadcast.ladders.model import StepKind
from broadcast.stores.ladders import rows
from broadcast.stores.tables import ladder_steps
from ground.clock import SECOND
from ground.transaction import Database
from tests.bot.ladder_telephones import LadderTelephones, telephones
from tests.ladders import CHIEF, HOLDER, TESTER, Line, line_of_duty

SECOND_PHONE = "+99900000081"
GONE = Gone("number_unknown")


@pytest.fixture
async def stage(database: Database, tmp_path: Path) -> AsyncIterator[LadderTelephones]:
    async with telephones(database, tmp_path) as stage:
        yield stage


@pytest.fixture
async def line(database: Database) -> Line:
    return await line_of_duty(database)


@pytest.mark.parametrize("manner", [{"unassigned": True}, {"invalid": True}])
async def test_a_void_number_moves_the_ladder_at_once_and_the_next_rung_writes_where_it_cannot_call(
    stage: LadderTelephones, line: Line, manner: dict[str, Any]
) -> None:
    stage.phone(HOLDER, **manner)
    await stage.issue(line.town)
    texts = len(stage.said_to("telegram", "7001"))
    await stage.pass_by(40)
    assert (await stage.steps_of(line.monitor))[-3:] == [StepKind.VOID, StepKind.MESSAGED, StepKind.MESSAGED]
    assert len(stage.said_to("telegram", "7001")) == texts + 1, "within the second, not after the rung's eighty"
    async with stage.database.reading() as tx:
        why = await tx.value(select(ladder_steps.c.result).where(ladder_steps.c.kind == StepKind.VOID))
        closed = await tx.values(select(addresses.c.closed_why).where(addresses.c.value == HOLDER))
    assert why == "invalid"
    assert sorted(closed, key=str) == [None, "invalid"], "whether texts get through is for texts to find out"


async def test_whoever_has_no_working_address_left_is_skipped_at_once_and_the_next_in_line_called(
    stage: LadderTelephones, line: Line
) -> None:
    await stage.issue(line.town)
    stage.phone(CHIEF, unassigned=True)
    await stage.text_was_void(CHIEF, GONE)
    opened, *done = await stage.steps_of(line.chief)
    assert opened is StepKind.OPENED
    assert done[:5] == [StepKind.MESSAGED, StepKind.VOID, StepKind.CALLED, StepKind.VOID, StepKind.SKIPPED]
    assert done[-2:] == [StepKind.MESSAGED, StepKind.CALLED], "whoever is above, before a minute has passed"


@pytest.mark.parametrize("manner", [{"busy": True}, {"rings": 99}, {"off": True}, {"hangs_up_after": 1.0}])
async def test_whoever_may_answer_another_time_is_not_hurried_past(
    stage: LadderTelephones, line: Line, manner: dict[str, Any]
) -> None:
    stage.phone(HOLDER, **manner)
    await stage.issue(line.town)
    await stage.pass_by(40)
    due = (await stage.ladder(line.monitor)).due_at
    assert due == stage.clock.now() + 80_000, "the rung's own wait"
    await stage.pass_by(70)
    assert await stage.count(line.monitor, StepKind.CALLED) == 1
    await stage.pass_by(10)
    assert await stage.count(line.monitor, StepKind.CALLED) == 2
    assert await stage.count(line.monitor, StepKind.VOID) == 0


async def test_a_text_that_a_receipt_finds_void_moves_it_too(stage: LadderTelephones, line: Line) -> None:
    await stage.issue(line.town)
    assert stage.dialled(CHIEF) == 0
    await stage.text_was_void(CHIEF, GONE)
    assert stage.dialled(CHIEF) == 1
    assert stage.dialled(HOLDER) == 0, "only whoever was written to there"


async def test_the_second_telephone_is_tried_before_the_ladder_moves(stage: LadderTelephones, line: Line) -> None:
    await line.world.address("voice", SECOND_PHONE, line.monitor, rank=5)
    stage.phone(HOLDER, unassigned=True)
    await stage.issue(line.town)
    await stage.pass_by(40)
    assert stage.dialled(SECOND_PHONE) == 1
    assert await stage.count(line.monitor, StepKind.VOID) == 0


async def test_it_moves_once_the_second_telephone_is_void_too(stage: LadderTelephones, line: Line) -> None:
    await line.world.address("voice", SECOND_PHONE, line.monitor, rank=5)
    for number in (HOLDER, SECOND_PHONE):
        stage.phone(number, unassigned=True)
    await stage.issue(line.town)
    await stage.pass_by(40)
    assert await stage.count(line.monitor, StepKind.VOID) == 1
    assert (await stage.steps_of(line.monitor))[-1] is StepKind.MESSAGED


async def test_a_number_found_void_after_the_ladder_went_on_changes_nothing(
    stage: LadderTelephones, line: Line
) -> None:
    await stage.issue(line.town)
    await stage.pass_by(330)
    before = await stage.ladder(line.monitor)
    assert before.target == line.deputy
    await stage.text_was_void(HOLDER, GONE)
    assert (await stage.ladder(line.monitor)).due_at == before.due_at


async def test_whoever_shares_a_void_number_is_not_waited_for_either(stage: LadderTelephones, line: Line) -> None:
    neighbour = await line.world.person(line.town.village, "付青", sms=CHIEF)
    await line.world.post(line.town.village, "patrol", neighbour)
    await stage.issue(line.town)
    await stage.text_was_void(CHIEF, GONE)
    for person in (line.chief, neighbour):
        assert (await stage.steps_of(person))[1:4] == [StepKind.MESSAGED, StepKind.VOID, StepKind.CALLED]


async def test_a_receipt_waits_for_no_answer_that_is_being_written(postgresql: Database, tmp_path: Path) -> None:
    """An answer holds the ladder and wants the deliveries; a receipt holds a delivery and wants the ladder."""
    line = await line_of_duty(postgresql)
    async with telephones(postgresql, tmp_path) as stage:
        await stage.issue(line.town)
        ladder = await stage.ladder(line.chief)
        async with postgresql.writing() as tx:
            await rows.calling(tx, TESTER, ladder.chain, [line.chief])
            async with asyncio.timeout(10):
                await stage.carrier_says_void(CHIEF, GONE)
        assert await stage.count(line.chief, StepKind.VOID) == 0


async def test_a_number_that_is_closed_before_its_turn_to_be_called_comes_is_not_waited_for(
    stage: LadderTelephones, line: Line
) -> None:
    """Calls wait in line for a turn; meanwhile the warning itself found the number void."""
    await stage.issue(line.town)
    stage.clock.pass_by(40 * SECOND)
    await escalation.once(stage.escalation)
    async with stage.database.writing() as tx:
        this = (addresses.c.value == HOLDER) & (addresses.c.channel == "voice")
        await tx.execute(addresses.update().where(this).values(closed_at=1, closed_why="invalid"))
    await stage.go_round()
    assert stage.dialled(HOLDER) == 0
    assert (await stage.steps_of(line.monitor))[-4:] == [
        StepKind.CALLED,
        StepKind.VOID,
        StepKind.MESSAGED,
        StepKind.MESSAGED,
    ]
