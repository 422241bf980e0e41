"""Objecting by chat or text, from the code on the notice's poster; the name is left out unless somebody gives it."""

from sqlalchemy import select

from bot.stores.assistance.tables import assistance_objections, assistance_objectors, assistance_steps
from ground.clock import DAY
from tests.bot.assistance.conftest import Fujia, Procedure
from tests.bot.chatting import Chatter

NEIGHBOUR, STRANGER = "5005", "6006"


async def known(procedure: Procedure, fujia: Fujia) -> Chatter:
    await procedure.world_of().person(fujia.village, "傅邻居", telegram=NEIGHBOUR)
    return Chatter(procedure.stage, "telegram", NEIGHBOUR)


async def test_a_posters_link_shows_the_masked_notice_and_takes_the_objection(
    procedure: Procedure, fujia: Fujia
) -> None:
    notice = await procedure.notice(await procedure.published())
    chatter = await known(procedure, fujia)
    asked = await chatter.say(link=notice.code)
    assert "傅某某" in asked
    assert "傅建国" not in asked
    assert "名字" in await chatter.say("他家那间是厨房")
    assert "异议收到了" in await chatter.tap("不留名字")
    async with procedure.stage.database.reading() as tx:
        assert await tx.values(select(assistance_objections.c.words)) == ["他家那间是厨房"]
        assert await tx.rows(select(assistance_objectors)) == []
        actors = await tx.values(select(assistance_steps.c.actor).where(assistance_steps.c.act == "object"))
    assert actors == ["anyone"]


async def test_whoever_wants_to_is_kept_by_id_apart(procedure: Procedure, fujia: Fujia) -> None:
    notice = await procedure.notice(await procedure.published())
    chatter = await known(procedure, fujia)
    await chatter.say(f"异议 {notice.code.lower()}")
    await chatter.say("他家那间是厨房")
    await chatter.tap("留下我的名字")
    async with procedure.stage.database.reading() as tx:
        assert len(await tx.values(select(assistance_objectors.c.person_id))) == 1


async def test_a_stranger_objects_by_text_and_is_asked_for_nothing(procedure: Procedure) -> None:
    notice = await procedure.notice(await procedure.published())
    stranger = Chatter(procedure.stage, "sms", "+999150099")
    assert notice.code in await stranger.say(f"异议 {notice.code}")
    assert "异议收到了" in await stranger.say("他家没人住")


async def test_a_notice_that_is_over_names_nobody(procedure: Procedure) -> None:
    notice = await procedure.notice(await procedure.published())
    await procedure.pass_by(7 * DAY)
    said = await Chatter(procedure.stage, "sms", "+999150099").say(f"异议 {notice.code}")
    assert "已经结束" in said
    assert "傅" not in said


async def test_an_unknown_code_is_said_to_be_unknown(procedure: Procedure) -> None:
    said = await Chatter(procedure.stage, "sms", "+999150099").say("异议 7KMQ-2RTX")
    assert "没有这个公示" in said
