"""A grave warning: whoever is not reached for sure, or is frail, becomes a door that somebody with a name knocks at."""

from sqlalchemy import update

from audiences.stores.tables import addresses
from bot.cases.door_task import Act, Kind, Outcome, Reason, Rung, State, Task
from bot.cases.door_values import Deed
from bot.doors.opening import DOORS, open_tasks
from bot.stores.doors import steps
from broadcast.alerts.model import Ending, Level, Status
from ground.clock import MINUTE
from tests.bot.doors.conftest import COMMITTEE, PROVEN, TOWNSHIP, UNPROVEN, A, B, Slope, Village
from tests.builders import World


async def test_who_is_not_reached_for_sure_or_is_frail_is_a_door_of_person_a(stage: Village, slope: Slope) -> None:
    await stage.issue(slope.county, "36")
    doors = {each.household: each for each in await stage.doors()}
    assert doors.keys() == {slope.silent, slope.old, slope.unsure}
    assert {each.holder for each in doors.values()} == {slope.person_a}
    assert doors[slope.old].reason is Reason.SPECIAL_NEEDS
    assert doors[slope.silent].reason is Reason.NO_PROVEN_ADDRESS
    assert not any(each.drill for each in doors.values())


async def test_person_a_gets_one_message_with_all_their_households(stage: Village, slope: Slope) -> None:
    await stage.issue(slope.county, "36")
    asked = [text for text in stage.said_to("sms", A) if "上门" in text]
    assert len(asked) == 1
    for name in ("涂国平", "李老太", "王五", "红色预警", "1我去", "2去不了"):
        assert name in asked[0]
    assert "赵六" not in asked[0]
    assert not [text for text in stage.said_to("sms", B) if "上门" in text]


async def test_what_nobody_accepts_goes_to_b_then_the_committee_then_the_township_and_is_said_again(
    stage: Village, slope: Slope
) -> None:
    await stage.issue(slope.county, "36")
    for number, rung in ((B, Rung.PERSON_B), (COMMITTEE, Rung.COMMITTEE), (TOWNSHIP, Rung.TOWNSHIP)):
        await stage.wait(5 * MINUTE)
        assert {each.rung for each in await stage.doors()} == {rung}
        assert "还没有人去成" in await stage.said(number)
    before = len(stage.said_to("sms", TOWNSHIP))
    await stage.wait(5 * MINUTE)
    await stage.wait(15 * MINUTE)
    assert len(stage.said_to("sms", TOWNSHIP)) == before + 2
    assert {each.state for each in await stage.doors()} == {State.HANDED_ON}


async def test_an_update_adds_only_the_new_and_nobody_is_told_twice(stage: Village, slope: Slope, world: World) -> None:
    first = await stage.issue(slope.county, "36")
    home = await world.household(slope.group, hazard="flash_flood", responsible_a_id=slope.person_a)
    await world.person(slope.group, "新来的", household=home)
    await stage.issue(slope.county, "36", replaces=first.id, msg_type=first.msg_type.UPDATE)
    assert len(await stage.doors(done_too=True)) == 4
    asked = [text for text in stage.said_to("sms", A) if "请马上上门" in text]
    assert len(asked) == 2
    assert "新来的" in asked[1]
    assert "涂国平" not in asked[1]


async def test_an_update_that_is_graver_makes_every_open_door_graver_and_none_less(
    stage: Village, slope: Slope, world: World
) -> None:
    first = await stage.issue(slope.county, "36", level=Level.ORANGE)
    other = await world.household(slope.group)
    async with stage.database.writing() as tx:
        wishes = [
            Task(kind=Kind.BY_HAND, origin=f"hand:{n}", reason=Reason.ASKED, household=other, level=2, alert=alert)
            for n, alert in enumerate((first.id, None))
        ]
        await open_tasks(tx, wishes, stage.clock.now())
    chat = stage.chat(A)
    await chat.read()
    assert "橙色预警" in chat.shown.text
    await stage.issue(slope.county, "36", level=Level.RED, replaces=first.id, msg_type=first.msg_type.UPDATE)
    doors = await stage.doors()
    assert {each.level for each in doors if each.alert == first.id} == {1}
    assert [each.level for each in doors if each.alert is None] == [2]


async def test_an_update_that_is_less_grave_lowers_no_open_door_and_a_closed_one_stays(
    stage: Village, slope: Slope
) -> None:
    first = await stage.issue(slope.county, "36", level=Level.ORANGE)
    done = next(each for each in await stage.doors() if each.household == slope.silent)
    async with stage.database.writing() as tx:
        now = stage.clock.now()
        closing = Deed(act=Act.CLOSE, by=DOORS.name, dedupe="closed", happened_at=now, now=now)
        await steps.take(tx, DOORS, done.key, closing)
    second = await stage.issue(slope.county, "36", level=Level.RED, replaces=first.id, msg_type=first.msg_type.UPDATE)
    await stage.issue(slope.county, "36", level=Level.ORANGE, replaces=second.id, msg_type=first.msg_type.UPDATE)
    levels = {each.household: each.level for each in await stage.doors(done_too=True)}
    assert levels == {slope.silent: 2, slope.old: 1, slope.unsure: 1}


