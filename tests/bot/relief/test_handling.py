"""An office handles a report in chat, the reporter follows it by the number, and what lies too long climbs."""

import asyncio

import pytest
from sqlalchemy import func, select, update

from audiences.stores.tables import addresses
from bot.cases.relief import PATIENCE, Count, ForWhom, Level, State
from bot.cases.relief_values import Draft, Entry, Request, Told, Words
from bot.relief.desk import RELIEF
from bot.relief.filing import file
from bot.stores.relief import reports, steps
from bot.stores.relief.tables import relief_deadlines, relief_words
from broadcast.answers import Means
from ground.clock import HOUR, MINUTE
from tests.bot.relief.conftest import ACCOUNTANT, CENTRE, CLERK, PHONE, PHOTO, REPORT, SECRETARY, Fujia, Office


async def reported(office: Office) -> Request:
    for turn in (REPORT, "1", "1"):
        await office.say(PHONE, turn)
    return (await office.requests())[-1]


async def test_from_accepted_to_settled_with_a_photo_and_everybody_knows(office: Office, fujia: Fujia) -> None:
    request = await reported(office)
    assert "已受理" in await office.press(SECRETARY, "受理")
    assert "已经受理" in office.heard(PHONE, "sms")[-1]
    await office.press(SECRETARY, "派人")
    assert "派给傅会计" in await office.press(SECRETARY, "傅会计")
    assert (await office.only()).assigned_to == fujia.accountant
    assert "派给您" in office.heard(ACCOUNTANT)[-1]
    await office.press(ACCOUNTANT, "办结")
    assert "要有照片" in await office.say(ACCOUNTANT, "瓦都换好了", "telegram")
    await office.say(ACCOUNTANT, "瓦都换好了", "telegram", photos=(PHOTO,))
    settled = await office.only()
    assert settled.state is State.SETTLED
    assert await office.photos() == [("after", PHOTO)]
    assert "瓦都换好了" in office.heard(PHONE, "sms")[-1]
    assert await office.acts(request) == ["file", "accept", "assign", "settle"]


async def test_a_question_is_relayed_and_so_is_the_answer(office: Office) -> None:
    request = await reported(office)
    await office.press(SECRETARY, "问一句")
    await office.say(SECRETARY, "漏的是哪一间？", "telegram")
    assert "漏的是哪一间" in office.heard(PHONE, "sms")[-1]
    assert "转给" in await office.say(PHONE, "东边那间")
    assert "东边那间" in office.heard(SECRETARY)[-1]
    assert await office.acts(request) == ["file", "ask", "answer"]
    assert (await office.only()).state is State.SUBMITTED


async def test_a_question_reaches_somebody_nobody_knows(office: Office) -> None:
    stranger = "4711"
    await office.say(stranger, "hail broke our roof, 3 people, nobody hurt, 傅家村", "telegram", language="en")
    for label in ("Skip", "No photos", "Yes, report it"):
        await office.press(stranger, label, language="en")
    await office.press(SECRETARY, "问一句")
    await office.say(SECRETARY, "哪一间？", "telegram")
    assert "the office asks" in office.heard(stranger)[-1]
    await office.say(stranger, "the east room", "telegram", language="en")
    assert "the east room" in office.heard(SECRETARY)[-1]


async def test_a_villages_refusal_needs_a_reason_and_is_seen_by_the_township(office: Office) -> None:
    request = await reported(office)
    await office.press(SECRETARY, "不受理")
    await office.say(SECRETARY, "只是淋湿了家具", "telegram")
    assert (await office.only()).state is State.DECLINED
    assert "只是淋湿了家具" in office.heard(PHONE, "sms")[-1]
    assert "村里没有受理" in office.heard(CLERK)[-1]
    assert "重新受理" in await office.press(CLERK, "重新受理")
    assert (await office.only()).state is State.SUBMITTED
    assert await office.acts(request) == ["file", "decline", "reopen"]


async def test_whoever_is_quicker_takes_it_and_the_other_is_told(office: Office) -> None:
    await reported(office)
    await office.press(SECRETARY, "受理")
    assert "已受理" in await office.press(ACCOUNTANT, "受理")
    assert (await office.acts(await office.only())).count("accept") == 1


