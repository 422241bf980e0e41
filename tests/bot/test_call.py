"""叫应: whoever is responsible answers, or the next in line is called; it always moves, and an answer stops it all."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import select

from audiences.stores.tables import addresses, organisation_addresses, shifts
from broadcast.alerts.model import Level
from broadcast.answers import AnswerKind
from broadcast.dispatch import escalation
from broadcast.ladders.model import Outcome, State, StepKind
from ground.clock import HOUR, MINUTE
from ground.transaction import Database
from tests.ladders import CHIEF, DEPUTY, DRILL, DUTY, HOLDER, LEADER, Calling, Line, line_of_duty


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Calling]:
    async with AsyncExitStack() as stack:
        stage = Calling(database)
        await stage.start(stack)
        yield stage


@pytest.fixture
async def line(database: Database) -> Line:
    return await line_of_duty(database)


async def test_whoever_answers_nothing_is_called_and_called_again_then_the_next_in_line(
    stage: Calling, line: Line
) -> None:
    await stage.issue(line.town)
    assert "叫应：荷湖乡暴雨红色预警" in stage.said_to("telegram", "7001")[-1]
    assert "叫应：荷湖乡暴雨红色预警" in stage.said_to("sms", HOLDER)[-1]
    assert stage.calls_to(HOLDER) == 0
    await stage.pass_by(50)
    assert stage.calls_to(HOLDER) == 1
    await stage.pass_by(250)
    assert stage.calls_to(HOLDER) == 4  # the first, and three more within five minutes
    assert stage.calls_to(DEPUTY) == 0
    await stage.pass_by(120)
    assert stage.calls_to(DEPUTY) == 2
    await stage.pass_by(120)
    assert StepKind.KNOCKED in await stage.steps_of(line.monitor)
    assert line.monitor in await stage.open_ones()


async def test_the_third_call_is_answered_by_a_key_and_everything_stops(stage: Calling, line: Line) -> None:
    await stage.issue(line.town)
    await stage.pass_by(210)
    assert stage.calls_to(HOLDER) == 3
    await stage.keys(HOLDER, "1")
    ladder = await stage.ladder(line.monitor)
    assert (ladder.state, ladder.outcome, ladder.answered_by) == (State.AWAKE, Outcome.ANSWERED, line.monitor)
    await stage.pass_by(600)
    assert stage.calls_to(HOLDER) == 3
    assert stage.calls_to(DEPUTY) == 0


async def test_a_text_can_be_forged_and_closes_a_red_ladder_only_with_its_code(stage: Calling, line: Line) -> None:
    await stage.issue(line.town)
    code = (await stage.codes())[line.monitor]
    assert code in stage.said_to("sms", HOLDER)[-1]
    wrong = "0000" if code != "0000" else "1111"
    for forged in ("1", f"1 {wrong}"):
        assert "4位数字" in await stage.says(HOLDER, forged)
    assert line.monitor in await stage.open_ones()
    assert "您已到岗" in await stage.says(HOLDER, f"1，{code}")
    assert line.monitor not in await stage.open_ones()


async def test_a_button_in_a_chat_closes_it(stage: Calling, line: Line) -> None:
    await stage.issue(line.town)
    message = stage.channels["telegram"].sent[-1]
    await stage.press("7001", message.key, "on_post")
    assert line.monitor not in await stage.open_ones()


async def test_who_is_away_sends_for_the_deputy_at_once_and_the_ladder_stays_open(stage: Calling, line: Line) -> None:
    await stage.issue(line.town)
    await stage.press("7001", stage.channels["telegram"].sent[-1].key, "away")
    await stage.go_round()
    assert "叫应" in stage.said_to("sms", DEPUTY)[-1]
    assert stage.calls_to(DEPUTY) == 1
    await stage.pass_by(50)
    assert stage.calls_to(HOLDER) == 0
    assert line.monitor in await stage.open_ones()
    await stage.keys(DEPUTY, "1")
    assert (await stage.ladder(line.monitor)).outcome == Outcome.ANSWERED


async def test_a_wrong_number_is_closed_and_the_ladder_moves_at_once(
    stage: Calling, line: Line, database: Database
) -> None:
    await stage.issue(line.town)
    await stage.pass_by(50)
    await stage.keys(HOLDER, "3")
    async with database.reading() as tx:
        closed = select(addresses.c.closed_why).where(addresses.c.value == HOLDER)
        assert await tx.values(closed) == ["not_me", "not_me"], "nobody texts a number that is another's, either"
    assert len(stage.said_to("telegram", "7001")) == 3  # the warning, the first message, and one in place of the call
    assert line.monitor in await stage.open_ones()


async def test_of_a_duty_room_one_is_enough(stage: Calling, line: Line) -> None:
    await stage.issue(line.town)
    await stage.pass_by(50)
    assert stage.calls_to(LEADER) == stage.calls_to(DUTY) == 1
    await stage.keys(DUTY, "1")
    assert {line.officer, line.leader}.isdisjoint(await stage.open_ones())
    assert (await stage.ladder(line.leader)).outcome == Outcome.BY_ANOTHER
    assert {line.monitor, line.chief} <= await stage.open_ones()  # villages are called whoever above is silent


async def test_whoever_is_on_shift_answers_for_the_township_by_the_room_s_own_telephone(
    stage: Calling, line: Line, database: Database
) -> None:
    """He has no telephone of his own that works; a colleague picks up in the duty room."""
    sitting = await line.world.person(line.town.area, "吴值班")
    room = await line.world.organisation(line.town.area, "township_office")
    address = await line.world.address("voice", "+99900000061")
    began, ends = stage.clock.now() - HOUR, stage.clock.now() + HOUR
    async with database.writing() as tx:
        landline = {"organisation_id": room, "address_id": address, "source": "test", "from_at": 0}
        await tx.execute(organisation_addresses.insert().values(landline))
        shift = {"organisation_id": room, "person_id": sitting, "from_at": began, "until_at": ends}
        await tx.execute(shifts.insert().values(**shift, source="test", role="duty_officer"))
    await stage.issue(line.town)
    await stage.pass_by(50)
    assert stage.calls_to("+99900000061") >= 1
    await stage.keys("+99900000061", "1")
    assert (await stage.ladder(sitting)).outcome == Outcome.ANSWERED
    assert line.monitor in await stage.open_ones()


async def test_old_telephones_in_a_danger_zone_are_called_beside_the_text_and_others_are_not(
    stage: Calling, line: Line
) -> None:
    world, village = line.world, line.town.village
    exposed = await world.household(village, hazard="landslide")
    safe = await world.household(village)
    for number, (home, kind) in enumerate(((exposed, "feature"), (exposed, "smart"), (safe, "feature")), 71):
        await world.person(village, sms=f"+999000000{number}", household=home, phone_kind=kind)
    await stage.issue(line.town)
    called = [each.address for each in stage.channels["voice"].sent]
    assert called == ["+99900000071"]
    assert len(stage.said_to("sms", "+99900000071")) == 1
    await stage.keys("+99900000071", "1")
    assert [kind for _, _, kind, _ in await stage.answered()] == [AnswerKind.SAFE]


async def test_somebody_without_an_address_is_skipped_at_once(stage: Calling, line: Line) -> None:
    world = line.world
    nobody = await world.person(line.town.village, "李无")
    stand_in = await world.person(line.town.village, "王有", sms="+99900000031")
    await world.post(line.town.village, "patrol", nobody, deputy=stand_in)
    await stage.issue(line.town)
    assert await stage.steps_of(nobody) == [StepKind.OPENED, StepKind.SKIPPED, StepKind.MESSAGED, StepKind.CALLED]
    assert stage.calls_to("+99900000031") == 1


async def test_a_graver_warning_asks_again_and_a_lesser_one_leaves_in_peace(stage: Calling, line: Line) -> None:
    orange = await stage.issue(line.town, level=Level.ORANGE, event_code="11D01")
    await stage.press("7001", stage.channels["telegram"].sent[-1].key, "on_post")
    assert line.monitor not in await stage.open_ones()
    red = await stage.update(line.town, orange, level=Level.RED)
    assert line.monitor in await stage.open_ones()
    await stage.press("7001", stage.channels["telegram"].sent[-1].key, "on_post")
    await stage.update(line.town, red, level=Level.ORANGE, event_code="11D01")
    assert line.monitor not in await stage.open_ones()
    assert [each.person for each in await stage.all()].count(line.monitor) == 1


async def test_an_ending_closes_what_is_open(stage: Calling, line: Line) -> None:
    red = await stage.issue(line.town)
    await stage.pass_by(50)
    await stage.end(line.town, red)
    assert {each.outcome for each in await stage.all()} == {Outcome.OVER}
    calls = stage.calls_to(HOLDER)
    await stage.pass_by(200)
    assert stage.calls_to(HOLDER) == calls
    assert "已经结束" in await stage.says(HOLDER, "1")


async def test_a_warning_that_ran_out_and_is_issued_anew_calls_again(stage: Calling, line: Line) -> None:
    red = await stage.issue(line.town)
    await stage.told("alert.expired", red)
    assert await stage.open_ones() == set()
    await stage.update(line.town, red, level=Level.RED)
    assert line.monitor in await stage.open_ones()


async def test_after_hours_of_downtime_one_step_is_taken_and_not_all_that_were_missed(
    stage: Calling, line: Line
) -> None:
    await stage.issue(line.town)
    stage.clock.pass_by(3 * HOUR)
    await stage.go_round()
    assert stage.calls_to(HOLDER) == 1
    await stage.pass_by(90)
    assert stage.calls_to(HOLDER) == 2


async def test_a_clock_that_jumps_back_stops_no_ladder(stage: Calling, line: Line) -> None:
    await stage.issue(line.town)
    stage.clock.pass_by(-2 * HOUR)
    await stage.go_round()
    await stage.pass_by(50)
    assert stage.calls_to(HOLDER) >= 1


async def test_without_telephones_it_is_written_again_and_nobody_is_passed_over(database: Database, line: Line) -> None:
    async with AsyncExitStack() as stack:
        stage = Calling(database, voice=False)
        await stage.start(stack)
        await stage.issue(line.town)
        await stage.pass_by(50)
        assert len([text for text in stage.said_to("sms", HOLDER) if "叫应" in text]) == 2
        assert "叫应" not in "".join(stage.said_to("sms", DEPUTY))


async def test_a_drill_calls_as_a_drill(stage: Calling, line: Line) -> None:
    await stage.issue(line.town, **DRILL)
    await stage.pass_by(50)
    assert stage.said_to("voice", HOLDER)[-1].startswith("演练")
    assert all(each.drill for each in await stage.all())


async def test_yellow_wakes_nobody(stage: Calling, line: Line) -> None:
    await stage.issue(line.town, level=Level.YELLOW)
    assert await stage.all() == []


async def test_who_is_called_for_two_stays_called_until_both_are_answered(stage: Calling, line: Line) -> None:
    """The village's head is above two monitors who do not answer; one of them does in the end."""
    world = line.world
    second = await world.person(line.town.village, "陈二", sms="+99900000041")
    await world.post(line.town.village, "monitor", second)
    await stage.issue(line.town)
    await stage.pass_by(50)
    await stage.keys(CHIEF, "1")
    await stage.pass_by(420)
    assert stage.calls_to(CHIEF) >= 2
    await stage.keys("+99900000041", "1")
    calls = stage.calls_to(CHIEF)
    await stage.pass_by(60)
    assert line.monitor in await stage.open_ones()
    await stage.keys(CHIEF, "1")
    assert line.monitor not in await stage.open_ones()
    assert stage.calls_to(CHIEF) >= calls


async def test_every_open_ladder_has_a_step_that_is_due_within_minutes(stage: Calling, line: Line) -> None:
    await stage.issue(line.town)
    for _ in range(20):
        await stage.pass_by(60)
        open_ones = [each for each in await stage.all() if each.is_open]
        assert all(each.due_at is not None and each.due_at <= stage.clock.now() + 5 * MINUTE for each in open_ones)
    assert await escalation.once(stage.escalation) == 0