async def test_a_door_by_hand_becomes_graver_with_a_warning_that_looks_for_none(stage: Village, slope: Slope) -> None:
    first = await stage.issue(slope.county, "36", level=Level.BLUE)
    wish = Task(kind=Kind.BY_HAND, origin="hand:1", reason=Reason.ASKED, household=slope.old, level=4, alert=first.id)
    async with stage.database.writing() as tx:
        await open_tasks(tx, [wish], stage.clock.now())
    await stage.issue(slope.county, "36", level=Level.YELLOW, replaces=first.id, msg_type=first.msg_type.UPDATE)
    assert [each.level for each in await stage.doors()] == [3]


async def test_a_drill_makes_no_real_door_graver(stage: Village, slope: Slope) -> None:
    await stage.issue(slope.county, "36", level=Level.ORANGE)
    drill = await stage.issue(slope.county, "36", level=Level.ORANGE, status=Status.EXERCISE)
    await stage.issue(
        slope.county, "36", level=Level.RED, status=Status.EXERCISE, replaces=drill.id, msg_type=drill.msg_type.UPDATE
    )
    assert {each.level for each in await stage.doors()} == {2}
    assert {each.level for each in await stage.doors(drill=True)} == {1}


async def test_an_ending_closes_what_is_open_and_says_so(stage: Village, slope: Slope) -> None:
    alert = await stage.issue(slope.county, "36")
    await stage.lift(alert)
    doors = await stage.doors(done_too=True)
    assert {(each.state, each.outcome) for each in doors} == {(State.DONE, Outcome.OVER)}
    told = [text for text in stage.said_to("sms", A) if "预警结束" in text]
    assert len(told) == 1
    assert "3户" in told[0]


async def test_a_warning_that_is_issued_anew_after_it_was_over_opens_doors_anew(stage: Village, slope: Slope) -> None:
    alert = await stage.issue(slope.county, "36")
    lowered = await stage.lift(alert, Ending.LOWERED)
    assert await stage.doors() == []
    await stage.issue(slope.county, "36", replaces=lowered.id, msg_type=alert.msg_type.UPDATE)
    assert len(await stage.doors()) == 3


async def test_a_yellow_warning_opens_no_door(stage: Village, slope: Slope) -> None:
    await stage.issue(slope.county, "36", level=Level.YELLOW)
    assert await stage.doors(done_too=True) == []


async def test_a_drill_opens_doors_that_are_marked_and_never_stand_with_real_ones(stage: Village, slope: Slope) -> None:
    await stage.issue(slope.county, "36", status=Status.EXERCISE)
    assert await stage.doors(done_too=True) == []
    assert len(await stage.doors(drill=True)) == 3
    assert (await stage.said(A)).startswith("【演练】")


async def test_an_answer_from_the_household_closes_its_door_unless_somebody_is_frail(
    stage: Village, slope: Slope
) -> None:
    await stage.issue(slope.county, "36")
    await stage.hear(UNPROVEN, "安全")
    await stage.hear(PROVEN, "收到")
    await stage.go_round()
    doors = {each.household: each for each in await stage.doors(done_too=True)}
    assert (doors[slope.unsure].state, doors[slope.unsure].outcome) == (State.DONE, Outcome.ANSWERED_MEANWHILE)
    assert (doors[slope.old].state, doors[slope.old].answered) == (State.OPEN, "received")
    assert doors[slope.silent].answered is None


async def test_whoever_calls_for_help_still_needs_somebody_at_the_door(stage: Village, slope: Slope) -> None:
    await stage.issue(slope.county, "36")
    await stage.hear(UNPROVEN, "求助")
    await stage.go_round()
    door = next(each for each in await stage.doors() if each.household == slope.unsure)
    assert (door.state, door.answered) == (State.OPEN, "need_help")


async def test_a_repaired_address_closes_no_door(stage: Village, slope: Slope, world: World) -> None:
    await stage.issue(slope.county, "36")
    await world.address("sms", "+99900000099", slope.neighbours[0], verified_at=1)
    await stage.go_round()
    assert slope.silent in {each.household for each in await stage.doors()}


async def test_a_responsible_person_without_a_working_number_is_passed_over_at_once(
    stage: Village, slope: Slope, world: World
) -> None:
    async with world.database.writing() as tx:
        await tx.execute(update(addresses).where(addresses.c.value == A).values(closed_at=1))
    await stage.issue(slope.county, "36")
    assert {each.rung for each in await stage.doors()} == {Rung.PERSON_B}
