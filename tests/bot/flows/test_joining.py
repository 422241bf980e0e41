"""Joining: by poster, name, pinyin or place; nobody becomes somebody else by saying so."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from audiences.areas import fold
from audiences.pinyin import readings_of
from audiences.stores import readings, village_codes
from audiences.stores.tables import address_owners, addresses, areas, consents, particulars, people, sites
from bot.flows import joining
from bot.saying import in_language
from bot.stores.tables import newcomers
from ground.actor import system
from templates.catalogues import LANGUAGES
from tests.bot.chatting import Chatter
from tests.bot.conftest import Listening
from tests.builders import NOON, World

HUB = system("test")
LI, LI_PHONE = "李书记", "+99900001001"


@dataclass(frozen=True)
class County:
    township: int
    village: int
    other: int
    code: str


@pytest.fixture
async def county(stage: Listening, world: World) -> County:
    top = await world.area("1", "丰城市", level="county")
    hehu = await world.area("11", "荷湖乡", parent=top, level="township")
    dong = await world.area("12", "董家镇", parent=top, level="township")
    village = await world.area("111", "车草村", parent=hehu)
    other = await world.area("121", "符家村", parent=dong)
    for parent, code in ((hehu, "112"), (dong, "122")):
        await world.area(code, "新村", parent=parent)
    async with stage.database.writing() as tx:
        for row in await tx.rows(select(areas.c.id, areas.c.name)):
            await tx.execute(update(areas).where(areas.c.id == row.id).values(folded=fold(row.name)))
        names = await readings.unread(tx, HUB)
        await readings.keep(tx, HUB, names, readings_of(names.values()))
        code = await village_codes.code_of(tx, HUB, village, at=NOON)
    return County(hehu, village, other, code)


async def people_at(stage: Listening, platform: str, address: str) -> list[tuple[int, str, int, str]]:
    """Id, name, village and source of whoever has an address now."""
    joined = (
        select(people.c.id, particulars.c.name, people.c.area_id, people.c.source)
        .join(particulars, particulars.c.person_id == people.c.id)
        .join(address_owners, address_owners.c.person_id == people.c.id)
        .join(addresses, addresses.c.id == address_owners.c.address_id)
        .where(addresses.c.channel == platform, addresses.c.value == address, address_owners.c.until_at.is_(None))
        .order_by(people.c.id)
    )
    async with stage.database.reading() as tx:
        return [tuple(row) for row in await tx.rows(joined)]


async def joined_by_poster(chatter: Chatter, county: County, name: str = "张三") -> str:
    await chatter.say(link=county.code)
    await chatter.tap("中文")
    return await chatter.say(name)


async def test_a_posters_link_leads_to_a_registration_that_shows_what_it_is_for(
    stage: Listening, county: County
) -> None:
    chatter = Chatter(stage, "telegram", "4711")
    assert "车草村" in await chatter.say(link=county.code)
    assert "什么名字" in await chatter.tap("中文")
    assert "电话" in await chatter.say("张三")
    assert chatter.shown.wants == "contact"
    agreed_to = await chatter.share_number("+99900000007")
    assert "只给值班人员和村干部" in agreed_to
    assert await people_at(stage, "telegram", "4711") == []  # nothing is entered before they agree
    assert "登记好了" in await chatter.tap("agree")
    [(person, name, area, source)] = await people_at(stage, "telegram", "4711")
    assert (name, area, source) == ("张三", county.village, "chat")
    assert [each[0] for each in await people_at(stage, "sms", "+99900000007")] == [person]
    async with stage.database.reading() as tx:
        assert await tx.values(select(consents.c.purpose).where(consents.c.granted)) == ["warnings"]
        assert await tx.value(select(addresses.c.verified_how).where(addresses.c.value == "4711")) == "contact"


async def test_a_poster_gives_a_village_and_no_identity(stage: Listening, county: County) -> None:
    chatter = Chatter(stage, "telegram", "4711")
    await chatter.say(link=county.code)
    assert await people_at(stage, "telegram", "4711") == []
    async with stage.database.reading() as tx:
        assert await tx.values(select(newcomers.c.area_id)) == [county.village]


async def test_on_an_old_phone_everything_goes_by_numbers_and_the_number_is_known(
    stage: Listening, county: County
) -> None:
    chatter = Chatter(stage, "sms", "+99900000008")
    shown = await chatter.say(f"{county.code[:3]} {county.code[3:]}".lower())
    assert "1中文" in shown
    await chatter.say("1")
    assert "请看对不对" in await chatter.say("王五")
    assert "登记好了" in await chatter.say("1")
    assert [each[1] for each in await people_at(stage, "sms", "+99900000008")] == ["王五"]


@pytest.mark.parametrize("said", ["车草村", "荷湖乡车草", "丰城市荷湖乡车草村", "checao", "Che Cao cun", "CC", "ccc"])
async def test_a_village_is_found_by_name_and_in_pinyin(stage: Listening, county: County, said: str) -> None:
    chatter = Chatter(stage, "sms", "+99900000008")
    await chatter.say("加入")
    shown = await chatter.say(said)
    if "是哪一个" in shown:  # what is only likely is asked about
        shown = await chatter.tap("荷湖乡 车草村")
    assert "车草村，记下了" in shown


async def test_a_name_that_several_bear_is_answered_with_the_choices(stage: Listening, county: County) -> None:
    chatter = Chatter(stage, "telegram", "4711")
    await chatter.say("我要收预警")
    assert "是哪一个" in await chatter.say("新村")
    assert [each.label for each in chatter.shown.choices] == ["荷湖乡 新村", "董家镇 新村", "都不是"]
    assert "哪个村" in await chatter.tap("都不是")
    await chatter.say("新村")
    assert "新村，记下了" in await chatter.tap("董家镇 新村")


async def test_a_shared_place_offers_the_villages_around_it_nearest_first(
    stage: Listening, world: World, county: County
) -> None:
    for area, latitude in ((county.village, 28.20), (county.other, 28.25)):
        site = await world.site(area)
        async with stage.database.writing() as tx:
            await tx.execute(update(sites).where(sites.c.id == site).values(latitude=latitude, longitude=115.8))
    chatter = Chatter(stage, "telegram", "4711")
    await chatter.say("join")
    assert chatter.shown.wants == "place"
    await chatter.share_place(28.24, 115.8)
    assert [each.label for each in chatter.shown.choices][:2] == ["董家镇 符家村", "荷湖乡 车草村"]
    assert "符家村，记下了" in await chatter.tap("董家镇 符家村")


async def test_a_place_where_no_village_is_known_is_asked_for_by_name(stage: Listening, county: County) -> None:
    chatter = Chatter(stage, "telegram", "4711")
    await chatter.say("join")
    assert "附近没有" in await chatter.share_place(-89.99, 179.99)


async def test_a_number_that_the_platform_vouches_for_is_the_person_of_the_directory(
    stage: Listening, world: World, county: County
) -> None:
    person = await world.person(county.village, LI, sms=LI_PHONE)
    await world.organisation(county.village, "village_committee", [person])
    chatter = Chatter(stage, "telegram", "4711")
    await joined_by_poster(chatter, county, "随便")
    await chatter.share_number(LI_PHONE)
    said = await chatter.tap("agree")
    assert "认出您了" in said
    assert "您在村里任职" in said
    assert [each[0] for each in await people_at(stage, "telegram", "4711")] == [person]


async def test_who_types_a_known_number_is_never_taken_for_its_owner(
    stage: Listening, world: World, county: County
) -> None:
    person = await world.person(county.village, LI, sms=LI_PHONE)
    for typed in (LI_PHONE, None):
        chatter = Chatter(stage, "telegram", f"47{typed}")
        await joined_by_poster(chatter, county, LI)
        if typed:
            await chatter.say(typed)
        else:
            await chatter.share_number(LI_PHONE, vouched=False)
        assert "别人登记过" in await chatter.tap("agree")
        assert person not in [each[0] for each in await people_at(stage, "telegram", f"47{typed}")]
    assert [each[0] for each in await people_at(stage, "sms", LI_PHONE)] == [person]


async def test_whoever_only_claimed_a_number_loses_it_to_whom_the_platform_vouches_for(
    stage: Listening, county: County
) -> None:
    stranger, owner = Chatter(stage, "telegram", "1"), Chatter(stage, "telegram", "2")
    await joined_by_poster(stranger, county, "生人")
    await stranger.say(LI_PHONE)
    await stranger.tap("agree")
    await joined_by_poster(owner, county, "真的")
    await owner.share_number(LI_PHONE)
    await owner.tap("agree")
    assert [each[1] for each in await people_at(stage, "sms", LI_PHONE)] == ["真的"]
    assert [each[1] for each in await people_at(stage, "telegram", "1")] == ["生人"]


async def test_a_number_that_a_family_shares_is_the_one_who_says_their_name_but_not_proven(
    stage: Listening, world: World, county: County
) -> None:
    await world.person(county.village, "奶奶", sms=LI_PHONE)
    child = await world.person(county.village, "孙子", sms=LI_PHONE)
    chatter = Chatter(stage, "telegram", "4711")
    await joined_by_poster(chatter, county, "孙子")
    await chatter.share_number(LI_PHONE)
    await chatter.tap("agree")
    assert [each[0] for each in await people_at(stage, "telegram", "4711")] == [child]
    async with stage.database.reading() as tx:
        assert await tx.value(select(addresses.c.verified_at).where(addresses.c.value == "4711")) is None


async def test_who_has_joined_is_shown_what_is_known_and_may_change_it(stage: Listening, county: County) -> None:
    chatter = Chatter(stage, "telegram", "4711")
    await joined_by_poster(chatter, county)
    await chatter.say("没有")
    await chatter.tap("agree")
    shown = await chatter.say("我的登记")
    assert "车草村" in shown
    assert "张三" in shown
    await chatter.tap("换村")
    assert "符家村" in await chatter.say("符家村")
    await chatter.say("/start")
    await chatter.tap("换电话")
    assert "改好了" in await chatter.say("+99900000055")
    assert "…55" in await chatter.say("我的登记")
    [(_, _, area, _)] = await people_at(stage, "telegram", "4711")
    assert area == county.other


async def test_who_stands_in_a_list_unproven_cannot_change_it_by_chat(
    stage: Listening, world: World, county: County
) -> None:
    await world.person(county.village, LI, sms=LI_PHONE)
    chatter = Chatter(stage, "sms", LI_PHONE)
    assert "李书记" in await chatter.say("我的登记")
    assert "找村干部" in await chatter.tap("换村")


async def test_english_is_spoken_from_the_moment_it_is_chosen(stage: Listening, county: County) -> None:
    chatter = Chatter(stage, "telegram", "4711")
    await chatter.say(link=county.code)
    assert await chatter.tap("English（英语）") == "What is your name?"
    assert "phone number" in await chatter.say("Wang Wu")
    assert chatter.shown.wanted == "Send my phone number"


async def test_a_newcomer_hears_the_warning_that_is_under_way(stage: Listening, county: County) -> None:
    await stage.notice("area(1)")
    await stage.play()
    chatter = Chatter(stage, "telegram", "4711")
    await joined_by_poster(chatter, county)
    await chatter.say("没有")
    await chatter.tap("agree")
    await stage.hub.desk.hand_on(stage.database)
    await stage.play()
    assert "a warning" in stage.said_to("telegram", "4711")


def test_in_either_language_the_languages_to_choose_from_are_not_called_alike() -> None:
    for language in LANGUAGES:
        names = {choice.label for choice in in_language(joining.LANGUAGES, language)}
        assert names == {"中文", "English（英语）"}
