"""The roll call in chat: door by door, by numbers and by buttons, in Chinese and in English, whatever dies between."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from audiences.stores.tables import addresses
from bot.cases.evacuation import PersonState
from bot.dialogue import Dialogue
from bot.evacuation.paging import charge_behind
from bot.stores.evacuation import alarms, links
from bot.stores.evacuation.tables import report_photos, report_words, reports
from broadcast.deliveries import Key
from broadcast.stores.tables import deliveries
from tests.bot.evacuation.conftest import (
    CALLER,
    DEPUTY,
    LI,
    TOWNSHIP,
    Beixia,
    Field,
    build,
    missing_names,
    ordered,
    prove,
    rows,
    system_actor,
)
from tests.builders import World

CHAT = "4711"


async def newest_key(stage: Field, address: str) -> Key:
    """The delivery that this chat was sent last."""
    sent = [each.key for each in stage.channels["telegram"].sent if each.address == address]
    return sent[-1]


async def test_a_whole_roll_call_by_numbers_though_the_process_dies_between_turns(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    first = await stage.says(CALLER, "1")  # 开始清点, as the note offered it
    assert "涂国平家：1涂国平；2涂家2；3涂家3；4涂老太（不能走）" in first
    stage.born_again()
    second = await stage.says(CALLER, "1")  # 这家全到了
    assert "记下了：涂国平、涂家2、涂家3、涂老太" in second
    assert "李梅家" in second
    stage.born_again()
    assert "5号李梅在哪里？" in await stage.says(CALLER, "2")  # 一个一个说
    stage.born_again()
    assert "他们为什么不走" in await stage.says(CALLER, "4")
    stage.born_again()
    after = await stage.says(CALLER, "要看着猪")
    assert "6号李小宝在哪里？" in after
    over = await stage.says(CALLER, "1")
    assert "1/2户全到，已到5/6人" in over
    assert "还差1人：5李梅 不肯走" in over
    assert await missing_names(stage, made) == ["李梅"]
    async with stage.database.reading() as tx:
        assert "要看着猪" in await tx.values(select(report_words.c.words))


async def test_the_second_refusal_goes_to_the_township(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    await stage.says(CALLER, "拒 5")
    assert not [text for text in stage.said_to("sms", TOWNSHIP) if "不肯走" in text]
    stage.clock.pass_by(60_000)
    await stage.says(CALLER, "拒 5")
    assert "李梅已经2次不肯走" in stage.said_to("sms", TOWNSHIP)[-1]
    assert (await rows(stage, made, beixia.group))[5].refusals == 2
    stage.clock.pass_by(60_000)
    await stage.says(CALLER, "拒 5")
    assert len([text for text in stage.said_to("sms", TOWNSHIP) if "不肯走" in text]) == 1


async def test_a_roll_call_by_buttons_in_english(stage: Field, world: World) -> None:
    beixia = await build(world, language="en")
    await world.address("telegram", CHAT, beixia.caller)
    async with stage.database.writing() as tx:
        await tx.execute(update(addresses).where(addresses.c.value == CALLER).values(closed_at=1))
    await prove(world, CHAT)
    made = await ordered(stage, beixia)
    told = [each.message for each in stage.channels["telegram"].sent if each.address == CHAT][-1]
    assert "You answer for 2 households, 6 people" in told.text
    assert [each.label for each in told.choices] == ["Call the roll"]
    reply = await stage.press(CHAT, await newest_key(stage, CHAT), "start")
    await stage.go_round()
    assert reply is not None
    assert "4 涂老太 (cannot walk)" in reply.text
    await stage.says(CHAT, "all of them are there", "telegram")
    await stage.says(CHAT, "7", "telegram")
    await stage.says(CHAT, "1", "telegram")
    assert await missing_names(stage, made) == []


async def test_a_household_went_to_another_shelter_than_its_own(stage: Field, beixia: Beixia, world: World) -> None:
    made = await ordered(stage, beixia)
    hall = await world.site(beixia.township, "shelter", "乡文化站")
    elsewhere = await world.area("3602", "别的乡", parent=beixia.county, level="township")
    await world.site(elsewhere, "shelter", "别的乡的学校")
    await stage.says(CALLER, "清点")
    said = await stage.says(CALLER, "9")  # 去了别的安置点
    assert "1车草小学 2乡文化站" in said
    assert "别的乡" not in said
    stage.born_again()
    assert "到了乡文化站" in await stage.says(CALLER, "2")
    lines = await rows(stage, made, beixia.group)
    assert {lines[number].shelter for number in (1, 2, 3, 4)} == {hall}
    async with stage.database.reading() as tx:
        due = {each.site for each in await alarms.listed(tx, system_actor(), made.key, now=2**50) if each.site}
    assert due == {beixia.school, hall}


async def test_one_of_a_household_went_to_another_shelter(stage: Field, beixia: Beixia, world: World) -> None:
    made = await ordered(stage, beixia)
    hall = await world.site(beixia.township, "shelter", "乡文化站")
    await stage.says(CALLER, "清点")
    await stage.says(CALLER, "2")  # 一个一个说
    assert "去了哪个安置点" in await stage.says(CALLER, "9")
    assert "2号涂家2在哪里" in await stage.says(CALLER, "乡文化站")
    await stage.says(CALLER, "1")
    lines = await rows(stage, made, beixia.group)
    assert (lines[1].shelter, lines[2].shelter) == (hall, beixia.school)


async def test_a_photo_is_kept_with_the_report_that_follows(stage: Field, beixia: Beixia) -> None:
    await ordered(stage, beixia)
    await stage.says(CALLER, "清点")
    digest = "a" * 64
    assert "照片收到" in await stage.says(CALLER, "", photos=(digest,))
    await stage.says(CALLER, "1")
    async with stage.database.reading() as tx:
        assert set(await tx.values(select(report_photos.c.digest))) == {digest}


async def test_whoever_is_found_is_added_on_the_spot(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    await stage.says(CALLER, "清点")
    await stage.says(CALLER, "6")  # 加名单外的人
    await stage.says(CALLER, "修路的老王")
    await stage.says(CALLER, "2")
    await stage.says(CALLER, "3")  # 在路上
    line = (await rows(stage, made, beixia.group))[7]
    assert (line.name, line.added, line.state) == ("修路的老王", "worker", PersonState.ON_THE_WAY)
    assert "修路的老王" in await missing_names(stage, made)


async def test_all_the_others_have_moved(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    await stage.says(CALLER, "清点")
    await stage.says(CALLER, "3")  # the whole household refuses
    await stage.says(CALLER, "1")  # no reason given
    assert "还有2人没报" in await stage.says(CALLER, "7")
    await stage.says(CALLER, "1")
    assert await missing_names(stage, made) == ["涂国平", "涂家2", "涂家3", "涂老太"]


async def test_a_step_back_asks_again(stage: Field, beixia: Beixia) -> None:
    await ordered(stage, beixia)
    await stage.says(CALLER, "清点")
    await stage.says(CALLER, "6")
    assert "他们怎么样" in await stage.says(CALLER, "返回")


async def test_a_number_that_was_never_verified_reports_for_checking_only(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    assert "还没核实" in await stage.says(DEPUTY, "到 1-6")
    assert len(await missing_names(stage, made)) == 6
    assert all(line.to_check for line in (await rows(stage, made, beixia.group)).values())


async def test_whoever_answers_for_nobody_is_told_so(stage: Field, beixia: Beixia) -> None:
    await ordered(stage, beixia)
    assert "现在没有要您清点的转移" in await stage.says(LI, "清点")


@pytest.mark.parametrize(
    ("code", "echo"),
    [
        ("到 1-3 99", "单子上没有这些号：99"),
        ("到 1-3 拒 3", "这些号说了两样，没有记：3"),
        ("到 1-3 狗 4", "没看懂：狗"),
    ],
)
async def test_a_code_that_is_mistyped_says_which_number(stage: Field, beixia: Beixia, code: str, echo: str) -> None:
    await ordered(stage, beixia)
    assert echo in await stage.says(CALLER, code)


async def test_everybody_by_other_figures_than_the_sheet_is_asked_about_first(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    assert "单子是2户6人，您报3户7人" in await stage.says(CALLER, "全到 3户7人")
    assert len(await missing_names(stage, made)) == 6
    stage.born_again()
    await stage.says(CALLER, "2")
    assert len(await missing_names(stage, made)) == 6
    await stage.says(CALLER, "全到 3户7人")
    await stage.says(CALLER, "1")
    assert await missing_names(stage, made) == []


async def test_the_same_sms_brought_twice_is_one_report(stage: Field, beixia: Beixia) -> None:
    await ordered(stage, beixia)
    await stage.says(CALLER, "到 1", update="SM1")
    await stage.says(CALLER, "到 1", update="SM1")
    async with stage.database.reading() as tx:
        assert len(await tx.values(select(reports.c.id))) == 1
        assert await tx.value(select(deliveries.c.notice_id)) is not None


async def test_what_is_said_of_a_drill_says_so(stage: Field, beixia: Beixia) -> None:
    await ordered(stage, beixia, drill=True)
    assert "演练" in stage.said_to("sms", LI)[-1]
    assert "演练" in await stage.says(CALLER, "清点")
    assert "演练" in await stage.says(CALLER, "到 1")
    assert "演练" in await stage.says(LI, "求助")


async def test_whoever_calls_a_roll_is_sent_the_page_and_its_link_is_not_kept(stage: Field, beixia: Beixia) -> None:
    stage.dialogue = Dialogue(replace(stage.tools, public_url="https://hub.test/"))
    made = await ordered(stage, beixia)
    said = await stage.says(CALLER, "清点网页")
    found = re.search(r"https://hub\.test/v/(\S{22})", said)
    assert found is not None
    async with stage.database.writing() as tx:
        opened = await links.open_session(tx, system_actor(), found[1], stage.clock.now())
        charge = None if opened is None else await charge_behind(tx, opened[0], stage.clock.now())
    assert charge is not None
    assert (charge.person, charge.area, charge.order.key) == (beixia.caller, beixia.group, made.key)
    assert charge.proven
    assert "hub.test/v/" not in await stage.says(LI, "清点网页")
