"""通联测试: everybody on duty is asked at every number, and what became of each is read, ranked, kept and repaired."""

import asyncio

import pytest
from sqlalchemy import func, select

from bot.cases.contact_test import Asked, Outcome, Stage
from bot.cases.roster_errors import AlreadyTesting, NobodyChosen, NobodyToTest, WarningUnderWay
from bot.rosters import testing
from bot.stores.rosters import contact_tests, numbers, ranking, repairs
from bot.stores.rosters.contact_tests import ContactTest
from bot.stores.rosters.tables import contact_test_results
from broadcast.channels.errors import Gone, Rejected
from broadcast.notices import Lane
from broadcast.stores.tables import notices
from ground.clock import HOUR, MINUTE, SECOND
from tests.audiences.files import counted_statements
from tests.bot.chatting import Chatter
from tests.bot.rosters.conftest import LEADER, OFFICER, OTHER, County, Rosters
from tests.builders import NOON

DUTIES = ("leader_on_duty", "monitor")


async def started(stage: Rosters, home: County, area: int | None = None) -> ContactTest:
    wanted = Asked(area=area or home.county, duties=DUTIES)
    async with stage.database.writing() as tx:
        test = await contact_tests.start(tx, home.operator, wanted, stage.clock.now())
    await stage.advance()
    return test


async def look(stage: Rosters, home: County, test: ContactTest) -> dict[tuple[int, str], tuple[Outcome, int | None]]:
    """Return outcome and seconds by person and channel."""
    async with stage.database.reading() as tx:
        now = await contact_tests.load(tx, home.operator, test.id)
        found = await numbers.of_test(tx, home.operator, now)
    return {(each.person, each.channel): (each.outcome, each.seconds) for each in found}


@pytest.fixture
async def duty(home: County) -> County:
    """The officer is on shift, with a chat and a phone; a monitor of the village has no number, another an old one."""
    await home.shift(home.office, home.officer, NOON - HOUR, NOON + HOUR)
    await home.shift(home.other_office, home.elsewhere, NOON - HOUR, NOON + HOUR)
    return home


async def test_each_number_is_tried_and_the_words_are_plainly_a_test(stage: Rosters, duty: County) -> None:
    await started(stage, duty)
    for channel, address in (("sms", LEADER), ("sms", OFFICER), ("telegram", "7002"), ("sms", OTHER)):
        [text] = stage.said_to(channel, address)
        assert text.startswith("【演练】通联测试：这只是测试，不是预警")
        assert "12:30前回复 1" in text
    async with stage.database.reading() as tx:
        rows = await tx.rows(select(notices))
    assert {(row.drill, row.lane, row.purpose) for row in rows} == {(True, Lane.NORMAL, "replies")}
    assert not stage.channels["speaker"].sent


async def test_an_answer_counts_for_the_number_it_came_from(stage: Rosters, duty: County) -> None:
    test = await started(stage, duty)
    stage.clock.pass_by(90 * SECOND)
    chat, phone = Chatter(stage, "telegram", "7002"), Chatter(stage, "sms", LEADER)
    await chat.read()
    assert "这个号码能通" in await chat.tap("received")
    assert (await phone.say("1")).startswith("【演练】收到了")
    found = await look(stage, duty, test)
    assert found[duty.officer, "telegram"] == (Outcome.ANSWERED, 90)
    assert found[duty.officer, "sms"] == (Outcome.WAITING, None)
    assert found[duty.leader, "sms"] == (Outcome.ANSWERED, 90)


async def test_when_time_is_up_results_are_kept_and_townships_ranked(stage: Rosters, duty: County) -> None:
    test = await started(stage, duty)
    stage.clock.pass_by(MINUTE)
    await Chatter(stage, "sms", LEADER).say("1")
    stage.clock.pass_by(MINUTE)
    await Chatter(stage, "sms", OFFICER).say("1")
    async with stage.database.reading() as tx:
        before = await ranking.ranked(tx, duty.operator, test)
    stage.clock.pass_by(HOUR)
    assert "没有按时" in await Chatter(stage, "sms", OTHER).say("1")
    await stage.advance()
    await stage.rosters.desk.hand_on(stage.database)
    assert [each.kind for each in stage.news] == ["contact_test.ended"]
    async with stage.database.reading() as tx:
        over = await contact_tests.load(tx, duty.operator, test.id)
        after = await ranking.ranked(tx, duty.operator, over)
        totals = await ranking.totals(tx, duty.operator, over)
    assert over.stage is Stage.OVER
    assert before == after
    assert [(each.name, each.people, each.answered, each.median) for each in after] == [
        ("荷湖乡", 2, 2, 90),
        ("董家镇", 1, 0, None),
    ]
    assert totals == {Outcome.ANSWERED: 2, Outcome.NO_ANSWER: 2}
    assert (await look(stage, duty, test))[duty.elsewhere, "sms"] == (Outcome.NO_ANSWER, None)


