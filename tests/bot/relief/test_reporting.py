"""A resident reports: in the words that come first, asked only what is missing, once, and with what was promised."""

from dataclasses import replace

import pytest

from bot.cases.relief import Count, ForWhom, Level, State
from bot.dialogue import Dialogue
from bot.turns import Place
from tests.bot.relief.conftest import CENTRE, PHONE, PHOTO, REPORT, SECRETARY, Fujia, Office, area_called


async def test_the_words_that_come_first_are_enough_but_for_danger(office: Office, fujia: Fujia) -> None:
    first = await office.say(PHONE, REPORT)
    assert "受伤或被困" in first
    summary = await office.say(PHONE, "1")
    for said in ("傅家村", "冰雹", "屋顶", "漏雨", "人数：3", "登记不等于补助", "不收费，不要银行卡和验证码"):
        assert said in summary
    filed = await office.say(PHONE, "1")
    request = await office.only()
    assert request.code in filed
    assert (request.state, request.level, request.urgent) == (State.SUBMITTED, Level.VILLAGE, False)
    assert request.counts == {Count.PEOPLE: 3, Count.HURT: 0, Count.TRAPPED: 0}
    assert (request.area, request.household, request.person) == (fujia.village, fujia.household, fujia.resident)
    assert request.happened_at < request.filed_at, "last night is not now"
    assert office.heard(SECRETARY)
    assert not office.heard(CENTRE), "no danger: the county is not woken"


@pytest.mark.parametrize("talk", ["你好，吃了吗", "昨天下雨了", "谢谢", "我上次报的怎么样了"])
async def test_small_talk_and_questions_are_no_reports(office: Office, talk: str) -> None:
    await office.say(PHONE, talk)
    assert await office.requests() == []


async def test_who_is_trapped_is_reported_before_anything_is_confirmed(office: Office, fujia: Fujia) -> None:
    reply = await office.say(PHONE, "傅家村房子塌了，我妈被压在里面")
    request = await office.only()
    assert request.urgent
    assert "120" in reply
    assert "119" in reply
    assert request.code in reply
    for chat in (SECRETARY, CENTRE):
        assert "紧急" in office.heard(chat)[0]
        assert PHONE in office.heard(chat)[0]
    assert await office.lanes(request.code) == ["immediate"]


async def test_danger_that_is_named_at_the_question_is_filed_at_once_too(office: Office) -> None:
    await office.say(PHONE, REPORT)
    reply = await office.say(PHONE, "2")
    request = await office.only()
    assert request.urgent
    assert "120" in reply
    assert request.counts[Count.HURT] == 1
    done = await office.say(PHONE, "1")
    assert request.code in done
    assert await office.acts(request) == ["file", "add"]


async def test_what_is_not_understood_at_all_is_asked_one_by_one_of_a_stranger(office: Office, fujia: Fujia) -> None:
    stranger = "+999150099"
    assert "受伤或被困" in await office.say(stranger, "求助")
    assert "出了什么事" in await office.say(stranger, "没有")
    assert "哪个村" in await office.say(stranger, "老房子后墙裂了")
    assert "没找到" in await office.say(stranger, "大槐树底下")
    assert "几口人" in await office.say(stranger, "傅家村")
    assert "数字" in await office.say(stranger, "好多")
    assert "户主" in await office.say(stranger, "5")
    summary = await office.say(stranger, "李大山")
    for said in ("傅家村", "李大山", "人数：5"):
        assert said in summary
    await office.say(stranger, "1")
    request = await office.only()
    assert (request.area, request.person, request.counts[Count.PEOPLE]) == (fujia.village, None, 5)


async def test_in_english_on_a_chat_with_buttons_and_a_photo(office: Office, fujia: Fujia) -> None:
    chat = "4711"
    first = await office.say(chat, "hail broke our roof last night, 3 people, 傅家村", "telegram", language="en")
    assert "hurt or trapped" in first
    assert "name of the head" in await office.press(chat, "Nobody", language="en")
    assert "photos" in await office.press(chat, "Skip", language="en-GB")
    summary = await office.say(chat, "", "telegram", photos=(PHOTO,), language="en")
    assert "Being registered is not yet being granted aid" in summary
    assert "Photos: 1" in summary
    filed = await office.press(chat, "Yes, report it", language="en")
    request = await office.only()
    assert request.code in filed
    assert await office.photos() == [("before", PHOTO)]


