"""Nobody on duty tonight: found in the afternoon, told once, late rather than never, and not when the night is over."""

import asyncio

from audiences.rosters.shift import By
from audiences.stores.rosters.answering import township_answerers
from audiences.stores.rosters.gaps import gaps
from bot.rosters.nights import watch_nights
from ground.actor import system
from ground.clock import DAY, HOUR, MINUTE
from tests.audiences.files import counted_statements
from tests.bot.rosters.conftest import (
    AFTERNOON,
    COUNTY,
    EVENING,
    LEADER,
    MORNING,
    OTHER,
    County,
    Rosters,
)
from tests.builders import NOON

HUB = system("test")


async def with_day_shift(home: County) -> None:
    await home.shift(home.office, home.officer, NOON - 4 * HOUR, EVENING)


async def test_a_night_without_anybody_is_told_in_the_afternoon_and_not_before(stage: Rosters, home: County) -> None:
    await with_day_shift(home)
    assert await stage.watch() == 0
    stage.clock.pass_by(3 * HOUR)
    assert await stage.watch() == 1
    for number in (LEADER, COUNTY):
        [text] = stage.said_to("sms", number)
        assert "今晚没有人值班（18:00到08:00）" in text
    assert stage.said_to("sms", OTHER) == []
    [news] = stage.news
    assert (news.kind, news.facts["organisation"]) == ("duty.uncovered", home.office)
    assert (news.facts["since"], news.facts["until"]) == (EVENING, MORNING)


async def test_it_is_told_once_however_often_and_by_however_many_it_is_looked_for(stage: Rosters, home: County) -> None:
    await with_day_shift(home)
    stage.clock.pass_by(AFTERNOON - NOON)
    await asyncio.gather(*(watch_nights(stage.rosters) for _ in range(3)))
    await stage.watch()
    stage.clock.pass_by(HOUR)
    await stage.watch()
    assert len(stage.said_to("sms", LEADER)) == 1
    assert len(stage.news) == 1


async def test_after_hours_of_downtime_it_is_told_late_but_not_when_the_night_is_over(
    stage: Rosters, home: County
) -> None:
    await with_day_shift(home)
    stage.clock.pass_by(15 * HOUR)  # three in the morning
    assert await stage.watch() == 1
    assert "03:00到08:00" in stage.said_to("sms", LEADER)[-1]
    stage.clock.pass_by(6 * HOUR)  # nine: the next night is not looked for yet
    await home.shift(home.other_office, home.elsewhere, NOON, EVENING)
    assert await stage.watch() == 0


async def test_a_night_that_is_covered_by_whomever_is_not_told(stage: Rosters, home: County) -> None:
    await with_day_shift(home)
    await home.shift(home.office, home.leader, EVENING, EVENING + 6 * HOUR)
    await home.shift(home.office, home.officer, EVENING + 6 * HOUR + 10 * MINUTE, MORNING, "leader_on_duty")
    stage.clock.pass_by(AFTERNOON - NOON)
    assert await stage.watch() == 0


async def test_whoever_was_put_there_meanwhile_is_not_missed(stage: Rosters, home: County) -> None:
    await with_day_shift(home)
    await home.shift(home.other_office, home.elsewhere, NOON, EVENING)
    stage.clock.pass_by(AFTERNOON - NOON)
    await home.shift(home.office, home.leader, EVENING, MORNING)
    assert await stage.watch() == 1
    assert [each.facts["organisation"] for each in stage.news] == [home.other_office]
    assert stage.said_to("sms", LEADER) == []


async def test_gaps_of_a_month_are_listed_room_by_room_in_one_statement(home: County, stage: Rosters) -> None:
    await home.shift(home.office, home.officer, NOON - HOUR, NOON + 2 * HOUR)
    await home.shift(home.office, home.leader, NOON + HOUR, NOON + 3 * HOUR, "leader_on_duty")
    await home.shift(home.office, home.officer, NOON + 10 * HOUR, NOON + 40 * DAY)
    async with stage.database.reading() as tx:
        with counted_statements(stage.database) as sent:
            found = await gaps(tx, home.operator, home.county, NOON, NOON + 31 * DAY)
    assert len(sent) == 1
    assert [(each.since - NOON, each.until - NOON) for each in found if each.organisation == home.office] == [
        (3 * HOUR, 10 * HOUR)
    ]
    never = [each for each in found if each.organisation != home.office]
    assert [(each.since, each.until, each.kept) for each in never] == [(NOON, NOON + 31 * DAY, False)] * 2


async def test_a_township_is_answered_for_by_whoever_is_on_shift_then_the_leader_then_by_order(
    home: County, stage: Rosters
) -> None:
    await home.world.post(home.township, "duty_officer", home.elsewhere, rank=1)
    async with stage.database.reading() as tx:
        found = await township_answerers(tx, home.operator, [home.township, home.other], NOON)
    assert [(each.person, each.by) for each in found[home.township]] == [
        (home.leader, By.LEADER),
        (home.elsewhere, By.DUTY),
    ]
    assert home.other not in found
    await home.shift(home.office, home.officer, NOON, EVENING)
    async with stage.database.reading() as tx:
        found = await township_answerers(tx, HUB, [home.township], NOON)
    assert [each.person for each in found[home.township]] == [home.officer, home.leader, home.elsewhere]
