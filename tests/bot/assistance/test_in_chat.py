"""The household's side in chat: it applies for its own house, follows, appeals in its own words, and withdraws."""

from dataclasses import replace

from sqlalchemy import select

from bot.assistance.desk import ASSISTANCE
from bot.cases.assistance import Act, Part, Stage
from bot.cases.assistance_values import Application
from bot.cases.relief import ForWhom
from bot.dialogue import Dialogue
from bot.stores.assistance import applications, steps
from bot.stores.assistance.tables import assistance_applications
from bot.stores.relief import identity
from ground.clock import DAY
from ground.sealing import Seals, new_key
from tests.bot.assistance.conftest import PHONE, REASON, SECRETARY, Fujia, Procedure
from tests.bot.test_erasing import said_everywhere


async def say(procedure: Procedure, text: str, chat: str = PHONE) -> str:
    reply = await procedure.stage.hear(chat, text)
    await procedure.stage.play()
    assert reply is not None
    return reply.text


def number_of(shown: str, label: str) -> str:
    """Return the number that stands before a label: 4申请救助."""
    assert label in shown, shown
    return shown[: shown.index(label)].rsplit(maxsplit=1)[-1].rsplit("：", maxsplit=1)[-1]


async def all_of(procedure: Procedure) -> list[Application]:
    async with procedure.stage.database.reading() as tx:
        ids = await tx.values(select(assistance_applications.c.id).order_by(assistance_applications.c.id))
        return [await applications.load(tx, ASSISTANCE, each) for each in ids]


async def test_a_household_applies_from_its_report(procedure: Procedure, fujia: Fujia) -> None:
    request = await procedure.request()
    menu = await say(procedure, request.code)
    sure = await say(procedure, number_of(menu, "申请救助"))
    assert "不收费" in sure
    assert "收到了" in await say(procedure, number_of(sure, "是"))
    made = (await all_of(procedure))[0]
    assert (made.request, made.person, made.stage) == (request.id, fujia.resident, Stage.HOUSEHOLD_REPORT)
    assert "上门评" in procedure.heard(SECRETARY)[-1]
    async with procedure.stage.database.reading() as tx:
        story = await steps.history(tx, ASSISTANCE, made.id)
    assert (story[0].actor, story[0].words) == (f"person:{fujia.resident}", {"head": "傅建国"})
    again = await say(procedure, "申请救助")
    assert "等村里评议" in again
    assert len(await all_of(procedure)) == 1


async def test_whoever_says_no_has_applied_for_nothing(procedure: Procedure) -> None:
    request = await procedure.request()
    sure = await say(procedure, "我要申请救助")
    assert request.code in sure
    assert "没有申请" in await say(procedure, number_of(sure, "否"))
    assert await all_of(procedure) == []


async def test_whoever_reported_nothing_is_told_to_report_first(procedure: Procedure) -> None:
    assert "请先报灾" in await say(procedure, "申请救助", "+999150077")


async def test_nobody_applies_for_a_neighbour(procedure: Procedure) -> None:
    request = await procedure.request(for_whom=ForWhom.NEIGHBOUR, household=None)
    assert "请先报灾" in await say(procedure, "申请救助")
    assert "申请救助" not in await say(procedure, request.code)


async def test_a_household_appeals_in_its_own_words_and_only_once(procedure: Procedure) -> None:
    made = await procedure.refused()
    menu = await say(procedure, made.code)
    assert "哪里不对" in await say(procedure, number_of(menu, "申诉"))
    assert "申诉收到了" in await say(procedure, "东边那间没有算")
    assert (await procedure.load(made)).stage is Stage.APPEAL
    follow = await say(procedure, made.code)
    assert "申诉" not in follow.split("回复")[-1]
    assert "等上级重新看" in await say(procedure, number_of(follow, "看救助进度"))


async def test_after_the_deadline_no_appeal_is_offered(procedure: Procedure) -> None:
    made = await procedure.refused()
    procedure.stage.clock.pass_by(60 * DAY + 1)
    assert "申诉" not in (await say(procedure, made.code)).split("回复")[-1]


async def test_a_household_withdraws_after_it_is_asked_once_more(procedure: Procedure) -> None:
    made = await procedure.published()
    menu = await say(procedure, made.code)
    shown = await say(procedure, number_of(menu, "看救助进度"))
    assert "村里评的：严重损坏，3间，15,000元" in shown
    sure = await say(procedure, number_of(shown, "撤回申请"))
    assert (await procedure.load(made)).stage is Stage.PUBLIC_NOTICE
    assert "已撤回" in await say(procedure, number_of(sure, "是"))
    assert (await procedure.load(made)).stage is Stage.WITHDRAWN


async def test_a_neighbour_who_reported_it_is_told_nothing_of_what_is_decided(procedure: Procedure) -> None:
    made = await procedure.apply(for_whom=ForWhom.NEIGHBOUR, household=None)
    assert made.person is None
    before = len(procedure.heard(PHONE, "sms"))
    await procedure.do(made, Act.REFUSE, Part.VILLAGE, words=REASON)
    assert len(procedure.heard(PHONE, "sms")) == before


async def applied_under_seal(procedure: Procedure) -> tuple[int, Seals]:
    """Apply at a hub that has a key; return the request."""
    seals, stage = Seals.of([new_key()]), procedure.stage
    stage.dialogue = Dialogue(replace(stage.tools, seals=seals))
    request = await procedure.request()
    sure = await say(procedure, "申请救助")
    assert "身份证号" in await say(procedure, number_of(sure, "是"))
    return request.id, seals


async def test_an_identity_number_may_be_sent_and_is_kept_nowhere_but_sealed(procedure: Procedure) -> None:
    request, seals = await applied_under_seal(procedure)
    assert "不对" in await say(procedure, "360981190001010017")
    assert "3609**********0016" in await say(procedure, "360981 19000101 0016")
    async with procedure.stage.database.reading() as tx:
        assert await identity.masked_of(tx, ASSISTANCE, seals, [request]) == {request: "3609**********0016"}
    said = await said_everywhere(procedure.stage.database, "360981190001010016", "360981 19000101 0016")
    assert said == []


async def test_whoever_does_not_want_to_say_it_has_applied_all_the_same(procedure: Procedure) -> None:
    await applied_under_seal(procedure)
    assert "不用发" in await say(procedure, "1")
    assert len(await all_of(procedure)) == 1
