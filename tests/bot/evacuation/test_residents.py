"""Residents under an order: "safe" is kept for checking, "need help" reaches whoever answers, at once."""

import pytest
from sqlalchemy import func, select

from bot.cases.evacuation import AlarmKind, OrderKind, PersonState
from bot.evacuation.ordering import Asked, order
from bot.stores.evacuation import alarms
from bot.stores.evacuation.tables import reports
from broadcast.content.compose import Words
from broadcast.content.message import Message
from broadcast.notices import Policy
from broadcast.stores.tables import answers
from tests.bot.evacuation.conftest import (
    CALLER,
    LI,
    TOWNSHIP,
    TU,
    Beixia,
    Field,
    missing_names,
    ordered,
    rows,
)
from tests.builders import World


async def warned(stage: Field) -> None:
    words = [Words(channel, "zh_CN", 0, Message("暴雨红色预警")) for channel in ("sms", "telegram")]
    await stage.notice("area(36)", words=words, policy=Policy(("sms",)))
    await stage.play()


async def test_safe_is_shown_and_takes_nobody_off_the_missing_list(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    assert "家里有：涂国平" in await stage.says(TU, "1")
    stage.born_again()
    assert "4人安全" in await stage.says(TU, "1")
    assert len(await missing_names(stage, made)) == 6
    line = (await rows(stage, made, beixia.group))[1]
    assert (line.state, line.verified, line.missing) == (PersonState.SAFE, False, True)
    await stage.says(CALLER, "到 1")
    assert (await rows(stage, made, beixia.group))[1].state is PersonState.MOVED


async def test_a_call_for_help_is_answered_at_once_and_reaches_person_a_and_the_township(
    stage: Field, beixia: Beixia
) -> None:
    made = await ordered(stage, beixia)
    assert f"章明 {CALLER}" in await stage.says(LI, "求助")
    for number in (CALLER, TOWNSHIP):
        assert "5号李梅：求助" in stage.said_to("sms", number)[-1]
    async with stage.database.reading() as tx:
        raised = await alarms.listed(tx, beixia.officer, made.key, now=stage.clock.now())
    assert [each.kind for each in raised] == [AlarmKind.NEED_HELP]


async def test_words_are_understood_too(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    await stage.says(TU, "我们安全了")
    states = {number: line.state for number, line in (await rows(stage, made, beixia.group)).items()}
    assert states[1] is PersonState.SAFE
    assert states[2] is PersonState.UNKNOWN


async def test_only_me_is_only_me(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    await stage.says(TU, "安全")
    await stage.says(TU, "2")
    states = {number: line.state for number, line in (await rows(stage, made, beixia.group)).items()}
    assert (states[1], states[2]) == (PersonState.SAFE, PersonState.UNKNOWN)


async def test_an_answer_to_the_warning_is_a_report_of_the_order(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    await warned(stage)
    stage.clock.pass_by(1_000)
    await stage.says(TU, "安全")
    line = (await rows(stage, made, beixia.group))[1]
    assert (line.state, line.missing) == (PersonState.SAFE, True)


async def test_an_answer_of_before_the_order_says_nothing_about_it_however_late_it_is_heard(
    stage: Field, beixia: Beixia
) -> None:
    await warned(stage)
    await stage.says(TU, "安全")
    async with stage.database.writing() as tx:
        before = await tx.row(select(answers.c.id, answers.c.happened_at))
        assert before is not None
    stage.clock.pass_by(1_000)
    made = await ordered(stage, beixia)
    async with stage.database.writing() as tx:
        await stage.hub.desk.tell(tx, "answer.recorded", f"answer:{before.id}", before.happened_at, kind="safe")
    await stage.play()
    assert (await rows(stage, made, beixia.group))[1].state is PersonState.UNKNOWN


async def test_what_is_answered_between_an_order_and_its_frozen_roll_reaches_the_row(
    stage: Field, beixia: Beixia, world: World
) -> None:
    await world.address("sms", LI, beixia.li[1])
    await warned(stage)
    stage.clock.pass_by(1_000)
    async with stage.database.writing() as tx:
        asked = Asked(kind=OrderKind.NOW, site=beixia.slope)
        made = await order(tx, beixia.officer, stage.teller, asked, stage.clock.now())
    stage.clock.pass_by(1_000)
    await stage.hear(TU, "安全")
    await stage.hear(LI, "求助")
    await stage.desk.hand_on(stage.database)  # nobody stands on the roll yet
    assert await rows(stage, made, beixia.group) == {}
    await stage.go_round()
    lines = await rows(stage, made, beixia.group)
    assert (lines[1].state, lines[1].missing, lines[1].verified) == (PersonState.SAFE, True, False)
    assert {lines[number].state for number in (5, 6)} == {PersonState.NEED_HELP}
    assert lines[2].state is PersonState.UNKNOWN
    assert "李梅：求助" in " ".join(stage.said_to("sms", TOWNSHIP))
    async with stage.database.reading() as tx:
        assert await tx.value(select(func.count()).select_from(reports)) == 3


async def test_many_answers_meanwhile_are_laid_on_the_roll_part_by_part(
    stage: Field, beixia: Beixia, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.evacuation.advancing.ANSWERS_AT_ONCE", 1)
    await warned(stage)
    async with stage.database.writing() as tx:
        asked = Asked(kind=OrderKind.NOW, site=beixia.slope)
        made = await order(tx, beixia.officer, stage.teller, asked, stage.clock.now())
    for number in (TU, LI):
        await stage.hear(number, "安全")
    await stage.hear(TU, "求助")
    await stage.go_round()
    lines = await rows(stage, made, beixia.group)
    assert {lines[number].state for number in (1, 5)} <= {PersonState.SAFE, PersonState.NEED_HELP}
    async with stage.database.reading() as tx:
        assert await tx.value(select(func.count()).select_from(reports)) == 3


async def test_an_answer_from_a_phone_that_two_share_is_shown_at_both_and_counts_for_neither(
    stage: Field, beixia: Beixia, world: World
) -> None:
    await world.address("sms", LI, beixia.li[1])
    made = await ordered(stage, beixia)
    await warned(stage)
    stage.clock.pass_by(1_000)
    await stage.says(LI, "2")
    lines = await rows(stage, made, beixia.group)
    assert [(lines[n].state, lines[n].missing) for n in (5, 6)] == [(PersonState.SAFE, True)] * 2


async def test_an_answer_to_a_drill_is_no_report_of_a_real_order(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    words = [Words("sms", "zh_CN", 0, Message("演练"))]
    await stage.notice("area(36)", words=words, policy=Policy(("sms",)), drill=True)
    await stage.play()
    await stage.says(TU, "安全")
    assert (await rows(stage, made, beixia.group))[1].state is PersonState.UNKNOWN


async def test_who_shares_a_telephone_is_not_one_of_them_alone(stage: Field, beixia: Beixia, world: World) -> None:
    await world.address("sms", LI, beixia.li[1])
    made = await ordered(stage, beixia)
    await stage.says(LI, "安全")
    await stage.says(LI, "1")
    states = [line.state for number, line in (await rows(stage, made, beixia.group)).items() if number > 4]
    assert states == [PersonState.SAFE, PersonState.SAFE]