async def test_only_a_proven_member_of_the_office_handles_it(office: Office, fujia: Fujia) -> None:
    request = await reported(office)
    async with office.stage.database.writing() as tx:
        await tx.execute(update(addresses).where(addresses.c.value == SECRETARY).values(verified_at=None))
    assert "不归您" in await office.press(SECRETARY, "受理")
    assert (await office.only()).state is State.SUBMITTED
    elsewhere = await office.world.area("9", "别的县", level="county")
    foreigner = await office.world.person(elsewhere, "外县")
    await office.world.address("telegram", "6001", foreigner, verified_at=1)
    await office.world.organisation(elsewhere, "command_centre", [foreigner])
    shown = await office.say("6001", request.code, "telegram")
    assert "等待受理" in shown, "whoever has the number may read how far it is"
    assert "傅建国" not in shown
    assert office.newest("6001").offered == ()


async def test_the_list_of_what_is_open_leads_to_each(office: Office) -> None:
    request = await reported(office)
    assert "1 件" in await office.say(SECRETARY, "报灾清单", "telegram")
    choice = next(each for each in office.newest(SECRETARY).offered if each.key == request.code)
    assert "傅建国" in await office.press(SECRETARY, choice.label)


async def test_by_sms_an_office_chooses_by_number(office: Office, fujia: Fujia) -> None:
    phone = "+999150055"
    await office.world.address("sms", phone, fujia.clerk, verified_at=1)
    async with office.stage.database.writing() as tx:
        await tx.execute(update(addresses).where(addresses.c.value == CLERK).values(closed_at=1, closed_why="gone"))
    request = await reported(office)
    office.stage.clock.pass_by(PATIENCE.accept)
    await office.sweep()
    assert any("还没有人受理" in each for each in office.heard(phone, "sms"))
    assert "已受理" in await office.say(phone, "1")
    assert (await office.only()).state is State.ACCEPTED
    assert await office.acts(request) == ["file", "escalate", "accept"]


async def test_not_accepted_in_time_goes_to_the_township_then_to_the_county(office: Office) -> None:
    request = await reported(office)
    office.stage.clock.pass_by(PATIENCE.accept - MINUTE)
    assert await office.sweep() == 0
    office.stage.clock.pass_by(MINUTE)
    await office.sweep()
    assert (await office.only()).level is Level.TOWNSHIP
    assert "还没有人受理" in office.heard(CLERK)[-2] + office.heard(CLERK)[-1]
    office.stage.clock.pass_by(PATIENCE.accept)
    await office.sweep()
    assert (await office.only()).level is Level.COUNTY
    assert any("还没有人受理" in each for each in office.heard(CENTRE))
    assert await office.acts(request) == ["file", "escalate", "escalate"]
    office.stage.clock.pass_by(PATIENCE.accept)
    await office.sweep()
    office.stage.clock.pass_by(HOUR)
    assert await office.sweep() == 0, "at the top it is said once more, and then left"


async def test_two_sweeps_at_once_escalate_once(office: Office) -> None:
    request = await reported(office)
    office.stage.clock.pass_by(PATIENCE.accept)
    await asyncio.gather(*(office.sweep() for _ in range(2)))
    assert await office.acts(request) == ["file", "escalate"]


async def test_what_was_accepted_in_time_climbs_nowhere(office: Office) -> None:
    await reported(office)
    await office.press(SECRETARY, "受理")
    office.stage.clock.pass_by(PATIENCE.accept)
    await office.sweep()
    assert (await office.only()).level is Level.VILLAGE
    async with office.stage.database.reading() as tx:
        assert await tx.value(select(func.count()).where(relief_deadlines.c.raised_at.is_not(None))) == 0


async def test_danger_waits_a_quarter_of_an_hour_only(office: Office) -> None:
    await office.say(PHONE, "傅家村房子塌了，我妈被压在里面")
    office.stage.clock.pass_by(PATIENCE.accept_urgent)
    await office.sweep()
    assert (await office.only()).level is Level.TOWNSHIP


