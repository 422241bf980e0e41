"""Offices act on an application from the note that told them: assess, publish, agree, decide, send back with reason."""

import pytest

from bot.assistance.desk import ASSISTANCE
from bot.cases.assistance import Act, Part, Stage
from bot.cases.assistance_values import Words
from bot.stores.assistance import steps
from ground.clock import DAY
from tests.bot.assistance.conftest import CENTRE, CLERK, SECRETARY, Fujia, Procedure
from tests.bot.chatting import Chatter


async def turns(procedure: Procedure, chat: str, *words: str) -> Chatter:
    """Take each choice that is offered, and say the rest."""
    chatter = Chatter(procedure.stage, "telegram", chat)
    await chatter.read()
    for word in words:
        known = any(word in (each.key, each.label) for each in chatter.shown.offered)
        await (chatter.tap(word) if known else chatter.say(word))
    await procedure.stage.play()
    return chatter


async def test_from_the_village_to_the_county_by_buttons(procedure: Procedure, fujia: Fujia) -> None:
    made = await procedure.apply()
    said = await turns(procedure, SECRETARY, "填评议结果", "severe", "3", "15000", "没有照片", "是", "公示", "是")
    assert "办好了：公示" in said.shown.text
    assessed = await procedure.load(made)
    assert (assessed.stage, assessed.rooms, assessed.amount) == (Stage.PUBLIC_NOTICE, 3, 1_500_000)
    await procedure.pass_by(7 * DAY)
    await turns(procedure, CLERK, "审核同意", "是")
    await turns(procedure, CENTRE, "同意救助", "是")
    granted = await procedure.load(made)
    assert (granted.stage, granted.granted) == (Stage.GRANTED, 1_500_000)
    async with procedure.stage.database.reading() as tx:
        story = await steps.history(tx, ASSISTANCE, made.id)
    judged = {step.act: step.assessors for step in story if step.assessors}
    assert judged[Act.ASSESS] == (fujia.committee[0],)
    assert (judged[Act.REVIEW], judged[Act.GRANT]) == ((fujia.clerks[0],), (fujia.centre[0],))


async def test_the_township_sends_back_with_a_reason_that_the_village_and_the_household_hear(
    procedure: Procedure,
) -> None:
    made = await procedure.reviewable()
    asked = await turns(procedure, CLERK, "退回重看")
    assert "原因" in asked.shown.text
    await turns(procedure, CLERK, "间数要再数一遍")
    back = await procedure.load(made)
    assert back.stage is Stage.HOUSEHOLD_REPORT
    assert "间数要再数一遍" in procedure.heard(SECRETARY)[-1]
    assert "间数要再数一遍" in procedure.heard("+999150001", "sms")[-1]


async def test_a_stale_button_says_how_far_it_is(procedure: Procedure) -> None:
    made = await procedure.reviewable()
    clerk = Chatter(procedure.stage, "telegram", CLERK)
    await clerk.read()
    await procedure.do(made, Act.REVIEW, Part.TOWNSHIP)
    assert "现在不能这样办" in await clerk.tap("审核同意")


async def test_a_relative_cannot_assess_by_chat_either(procedure: Procedure, fujia: Fujia) -> None:
    made = await procedure.apply()
    await procedure.world_of().address("telegram", "7009", fujia.cousin, verified_at=1)
    said = await turns(procedure, "7009", f"救助 {made.code}", "填评议结果", "severe", "3", "15000", "没有照片", "是")
    assert "亲属" in said.shown.text
    assert (await procedure.load(made)).stage is Stage.HOUSEHOLD_REPORT


async def test_whoever_is_unproven_or_of_another_office_does_nothing(procedure: Procedure, fujia: Fujia) -> None:
    made = await procedure.apply()
    await procedure.world_of().address("telegram", "7008", fujia.committee[1])
    assert "填评议结果" not in (await turns(procedure, "7008", f"救助 {made.code}")).shown.text
    said = await turns(procedure, CLERK, f"救助 {made.code}")
    assert "等村里评议" in said.shown.text
    assert said.shown.offered == ()


@pytest.mark.parametrize("wrong", ["零", "很多", "100"])
async def test_rooms_that_cannot_be_are_asked_again(procedure: Procedure, wrong: str) -> None:
    await procedure.apply()
    said = await turns(procedure, SECRETARY, "填评议结果", "severe", wrong)
    assert "坏了几间" in said.shown.text


async def test_the_list_of_what_waits(procedure: Procedure) -> None:
    made = await procedure.apply()
    said = await turns(procedure, SECRETARY, "救助待办")
    assert made.code in said.shown.offered[0].label
    assert "没有等您办" in (await turns(procedure, CLERK, "救助待办")).shown.text


async def test_an_objection_that_others_heard_is_answered_with_a_reason(procedure: Procedure, fujia: Fujia) -> None:
    made = await procedure.published()
    await procedure.object_to(made)
    await procedure.pass_by(7 * DAY)
    await procedure.world_of().address("telegram", "7007", fujia.committee[2], verified_at=1)
    await turns(procedure, "7007", f"救助 {made.code}", "异议看过，维持", "三个人又看过一遍，确实是三间")
    assert (await procedure.load(made)).stage is Stage.TOWNSHIP_REVIEW
    async with procedure.stage.database.reading() as tx:
        assert (await steps.words_of(tx, ASSISTANCE, made.id))[Words.REASON] == "三个人又看过一遍，确实是三间"
