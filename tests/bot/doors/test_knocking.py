"""Whoever is asked says that they go, or cannot, and what they found: by numbers on an old phone."""

import pytest
from sqlalchemy import update

from audiences.stores.tables import addresses
from bot.cases.door_errors import UnknownDoor
from bot.cases.door_task import Act, Kind, Outcome, Reason, Rung, State, Task
from bot.cases.door_values import Deed
from bot.doors import visiting
from bot.doors.opening import DoorDesk, open_tasks
from bot.stores.doors import steps, tasks
from bot.stores.doors.tables import photos
from broadcast.answers import AnswerKind
from ground.clock import MINUTE
from tests.bot.chatting import Chatter
from tests.bot.doors.conftest import COMMITTEE, TOWNSHIP, UNPROVEN, A, B, Slope, Village
from tests.builders import World

PHOTO = "a" * 64


async def test_i_go_makes_them_mine_and_each_door_is_reported_once(stage: Village, slope: Slope) -> None:
    alert = await stage.issue(slope.county, "36")
    missing = await stage.missing(alert)
    caller = stage.chat(A)
    await caller.read()
    assert "3处记在您名下" in await caller.tap("我去")
    assert {each.state for each in await stage.doors()} == {State.ACCEPTED}
    assert "涂国平" in await caller.tap("北下组 涂国平")
    assert "平安" in await caller.tap("answered_safe")
    assert "2处" in await caller.tap("skip")
    assert await stage.missing(alert) == missing - 2  # both of the household
    (told,) = await stage.events("door.reported")
    assert (told.facts["outcome"], told.facts["by"]) == ("answered_safe", f"person:{slope.person_a}")
    answered = [each for each in await stage.answered() if each[2] is AnswerKind.SAFE]
    assert {person for _, person, _, _ in answered} == set(slope.neighbours[:2])


async def test_who_finds_nobody_answers_nothing_and_the_next_one_is_asked_at_once(stage: Village, slope: Slope) -> None:
    alert = await stage.issue(slope.county, "36")
    missing = await stage.missing(alert)
    caller = stage.chat(A)
    await caller.read()
    await caller.tap("我去")
    await caller.tap("北下组 涂国平")
    assert "上一级马上接着找" in await caller.tap("nobody_home")
    await stage.go_round()
    assert await stage.missing(alert) == missing
    door = next(each for each in await stage.doors() if each.household == slope.silent)
    assert (door.state, door.rung, door.outcome) == (State.HANDED_ON, Rung.PERSON_B, Outcome.NOBODY_HOME)
    assert "敲门没人" in await stage.said(B)


async def test_cannot_go_asks_the_next_one_at_once_and_an_old_message_is_nobodys(stage: Village, slope: Slope) -> None:
    await stage.issue(slope.county, "36")
    caller = stage.chat(A)
    await caller.read()
    key = caller.shown
    assert "3处马上转给下一个人" in await caller.tap("去不了")
    await stage.go_round()
    assert "涂国平" in await stage.said(B)
    caller.shown = key
    assert "没有要您上门的" in await caller.say("上门")


async def test_a_press_of_the_button_under_the_message_begins_there(stage: Village, slope: Slope, world: World) -> None:
    await world.address("telegram", "4711", slope.person_a, verified_at=1)
    await stage.issue(slope.county, "36")
    caller = Chatter(stage, "telegram", "4711")
    await caller.read()
    assert [each.key for each in caller.shown.choices] == ["go", "cannot"]
    asked = caller.shown, caller._key
    assert "3处记在您名下" in await caller.tap("go")
    caller.shown, caller._key = asked
    assert (await caller.tap("go")).startswith("还有3处"), "pressed twice"
    assert {each.accepted_by for each in await stage.doors()} == {slope.person_a}


async def test_who_accepted_and_cannot_get_there_says_so_in_words(stage: Village, slope: Slope) -> None:
    await stage.issue(slope.county, "36")
    caller = stage.chat(A)
    await caller.read()
    await caller.tap("我去")
    assert "3处马上转给下一个人" in await caller.say("去不了")
    await stage.go_round()
    assert {each.rung for each in await stage.doors()} == {Rung.PERSON_B}


async def test_who_accepts_and_then_says_nothing_is_not_waited_for_for_ever(stage: Village, slope: Slope) -> None:
    await stage.issue(slope.county, "36")
    caller = stage.chat(A)
    await caller.read()
    await caller.tap("我去")
    await stage.wait(29 * MINUTE)
    assert {each.state for each in await stage.doors()} == {State.ACCEPTED}
    await stage.wait(MINUTE)
    assert {each.rung for each in await stage.doors()} == {Rung.PERSON_B}


async def test_words_and_a_photo_may_follow_what_was_found(stage: Village, slope: Slope) -> None:
    await stage.issue(slope.county, "36")
    caller = stage.chat(A)
    await caller.read()
    for key in ("我去", "北下组 李老太", "answered_help"):
        await caller.tap(key)
    assert "一起记下了" in await caller.say("要轮椅", photos=(PHOTO,))
    door = next(each for each in await stage.doors(done_too=True) if each.household == slope.old)
    async with stage.database.reading() as tx:
        told = (await steps.steps_of(tx, slope.officer, [door.key]))[door.key]
        kept = await tx.values(photos.select().with_only_columns(photos.c.digest))
    assert [(each.act, each.words) for each in told[1:]] == [(Act.REPORT, ""), (Act.ADD, "要轮椅")]
    assert list(kept) == [PHOTO]