async def test_one_answer_is_corrected_without_telling_the_rest_again(office: Office) -> None:
    await office.say(PHONE, REPORT)
    await office.say(PHONE, "1")
    assert "哪一项" in await office.say(PHONE, "2")
    assert "几口人" in await office.say(PHONE, "4")
    summary = await office.say(PHONE, "4")
    assert "人数：4" in summary
    assert "人数：6" in await office.say(PHONE, "不对，是6口人")
    await office.say(PHONE, "1")
    assert (await office.only()).counts[Count.PEOPLE] == 6


async def test_a_report_for_a_neighbour_is_marked_so_and_is_of_no_household_of_ours(office: Office) -> None:
    await office.say(PHONE, "帮隔壁王奶奶报，她家屋顶被冰雹打穿了，一个人住，没人受伤，傅家村")
    summary = await office.say(PHONE, "王奶奶")
    assert "替邻居" in summary
    await office.say(PHONE, "1")
    request = await office.only()
    assert request.for_whom is ForWhom.NEIGHBOUR
    assert request.household is None
    assert "替邻居" in office.heard(SECRETARY)[0]


async def test_a_second_report_of_the_household_is_asked_whether_it_is_the_same(office: Office) -> None:
    await _reported(office)
    assert "是补充那一次" in await office.say(PHONE, "傅家村我家窗户也被冰雹打碎了")
    await office.say(PHONE, "1")
    request = await office.only()
    assert await office.acts(request) == ["file", "add"]
    assert "窗户" in office.heard(SECRETARY)[-1]


async def test_the_same_update_twice_files_once(office: Office) -> None:
    await office.say(PHONE, REPORT)
    await office.say(PHONE, "1")
    await office.say(PHONE, "1", update="SM-7")
    assert await office.stage.hear(PHONE, "1", update="SM-7") is None
    await office.only()


async def test_a_hub_that_dies_between_turns_goes_on_where_it_was(office: Office) -> None:
    for turn in (REPORT, "1", "1"):
        office.stage.dialogue = Dialogue(replace(office.stage.tools))
        await office.say(PHONE, turn)
    assert (await office.only()).counts[Count.PEOPLE] == 3


async def test_what_was_filed_for_danger_is_not_unsaid_by_going_back_or_cancelling(office: Office) -> None:
    await office.say(PHONE, "傅家村房子塌了，我妈被压在里面")
    await office.say(PHONE, "2")
    await office.say(PHONE, "返回")
    cancelled = await office.say(PHONE, "取消")
    assert "不变" in cancelled
    assert (await office.only()).state is State.SUBMITTED


async def test_an_ambiguous_name_is_answered_with_the_places_it_may_be(office: Office, fujia: Fujia) -> None:
    other = await area_called(office.world, "360981101", "荷湖乡", fujia.county, "township")
    twin = await area_called(office.world, "360981101200", "傅家村委会", other, "village")
    stranger = "+999150098"
    await office.say(stranger, "冰雹打坏屋顶，三口人，没人受伤，傅家村")
    assert "不止一个" in office.heard(stranger, "sms")[-1]
    shown = office.newest(stranger, "sms").offered
    place = 1 + next(n for n, each in enumerate(shown) if "荷湖乡" in each.label)
    await office.say(stranger, str(place))
    await office.say(stranger, "李大山")
    await office.say(stranger, "1")
    assert (await office.only()).area == twin


async def _reported(office: Office) -> None:
    for turn in (REPORT, "1", "1"):
        await office.say(PHONE, turn)


async def test_a_shared_point_is_the_village_of_the_nearest_household(office: Office, fujia: Fujia) -> None:
    await office.world.household(fujia.village, latitude=28.1, longitude=115.7)
    chat = "4712"
    await office.say(chat, "冰雹打坏屋顶，三口人，没人受伤", "telegram")
    assert office.newest(chat).wants == "place"
    assert "户主" in await office.say(chat, "", "telegram", place=Place(28.101, 115.701))
    await office.press(chat, "跳过")
    await office.press(chat, "没有照片")
    await office.press(chat, "对，报上去")
    assert (await office.only()).area == fujia.village


async def test_where_nothing_is_known_at_all_danger_goes_to_the_highest_command_centre(
    office: Office, fujia: Fujia
) -> None:
    stranger = "+999150097"
    await office.say(stranger, "救命，房子塌了，有人被压在下面")
    request = await office.only()
    assert (request.area, request.level) == (fujia.county, Level.COUNTY)
    assert "紧急" in office.heard(CENTRE)[0]
    await office.say(stranger, "傅家村")
    assert (await office.only()).area == fujia.village
    assert "紧急" in office.heard(SECRETARY)[0], "as soon as the place is known, its own committee hears of it"