async def test_a_first_report_that_is_late_is_raised_once_to_township_and_county(office: Office, fujia: Fujia) -> None:
    await reported(office)
    await office.press(SECRETARY, "受理")
    office.stage.clock.pass_by(PATIENCE.first_report)
    assert await office.sweep() == 1
    assert await office.sweep() == 0
    for chat in (CLERK, CENTRE):
        assert "初报" in office.heard(chat)[-1]
    async with office.stage.database.reading() as tx:
        owed = await reports.listed(tx, RELIEF, fujia.county, owed=True)
    assert [(each.area, each.hazard) for each in owed] == [(fujia.township, "hail")]


@pytest.mark.parametrize("asked", ["我上次报的怎么样了", "code"])
async def test_the_reporter_is_told_how_far_it_is(office: Office, asked: str) -> None:
    request = await reported(office)
    text = request.code.lower().replace("-", " ") if asked == "code" else asked
    assert "等待受理" in await office.say(PHONE, text)
    await office.press(SECRETARY, "受理")
    await office.say(PHONE, "知道了")
    assert "已受理" in await office.say(PHONE, text)


async def test_the_reporter_adds_corrects_withdraws_and_opens_again(office: Office) -> None:
    request = await reported(office)

    async def choose(label: str) -> str:
        await office.say(PHONE, request.code)
        return await office.say(PHONE, label)

    await choose("补充")
    await office.say(PHONE, "窗户也碎了")
    assert "窗户也碎了" in office.heard(SECRETARY)[-1]
    await choose("更正")
    await office.say(PHONE, "家里是5口人")
    assert (await office.only()).counts[Count.PEOPLE] == 5
    await choose("撤回")
    assert "撤回" in await office.say(PHONE, "1")
    assert (await office.only()).state is State.WITHDRAWN
    assert "撤回" in office.heard(SECRETARY)[-1]
    await choose("重新受理")
    await office.say(PHONE, "又漏了")
    assert (await office.only()).state is State.SUBMITTED
    assert await office.acts(request) == ["file", "add", "correct", "withdraw", "reopen"]


async def test_a_correction_that_names_somebody_hurt_wakes_the_county(office: Office) -> None:
    request = await reported(office)
    await office.say(PHONE, request.code)
    await office.say(PHONE, "补充")
    await office.say(PHONE, "我爸被瓦砸伤了")
    assert (await office.only()).urgent
    assert any("紧急" in each for each in office.heard(CENTRE))


async def test_a_number_that_was_mistyped_says_so(office: Office) -> None:
    await reported(office)
    assert "没有查到" in await office.say(PHONE, "2222-2222")


async def test_an_entry_on_behalf_counts_is_marked_and_a_later_own_report_stays_beside(
    office: Office, fujia: Fujia
) -> None:
    officer = await office.world.operator(fujia.township)
    said_at = office.stage.clock.now() - HOUR
    draft = Draft(
        area=fujia.village,
        for_whom=ForWhom.ENTERED,
        told=Told({Count.PEOPLE: 3}, ("roof",), (), {Words.HEAD: "傅建国", Words.SPOKE: "村医"}, (), "hail"),
        by="",
        filed_at=said_at,
        level=Level.VILLAGE,
        office=None,
        household=fujia.household,
        person=fujia.resident,
        entry=Entry(Means.RADIO, said_at, for_person=fujia.resident),
    )
    async with office.stage.database.writing() as tx:
        entered = await file(office.desk, tx, officer, draft, office.stage.clock.now())
    await office.stage.play()
    assert (entered.filed_at, entered.learned_at) == (said_at, said_at + HOUR)
    assert "代录" in office.heard(SECRETARY)[-1]
    await office.say(PHONE, REPORT)
    await office.say(PHONE, "1")
    await office.say(PHONE, "1")
    own = (await office.requests())[-1]
    assert own.id != entered.id
    assert own.beside == entered.id
    assert entered.code in office.heard(SECRETARY)[-1], "offered for merging"


async def test_words_can_be_forgotten_and_the_steps_stay(office: Office) -> None:
    request = await reported(office)
    admin = await office.world.operator(None)
    async with office.stage.database.writing() as tx:
        await steps.erase(tx, admin, request.id)
        kept = await tx.rows(select(relief_words.c.words, relief_words.c.digest))
    assert kept
    assert all(row.words is None and len(row.digest) == 64 for row in kept)
    assert await office.acts(request) == ["file"]
