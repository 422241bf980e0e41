"""A caller's number can be forged: whoever rings up about a red warning is rung back, and proves it by picking up."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from audiences.stores.tables import addresses, organisation_addresses, shifts
from broadcast.alerts.model import Level
from broadcast.ladders.model import StepKind
from ground.clock import HOUR, MINUTE
from ground.transaction import Database
from tests.bot.ladder_telephones import LadderTelephones, telephones
from tests.ladders import DEPUTY, DRILL, HOLDER, Line, line_of_duty

SECOND_PHONE, ROOM = "+99900000081", "+99900000061"
SOON, LATELY, HINT = "我们马上给您回电，请接听并按1", "我们刚给您回过电话", "4位数字"


@pytest.fixture
async def stage(database: Database, tmp_path: Path) -> AsyncIterator[LadderTelephones]:
    async with telephones(database, tmp_path) as stage:
        yield stage


@pytest.fixture
async def line(database: Database) -> Line:
    return await line_of_duty(database)


async def rings_up(stage: LadderTelephones, number: str, keys: str = "1") -> str:
    heard = "\n".join(await stage.ring(number, keys=keys))
    await stage.go_round()
    return heard


async def test_whoever_rings_up_is_rung_back_at_once_and_closes_the_ladder_there(
    stage: LadderTelephones, line: Line
) -> None:
    await stage.issue(line.town)
    stage.phone(HOLDER, keys="1")
    assert SOON in await rings_up(stage, HOLDER)
    assert stage.dialled(HOLDER) == 0, "their line is busy until they have put the receiver down"
    assert line.monitor in await stage.open_ones(), "a number can be forged"
    await stage.pass_by(10)
    assert stage.dialled(HOLDER) == 1
    assert line.monitor not in await stage.open_ones()
    assert await stage.count(line.monitor, StepKind.UNPROVEN) == 1


async def test_a_forger_makes_no_telephone_ring_more_than_once_in_two_minutes(
    stage: LadderTelephones, line: Line
) -> None:
    await stage.issue(line.town)
    said = []
    for _ in range(3):
        said.append(await rings_up(stage, HOLDER))
        await stage.pass_by(10)
    assert [LATELY in each for each in said] == [False, True, True]
    assert stage.dialled(HOLDER) == 1
    assert line.monitor in await stage.open_ones()
    stage.clock.pass_by(2 * MINUTE)
    assert SOON in await rings_up(stage, HOLDER)


async def test_ringing_back_neither_hurries_nor_delays_the_ladder(stage: LadderTelephones, line: Line) -> None:
    await stage.issue(line.town)
    await stage.pass_by(60)
    before = await stage.ladder(line.monitor)
    await rings_up(stage, HOLDER)
    await stage.pass_by(20)
    after = await stage.ladder(line.monitor)
    assert await stage.count(line.monitor, StepKind.CALLED) == 2
    assert (after.position, after.due_at, after.target) == (before.position, before.due_at, before.target)


async def test_the_deputy_is_rung_back_while_the_superior_has_his_turn(stage: LadderTelephones, line: Line) -> None:
    await stage.issue(line.town)
    await stage.pass_by(450)
    calls = stage.dialled(DEPUTY)
    assert (await stage.ladder(line.monitor)).target not in {line.monitor, line.deputy}
    stage.phone(DEPUTY, keys="1")
    assert SOON in await rings_up(stage, DEPUTY)
    await stage.pass_by(10)
    assert stage.dialled(DEPUTY) == calls + 1
    assert line.monitor not in await stage.open_ones()


async def test_it_is_the_number_that_rang_up_which_is_rung_back(stage: LadderTelephones, line: Line) -> None:
    await line.world.address("voice", SECOND_PHONE, line.monitor, rank=5)
    await stage.issue(line.town)
    await rings_up(stage, SECOND_PHONE)
    await stage.pass_by(10)
    assert (stage.dialled(HOLDER), stage.dialled(SECOND_PHONE)) == (0, 1)


async def test_a_duty_room_is_rung_back_at_its_own_telephone(
    stage: LadderTelephones, line: Line, database: Database
) -> None:
    sitting = await line.world.person(line.town.area, "吴值班")
    room = await line.world.organisation(line.town.area, "township_office")
    address = await line.world.address("voice", ROOM)
    began, ends = stage.clock.now() - HOUR, stage.clock.now() + HOUR
    async with database.writing() as tx:
        landline = {"organisation_id": room, "address_id": address, "source": "test", "from_at": 0}
        await tx.execute(organisation_addresses.insert().values(landline))
        shift = {"organisation_id": room, "person_id": sitting, "from_at": began, "until_at": ends}
        await tx.execute(shifts.insert().values(**shift, source="test", role="duty_officer"))
    await stage.issue(line.town)
    await stage.pass_by(50)
    calls = stage.dialled(ROOM)
    assert SOON in await rings_up(stage, ROOM)
    stage.phone(ROOM, keys="1")
    await stage.pass_by(10)
    assert stage.dialled(ROOM) == calls + 1
    assert sitting not in await stage.open_ones()


async def test_a_text_without_the_code_has_the_hint_and_no_call(stage: LadderTelephones, line: Line) -> None:
    await stage.issue(line.town)
    assert HINT in await stage.says(HOLDER, "1")
    await stage.pass_by(20)
    assert stage.dialled(HOLDER) == 0


async def test_a_number_that_is_not_to_be_called_any_more_is_not_rung_back(
    stage: LadderTelephones, line: Line, database: Database
) -> None:
    await stage.issue(line.town)
    async with database.writing() as tx:
        this = (addresses.c.value == HOLDER) & (addresses.c.channel == "voice")
        await tx.execute(addresses.update().where(this).values(closed_at=1, closed_why="not_me"))
    assert "位数字" in await rings_up(stage, HOLDER)
    await stage.pass_by(20)
    assert stage.dialled(HOLDER) == 0


async def test_not_me_by_a_forged_number_closes_nothing_until_it_is_said_in_our_call(
    stage: LadderTelephones, line: Line, database: Database
) -> None:
    await stage.issue(line.town)
    assert "请接听并按3" in await rings_up(stage, HOLDER, "3")
    async with database.reading() as tx:
        assert set(await tx.values(select(addresses.c.closed_at).where(addresses.c.value == HOLDER))) == {None}
    stage.phone(HOLDER, keys="3")
    await stage.pass_by(10)
    async with database.reading() as tx:
        why = select(addresses.c.closed_why).where(addresses.c.value == HOLDER)
        assert set(await tx.values(why)) == {"not_me"}


async def test_where_no_code_is_wanted_ringing_up_is_enough(stage: LadderTelephones, line: Line) -> None:
    await stage.issue(line.town, level=Level.ORANGE, event_code="11D01")
    assert "您已到岗" in await rings_up(stage, HOLDER)
    assert line.monitor not in await stage.open_ones()


async def test_what_was_answered_meanwhile_is_not_rung_back(stage: LadderTelephones, line: Line) -> None:
    await stage.issue(line.town)
    await rings_up(stage, HOLDER)
    await stage.press("7001", stage.channels["telegram"].sent[-1].key, "on_post")
    await stage.pass_by(20)
    assert stage.dialled(HOLDER) == 0


async def test_a_drill_is_rung_back_as_a_drill(stage: LadderTelephones, line: Line) -> None:
    await stage.issue(line.town, **DRILL)
    await rings_up(stage, HOLDER)
    await stage.pass_by(10)
    assert "演练" in stage.heard_by(HOLDER)[-1].text or "演练" in stage.said_in_calls(HOLDER)


async def test_a_clock_that_jumps_back_forgets_nobody(stage: LadderTelephones, line: Line) -> None:
    await stage.issue(line.town)
    await rings_up(stage, HOLDER)
    stage.clock.pass_by(-2 * HOUR)
    await stage.go_round()
    assert stage.dialled(HOLDER) == 1