async def test_what_a_number_says_that_is_not_proven_is_shown_and_closes_nothing(
    stage: Village, slope: Slope, world: World
) -> None:
    async with world.database.writing() as tx:
        await tx.execute(update(addresses).where(addresses.c.value == A).values(verified_at=None))
    alert = await stage.issue(slope.county, "36")
    missing = await stage.missing(alert)
    caller = stage.chat(A)
    await caller.read()
    await caller.tap("我去")
    await caller.tap("北下组 涂国平")
    assert "还没核实" in await caller.tap("answered_safe")
    door = next(each for each in await stage.doors() if each.household == slope.silent)
    assert (door.state, door.outcome, door.claimed) == (State.ACCEPTED, None, Outcome.ANSWERED_SAFE)
    assert await stage.missing(alert) == missing


async def test_one_of_an_office_takes_it_for_all_and_the_others_find_it_gone(
    stage: Village, slope: Slope, world: World
) -> None:
    await stage.issue(slope.county, "36")
    for _ in range(2):
        await stage.wait(5 * MINUTE)
    secretary = stage.chat(COMMITTEE)
    await secretary.read()
    assert "3处" in await secretary.tap("我去")
    assert {each.accepted_by is not None for each in await stage.doors()} == {True}
    stranger = stage.chat(UNPROVEN)
    assert "没有要您上门的" in await stranger.say("上门")


async def test_who_answers_while_somebody_is_on_the_way_calls_them_back(stage: Village, slope: Slope) -> None:
    await stage.issue(slope.county, "36")
    caller = stage.chat(A)
    await caller.read()
    await caller.tap("我去")
    await stage.hear(UNPROVEN, "安全")
    await stage.go_round()
    assert "不用去了" in await stage.said(A)
    assert "王五" in await stage.said(A)


async def test_the_last_step_of_a_ladder_is_a_door_and_what_is_found_there_is_an_answer(
    stage: Village, slope: Slope
) -> None:
    notice = await stage.notice("residents(36)")
    await stage.play()
    asked = Task(
        kind=Kind.NOT_ANSWERED,
        origin="ladder:7",
        reason=Reason.NOT_ANSWERED,
        person=slope.neighbours[4],
        level=1,
        notice=notice.id,
    )
    for _ in range(2):
        async with stage.database.writing() as tx:
            await open_tasks(tx, [asked, asked], stage.clock.now())
    await stage.go_round()
    (door,) = await stage.doors()
    assert "叫不应" in await stage.said(A)
    desk = DoorDesk(stage.teller, stage.desk)
    now = stage.clock.now()
    found = Deed(
        act=Act.REPORT,
        by=slope.officer.name,
        dedupe="1",
        happened_at=now,
        now=now,
        outcome=Outcome.ANSWERED_INFORMED,
        means="radio",
    )
    for _ in range(2):  # said twice, kept once
        async with stage.database.writing() as tx:
            await visiting.act(desk, tx, slope.officer, door, found)
    assert await stage.doors() == []
    assert [(who, kind) for _, who, kind, _ in await stage.answered()] == [(door.person, AnswerKind.RECEIVED)]
    assert len(await stage.events("door.reported")) == 1


async def test_nobody_is_sent_to_wake_themselves(stage: Village, slope: Slope, world: World) -> None:
    """The secretary alone sits in the committee and did not answer: the township is asked."""
    home = await world.household(slope.group)
    alone = await world.person(slope.village, "郑主任", sms="+99900000050", household=home)
    hamlet = await world.area("360102", "孤村", parent=slope.township)
    await world.organisation(hamlet, "village_committee", [alone])
    asked = Task(kind=Kind.NOT_ANSWERED, origin="ladder:8", reason=Reason.NOT_ANSWERED, person=alone, area=hamlet)
    async with stage.database.writing() as tx:
        await open_tasks(tx, [asked], stage.clock.now())
    (door,) = await stage.doors()
    assert (door.rung, door.area) == (Rung.TOWNSHIP, hamlet)


async def test_a_cry_for_help_at_a_door_that_no_warning_asked_for_reaches_village_and_township(
    stage: Village, slope: Slope
) -> None:
    asked = Task(kind=Kind.BY_HAND, origin="hand:1", reason=Reason.ASKED, household=slope.plain)
    async with stage.database.writing() as tx:
        await open_tasks(tx, [asked], stage.clock.now())
    await stage.go_round()
    caller = stage.chat(A)
    await caller.read()
    await caller.tap("我去")
    await caller.tap("answered_help")
    await stage.go_round()
    for number in (COMMITTEE, TOWNSHIP):
        assert "孙七要人帮" in await stage.said(number)


async def test_another_county_sees_no_door(stage: Village, slope: Slope, world: World) -> None:
    await stage.issue(slope.county, "36")
    foreigner = await world.operator(await world.area("99", level="county"))
    (door, *_) = await stage.doors()
    async with stage.database.reading() as tx:
        assert await tasks.listed(tx, foreigner) == []
        with pytest.raises(UnknownDoor):
            await tasks.load(tx, foreigner, door.id)
