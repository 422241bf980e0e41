"""代报灾 in chat: an officer reports for somebody; it counts, is marked, and the person hears of it."""

from hypothesis import given
from hypothesis import strategies as st

from bot.cases.relief import ForWhom
from bot.cases.relief_values import Words
from bot.relief.desk import RELIEF
from bot.relief.entering import said_when
from bot.stores.relief import entries, steps
from broadcast.answers import Means
from ground.clock import DAY, HOUR, MINUTE
from tests.bot.chatting import Chatter
from tests.bot.relief.conftest import PHONE, SECRETARY, Fujia, Office
from tests.builders import NOON


async def entered(office: Office, *turns: str) -> Chatter:
    officer = Chatter(office.stage, "telegram", SECRETARY)
    for turn in turns:
        known = any(turn in (each.key, each.label) for each in officer.shown.offered)
        await (officer.tap(turn) if known else officer.say(turn))
    await office.stage.play()
    return officer


async def test_an_officer_reports_for_somebody_and_they_are_told(office: Office, fujia: Fujia) -> None:
    await entered(
        office, "代报灾", "傅建国", "卫星电话", "邻居", "一小时前", "冰雹打坏了屋顶，没人受伤，3口人", "对，报上去"
    )
    request = await office.only()
    assert (request.for_whom, request.person, request.household) == (ForWhom.ENTERED, fujia.resident, fujia.household)
    assert (request.filed_at, request.learned_at) == (NOON - HOUR, NOON)
    async with office.stage.database.reading() as tx:
        entry = await entries.of_request(tx, RELIEF, request.id)
        words = await steps.words_of(tx, RELIEF, request.id)
        story = await steps.history(tx, RELIEF, request.id)
    assert entry is not None
    assert (entry.means, entry.for_person, entry.said_at) == (Means.SATELLITE_PHONE, fujia.resident, NOON - HOUR)
    assert (entry.typed_by, entry.typed_at) == (f"person:{fujia.secretary}", NOON)
    assert (words[Words.HEAD], words[Words.SPOKE]) == ("傅建国", "邻居")
    assert story[0].actor == f"person:{fujia.secretary}"
    assert "替您登记" in office.heard(PHONE, "sms")[-1]


async def test_all_in_one_sentence_only_the_rest_is_asked(office: Office, fujia: Fujia) -> None:
    officer = await entered(office, "代傅建国报：昨晚冰雹把屋顶打坏了，三口人，没人受伤")
    assert "替傅建国报" in officer.shown.text
    officer = await entered(
        office, "代傅建国报：昨晚冰雹把屋顶打坏了，三口人，没人受伤", "电话", "老傅的侄子", "11:30", "对，报上去"
    )
    request = await office.only()
    assert request.filed_at == NOON - 30 * MINUTE
    async with office.stage.database.reading() as tx:
        assert (await steps.words_of(tx, RELIEF, request.id))[Words.SPOKE] == "老傅的侄子"


async def test_of_namesakes_the_right_one_is_asked_for(office: Office, fujia: Fujia) -> None:
    other = await office.world.person(fujia.village, "傅建国")
    officer = await entered(office, "代傅建国报灾")
    assert "不止一个" in officer.shown.text
    await officer.tap(f"person:{other}")
    await entered(office, "取消")


async def test_somebody_who_stands_in_no_register_is_kept_by_name(office: Office) -> None:
    await entered(
        office, "代报灾", "路过的老王", "当面", "本人", "刚才", "车被冲走了，傅家村，没人受伤，1个人", "对，报上去"
    )
    request = await office.only()
    assert (request.person, request.household, request.address) == (None, None, None)
    async with office.stage.database.reading() as tx:
        assert (await steps.words_of(tx, RELIEF, request.id))[Words.HEAD] == "路过的老王"


async def test_danger_is_filed_before_anything_else_is_asked(office: Office, fujia: Fujia) -> None:
    await entered(office, "代傅建国报：屋后滑坡，压住一个人", "对讲机", "邻居", "刚才")
    request = await office.only()
    assert request.urgent
    assert request.for_whom is ForWhom.ENTERED


async def test_a_resident_who_says_the_same_reports_as_a_neighbour(office: Office) -> None:
    said = await office.say(PHONE, "帮老王家报：屋顶被冰雹打坏了，没人受伤")
    assert "怎么知道的" not in said


@given(st.integers(0, 23), st.integers(0, 59))
def test_an_hour_of_the_day_is_the_last_one_that_has_been(hour: int, minute: int) -> None:
    at = said_when("", f"{hour}:{minute:02}", NOON)
    assert at is not None
    assert NOON - DAY < at <= NOON


def test_how_long_ago_is_read_and_nonsense_is_not() -> None:
    assert said_when("", "20分钟前", NOON) == NOON - 20 * MINUTE
    assert said_when("", "2小时前", NOON) == NOON - 2 * HOUR
    assert said_when("", "25:00", NOON) is None
    assert said_when("", "去年", NOON) is None
