"""What a watcher without a data connection says by telephone: an officer writes it down, and it counts like an SMS."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from audiences.errors import UnknownPerson
from audiences.stores import people
from bot import erasing
from bot.cases.video_check import ANSWER_WITHIN, AlarmKind, Answers, Result, Seepage, Spillway, State, Via
from bot.cases.video_errors import (
    CheckOver,
    NothingSaid,
    SaidBeforeAsked,
    SaidInFuture,
    UnknownCheck,
    WhoSpoke,
)
from bot.erasing import Eraser
from bot.stores.video import alarms, answers, checks, evidence
from bot.stores.video.answers import SaidBefore
from bot.stores.video.checks import Check
from bot.stores.video.tables import video_speakers
from bot.video import telephone
from bot.video.desk import CHECKER
from bot.video.telephone import Telephoned
from broadcast.ladders.model import Outcome
from ground.actor import Role, RoleMissing
from ground.clock import HOUR, MINUTE
from ground.events import NewsDesk
from ground.media import MediaFolder
from ground.tables import audit
from tests.bot.video import test_laddering
from tests.bot.video.conftest import COUNTY, TOWNSHIP, WATCHER, Shore, Water
from tests.builders import World

calling = test_laddering.stage
WELL = Answers(level_cm=8632, spillway=Spillway.NO, seepage=Seepage.NONE)


async def enter(stage: Any, water: Water, check: Check, **told: Any) -> Answers:
    asked: dict[str, Any] = {"answers": WELL, "key": "one"}
    given = Telephoned(**asked | told)
    async with stage.database.writing() as tx:
        came_to = await telephone.enter(stage.desk, tx, water.officer, check, given, stage.clock.now())
    await stage.go_round()
    return came_to


async def said_of(stage: Any, check: Check) -> list[SaidBefore]:
    async with stage.database.reading() as tx:
        return list(await answers.of_check(tx, CHECKER, check.key))


async def test_what_is_said_by_telephone_answers_a_check_and_names_who_said_it_and_who_wrote_it_down(
    stage: Shore, water: Water
) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    rang = stage.clock.now() + MINUTE
    stage.clock.pass_by(3 * MINUTE)
    assert await enter(stage, water, check, said_at=rang, words="水位86米3") == WELL
    now = await stage.check(check)
    assert (now.state, now.via, now.answered_at) == (State.ANSWERED, Via.PHONE, rang)
    [kept] = await said_of(stage, check)
    assert (kept.by, kept.typed_by) == (f"person:{water.watcher}", water.officer.name)
    assert (kept.happened_at, kept.via, kept.words) == (rang, Via.PHONE, "水位86米3")
    assert "video_check.answered" in await stage.told()
    async with stage.database.reading() as tx:
        assert "video_check.entered" in await tx.values(select(audit.c.deed))


async def test_words_by_telephone_are_no_picture_and_pass_nothing(stage: Shore, water: Water) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    await enter(stage, water, check)
    now = await stage.check(check)
    assert (now.open, now.showing_at, now.judged_at) == (True, None, None)
    async with stage.database.reading() as tx:
        assert not await evidence.of_check(tx, CHECKER, check.key)


async def test_muddy_water_said_by_telephone_is_told_to_township_and_county_at_once_and_once(
    stage: Shore, water: Water
) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    bad = Answers(level_cm=8732, seepage=Seepage.MUDDY, cracks=True)
    for key in ("one", "one", "two"):
        await enter(stage, water, check, answers=bad, key=key)
    for office in (TOWNSHIP, COUNTY):
        [said] = stage.said_to("sms", office)
        for word in ("上塘水库", "浑水", "裂缝", "87.32", "章明", WATCHER):
            assert word in said
    assert (await stage.told()).count("video_check.alarmed") == 1
    async with stage.database.reading() as tx:
        raised = {each.kind for each in await alarms.of_check(tx, water.officer, check.key)}
    assert raised == {AlarmKind.MUDDY, AlarmKind.CRACKS}


async def test_a_button_pressed_twice_counts_once_and_a_mended_form_is_not_lost(stage: Shore, water: Water) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    await enter(stage, water, check)
    stage.clock.pass_by(MINUTE)
    await enter(stage, water, check)
    assert len(await said_of(stage, check)) == 1
    mended = replace(WELL, level_cm=8633)
    assert await enter(stage, water, check, answers=mended) == mended


async def test_it_stops_the_calls(calling: Any, water: Water) -> None:
    check = await calling.ask(water)
    before = calling.rung_up(WATCHER)
    await enter(calling, water, check)
    assert (await calling.ladder_of(check)).outcome == Outcome.OVER
    await calling.pass_by(400)
    assert calling.rung_up(WATCHER) == before


async def test_half_an_answer_leaves_the_check_waiting_as_half_an_sms_does(stage: Shore, water: Water) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    await enter(stage, water, check, answers=Answers(level_cm=8632))
    assert (await stage.check(check)).state is State.OPENED
    stage.clock.pass_by(ANSWER_WITHIN)
    assert await stage.go_round() == 1


async def test_an_older_call_that_is_entered_late_takes_nothing_back(stage: Shore, water: Water) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    rang = stage.clock.now()
    stage.clock.pass_by(5 * MINUTE)
    await stage.says(WATCHER, "SK 87.32 溢0 渗2")
    stage.clock.pass_by(MINUTE)
    told = await enter(stage, water, check, said_at=rang)
    assert (told.level_cm, told.seepage) == (8732, Seepage.MUDDY)


async def test_somebody_else_may_have_said_it_by_id_or_by_a_name_that_can_be_erased(
    stage: Shore, water: Water, world: World
) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    other = await world.person(water.village, "谢军")
    await enter(stage, water, check, person=other)
    await enter(stage, water, check, spoke="过路的老付", key="two")
    first, second = await said_of(stage, check)
    assert (first.by, first.spoke) == (f"person:{other}", "")
    assert (second.by, second.spoke) == (water.officer.name, "过路的老付")
    async with stage.database.reading() as tx:
        assert await tx.values(select(video_speakers.c.name)) == ["过路的老付"]


async def test_names_and_words_of_whoever_was_asked_are_forgotten_and_what_was_said_of_the_water_stays(
    stage: Shore, water: Water, tmp_path: Path
) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    await enter(stage, water, check, words="我腿不好，叫邻居去看的")
    await enter(stage, water, check, spoke="过路的老付", key="two")
    desk = NewsDesk([erasing.subscription()])
    async with stage.database.writing() as tx:
        await people.erase(tx, CHECKER, desk, water.watcher, at=stage.clock.now())
    await desk.hand_on(stage.database)
    await erasing.sweep(Eraser(stage.database, stage.clock, MediaFolder(tmp_path)))
    first, second = await said_of(stage, check)
    assert (first.words, second.spoke) == ("", "")
    assert (first.answers, first.typed_by) == (WELL, water.officer.name)


async def test_a_time_to_come_and_one_before_the_asking_are_refused(stage: Shore, water: Water) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    with pytest.raises(SaidInFuture):
        await enter(stage, water, check, said_at=stage.clock.now() + 1)
    with pytest.raises(SaidBeforeAsked):
        await enter(stage, water, check, said_at=check.asked_at - 1)
    assert not await said_of(stage, check)


async def test_nothing_said_by_nobody_or_of_a_check_that_is_over_is_refused(
    stage: Shore, water: Water, world: World
) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    bare = await stage.ask(water.officer, sites=[water.bare])
    stranger = await world.person(await world.area("99", "外县", level="county"), "外人")
    for fault, told in (
        (NothingSaid, {"answers": Answers()}),
        (WhoSpoke, {"person": water.watcher, "spoke": "老付"}),
        (UnknownPerson, {"person": stranger}),
    ):
        with pytest.raises(fault):
            await enter(stage, water, check, **told)
    with pytest.raises(WhoSpoke):
        await enter(stage, water, bare)
    async with stage.database.writing() as tx:
        await checks.judge(tx, water.officer, check.key, Result.NORMAL, "", stage.clock.now())
    with pytest.raises(CheckOver):
        await enter(stage, water, check)


async def test_only_an_officer_of_the_area_writes_down_what_is_said(stage: Shore, water: Water, world: World) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    stage.clock.pass_by(HOUR)
    elsewhere = await world.operator(await world.area("99", "外县", level="county"))
    for actor, fault in (
        (elsewhere, UnknownCheck),
        (await world.operator(water.county, Role.AUDITOR), RoleMissing),
    ):
        with pytest.raises(fault):
            await enter(stage, replace(water, officer=actor), check)
