"""The hail night of Fujia: twelve households with twenty people, most by text, two entered on behalf, none lost."""

from collections import Counter

from bot.cases.relief import PATIENCE, Count, ForWhom, Level, State
from bot.cases.relief_values import Draft, Entry, Told, Words
from bot.relief.desk import RELIEF
from bot.relief.filing import file
from bot.stores.relief import ledger, reports
from broadcast.answers import Means
from ground.actor import Role
from ground.clock import HOUR, MINUTE
from tests.bot.relief.conftest import ACCOUNTANT, CENTRE, CLERK, PHOTO, SECRETARY, Fujia, Office

BY_TEXT = (  # what each household wrote, and how many it has
    ("昨晚冰雹把屋顶打坏了，家里三口人，还在漏雨，没人受伤，傅家村", 3),
    ("傅家村，瓦全碎了，家里2口人，没人受伤也没人被困", 2),
    ("我家窗户和瓦都打碎了，就我一个人，没受伤，傅家村", 1),
    ("冰雹打穿屋顶，屋里进水，一家2口，都没受伤，董家镇傅家村", 2),
    ("房顶砸了好几个洞，一个人住，没事没受伤，傅家村", 1),
    ("傅家村冰雹砸坏屋顶了，两口人，人没受伤", 2),
    ("屋顶漏雨，冰雹打的，家里就我一个人，没人受伤，傅家村", 1),
    ("瓦片全被冰雹打碎，家里一口人，没人受伤，傅家村", 1),
    ("冰雹把屋顶打穿了，我妈被砸伤了，家里两口人，傅家村", 2),
    ("hail broke our roof, 2 people, nobody hurt, 傅家村", 2),
)
ENTERED = (("傅老根", 1, Means.PHONE), ("傅喜妹", 2, Means.IN_PERSON))
HOUSEHOLDS, PEOPLE = 12, 20


async def _everybody_reports(office: Office, fujia: Fujia) -> None:
    for number, (words, _) in enumerate(BY_TEXT):
        phone = f"+9991501{number:02}"
        household = await office.world.household(fujia.village)
        await office.world.person(fujia.village, f"傅{number}", household=household, sms=phone)
        heard = await office.say(phone, words)
        for _ in range(3):  # whatever is still asked, and then the yes
            if any(said in heard for said in ("报上去了", "Reported.")):
                break
            heard = await office.say(phone, "1")
        assert any(said in heard for said in ("报上去了", "Reported.")), (words, heard)
        office.stage.clock.pass_by(MINUTE)
    officer = await office.world.operator(fujia.village, Role.DUTY)
    for name, people, means in ENTERED:
        said_at = office.stage.clock.now() - 10 * MINUTE
        told = Told({Count.PEOPLE: people}, ("roof",), (), {Words.HEAD: name}, (), "hail", happened_at=said_at - HOUR)
        draft = Draft(
            fujia.village, ForWhom.ENTERED, told, "", said_at, Level.VILLAGE, None, entry=Entry(means, said_at)
        )
        async with office.stage.database.writing() as tx:
            await file(office.desk, tx, officer, draft, office.stage.clock.now())
    await office.stage.play()


async def test_twelve_households_with_twenty_people_are_counted_and_followed_to_the_end(
    office: Office, fujia: Fujia
) -> None:
    await _everybody_reports(office, fujia)
    found = await office.requests()
    assert len(found) == len({each.code for each in found}) == HOUSEHOLDS
    assert sum(each.counts[Count.PEOPLE] for each in found) == PEOPLE
    assert Counter(each.for_whom for each in found) == {ForWhom.OWN: 10, ForWhom.ENTERED: 2}
    assert {each.area for each in found} == {fujia.village}

    hurt = [each for each in found if each.urgent]
    assert len(hurt) == 1
    assert any(hurt[0].code in each for each in office.heard(CENTRE)), "who is hurt is known at the county"
    assert not any(each.code in "".join(office.heard(CENTRE)) for each in found if not each.urgent)

    for _ in range(5):
        await office.say(SECRETARY, "报灾清单", "telegram")
        pick = next(each for each in office.newest(SECRETARY).offered if "等待受理" in each.label)
        await office.press(SECRETARY, pick.label)
        await office.press(SECRETARY, "受理")
    async with office.stage.database.reading() as tx:
        sums = await ledger.sums(tx, RELIEF, fujia.county)
    assert (sums["households"], sums["people"], sums["hurt"]) == (HOUSEHOLDS, PEOPLE, 1)

    office.stage.clock.pass_by(PATIENCE.accept)
    await office.sweep()
    left = [each for each in await office.requests() if each.state is State.SUBMITTED]
    assert len(left) == HOUSEHOLDS - 5
    assert {each.level for each in left} == {Level.TOWNSHIP}
    assert all(any(each.code in said for said in office.heard(CLERK)) for each in left)
    async with office.stage.database.reading() as tx:
        owed = await reports.listed(tx, RELIEF, fujia.county)
    assert [(each.area, each.hazard, each.raised_at is not None) for each in owed] == [(fujia.township, "hail", True)]


async def test_one_of_them_is_followed_from_the_roof_to_the_new_tiles(office: Office, fujia: Fujia) -> None:
    await _everybody_reports(office, fujia)
    first = (await office.requests())[0]
    await office.say(SECRETARY, first.code, "telegram")
    await office.press(SECRETARY, "派人")
    await office.press(SECRETARY, "傅会计")
    await office.say(ACCOUNTANT, first.code, "telegram")
    await office.press(ACCOUNTANT, "办结")
    await office.say(ACCOUNTANT, "瓦换好了", "telegram", photos=(PHOTO,))
    assert "办结" in office.heard("+999150100", "sms")[-1]
    assert (await office.requests())[0].state is State.SETTLED