async def test_numbers_that_failed_are_listed_for_the_village_until_they_work(stage: Rosters, duty: County) -> None:
    world = duty.world
    silent = await world.person(duty.village, "没有号码的")
    broken = await world.person(duty.village, "号码停了的", sms="+99900000008")
    refused = await world.person(duty.village, "拒收的", sms="+99900000009")
    for person in (silent, broken, refused):
        await world.post(duty.village, "monitor", person)
    stage.channels["sms"].always("+99900000008", Gone("no such number"))
    stage.channels["sms"].always("+99900000009", Rejected("filtered"))
    test = await started(stage, duty)
    stage.clock.pass_by(31 * MINUTE)
    await stage.advance()
    found = await look(stage, duty, test)
    assert found[silent, ""][0] is Outcome.NO_ADDRESS
    assert found[broken, "sms"][0] is Outcome.CLOSED
    assert found[refused, "sms"][0] is Outcome.FAILED
    village, other = await world.operator(duty.village), await world.operator(duty.other)
    async with stage.database.reading() as tx:
        listed = await repairs.to_repair(tx, village)
        elsewhere = await repairs.to_repair(tx, other)
    assert [(each.person, each.area_name, each.outcome, each.since) for each in listed] == [
        (silent, "车草村", Outcome.NO_ADDRESS, test.deadline_at),
        (broken, "车草村", Outcome.CLOSED, test.deadline_at),
        (refused, "车草村", Outcome.FAILED, test.deadline_at),
    ]
    assert not elsewhere
    await world.address("sms", "+99900000010", silent)
    async with stage.database.reading() as tx:
        assert [each.person for each in await repairs.to_repair(tx, village)] == [broken, refused]


async def test_no_test_is_begun_where_one_or_a_grave_warning_is_under_way(stage: Rosters, duty: County) -> None:
    with pytest.raises(NobodyToTest):
        await started(stage, duty, duty.village)
    async with stage.database.writing() as tx:
        with pytest.raises(NobodyChosen):
            await contact_tests.start(tx, duty.operator, Asked(area=duty.county, on_shift=False), NOON)
    await started(stage, duty, duty.township)
    with pytest.raises(AlreadyTesting):
        await started(stage, duty)
    await stage.notice("residents(12)", area=duty.other)
    with pytest.raises(WarningUnderWay):
        await started(stage, duty, duty.other)


async def test_an_answer_to_a_warning_that_came_later_is_no_answer_to_the_test(stage: Rosters, duty: County) -> None:
    test = await started(stage, duty)
    warning = await stage.notice("residents(11)", area=duty.township)
    await stage.play()
    await stage.hear(LEADER, "1")
    assert [notice for notice, *_ in await stage.answered()] == [warning.id]
    assert (await look(stage, duty, test))[duty.leader, "sms"][0] is Outcome.WAITING


async def test_a_test_goes_on_from_where_it_stood_and_asks_nobody_twice(
    stage: Rosters, duty: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(testing, "SLICES", dict.fromkeys(testing.SLICES, 1))
    monkeypatch.setattr(testing, "STEPS_AT_ONCE", 1)
    test = await started(stage, duty)
    for _ in range(6):
        await stage.advance()
    assert [len(stage.said_to("sms", number)) for number in (LEADER, OFFICER, OTHER)] == [1, 1, 1]
    stage.clock.pass_by(HOUR)
    for _ in range(8):
        await stage.advance()
    async with stage.database.reading() as tx:
        assert (await contact_tests.load(tx, duty.operator, test.id)).stage is Stage.OVER
        assert await tx.value(select(func.count()).select_from(contact_test_results)) == 4


async def test_two_hubs_that_look_up_the_same_people_ask_each_of_them_once(
    stage: Rosters, duty: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        person = await duty.world.person(duty.village, sms=f"+9990001{number:04}")
        await duty.world.post(duty.village, "monitor", person)
    monkeypatch.setattr(testing, "SLICES", dict.fromkeys(testing.SLICES, 3))
    test = await started(stage, duty)
    for _ in range(4):
        await asyncio.gather(*(testing.advance_tests(stage.rosters) for _ in range(2)))
    await stage.play()
    async with stage.database.reading() as tx:
        assert (await contact_tests.load(tx, duty.operator, test.id)).stage is Stage.ASKED
    asked = [*(f"+9990001{number:04}" for number in range(20)), LEADER, OFFICER, OTHER]
    assert [len(stage.said_to("sms", number)) for number in asked] == [1] * len(asked)


async def test_whom_to_ask_is_looked_up_once_for_all_slices_of_a_round(
    stage: Rosters, duty: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(testing, "SLICES", dict.fromkeys(testing.SLICES, 1))
    await started(stage, duty)
    with counted_statements(stage.database) as sent:
        await testing.advance_tests(stage.rosters)
    assert len([each for each in sent if "row_number" in each and "picked" in each]) <= 2


async def test_a_page_of_numbers_is_as_many_statements_for_one_as_for_many(stage: Rosters, duty: County) -> None:
    for number in range(20):
        person = await duty.world.person(duty.village, sms=f"+9990001{number:04}")
        await duty.world.post(duty.village, "monitor", person)
    test = await started(stage, duty)
    async with stage.database.reading() as tx:
        with counted_statements(stage.database) as one:
            await numbers.of_test(tx, duty.operator, test, limit=1)
        with counted_statements(stage.database) as many:
            found = await numbers.of_test(tx, duty.operator, test)
    assert len(found) == 24
    assert len(one) == len(many)
