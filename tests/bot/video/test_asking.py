"""Asking to be shown a site: who is told, by which words, and what a link is good for."""

import pytest
from sqlalchemy import select

from audiences.errors import UnknownSite
from bot.cases.video_check import LINK_LASTS, AlarmKind, Light, Result, State
from bot.cases.video_errors import (
    CheckOver,
    LinkOfAnotherSite,
    NothingToCheck,
    UnknownVideoLink,
    VideoLinkExpired,
    VideoLinkUsed,
)
from bot.stores.video import alarms, checks, links, standing
from bot.stores.video.tables import video_links, video_sessions
from bot.video import asking
from bot.video.desk import CHECKER
from ground.clock import MINUTE
from tests.bot.video.conftest import COUNTY, HUB, TOWNSHIP, WATCHER, Shore, Water
from tests.builders import World


async def test_whoever_watches_a_reservoir_gets_a_link_of_their_own_and_hears_first_of_safety(
    stage: Shore, water: Water
) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    said = stage.said_to("sms", WATCHER)[-1]
    assert said.startswith("在安全处拍，不上坝、不近坡。")
    assert "上塘水库" in said
    assert f"{HUB}/w/" in said
    assert "SK 87.32 溢0 渗0" in said
    assert (check.state, check.person, check.site) == (State.ASKED, water.watcher, water.site)
    assert len(check.code) == 4
    assert await stage.told() == ["video_check.asked"]


async def test_a_person_is_asked_for_the_site_that_they_watch(stage: Shore, water: Water) -> None:
    check = await stage.ask(water.officer, people=[water.watcher])
    assert (check.site, check.area) == (water.site, water.village)


async def test_a_site_that_nobody_watches_is_red_at_once_and_those_above_are_told(stage: Shore, water: Water) -> None:
    check = await stage.ask(water.officer, sites=[water.bare])
    assert check.person is None
    assert await stage.go_round() == 1
    assert "野塘没有人值守" in stage.said_to("sms", TOWNSHIP)[-1]
    assert await light_of(stage, water, water.bare) is Light.RED


async def test_where_nothing_reaches_the_watcher_the_deputy_is_asked(stage: Shore, water: Water, world: World) -> None:
    silent = await world.person(water.village, "无号码")
    deputy = await world.person(water.village, "李副", sms="+99900000109")
    await world.post(water.village, "monitor", silent, deputy=deputy, site=water.bare)
    check = await stage.ask(water.officer, sites=[water.bare])
    assert check.person == deputy
    assert "野塘" in stage.said_to("sms", "+99900000109")[-1]


async def test_who_cannot_be_reached_at_all_is_not_waited_for(stage: Shore, water: Water, world: World) -> None:
    silent = await world.person(water.village, "无号码")
    await world.post(water.village, "patrol", silent, site=water.bare)
    check = await stage.ask(water.officer, sites=[water.bare])
    assert (check.person, check.due_at) == (silent, check.asked_at)
    assert await stage.go_round() == 1
    assert "请马上派人去" in stage.said_to("sms", TOWNSHIP)[-1]


async def test_nothing_or_too_much_at_once_is_refused_and_so_is_another_countys_site(
    stage: Shore, water: Water, world: World
) -> None:
    stranger = await world.operator(await world.area("99", "别县", level="county"))
    many = asking.Asking(sites=range(1, asking.MOST + 2))
    async with stage.database.writing() as tx:
        with pytest.raises(NothingToCheck):
            await asking.ask(stage.desk, tx, water.officer, asking.Asking(), stage.clock.now())
        with pytest.raises(NothingToCheck):
            await asking.ask(stage.desk, tx, water.officer, many, stage.clock.now())
        with pytest.raises(UnknownSite):
            await asking.ask(stage.desk, tx, stranger, asking.Asking(sites=[water.site]), stage.clock.now())


async def test_a_link_is_opened_once_on_one_device_and_a_look_does_not_use_it_up(stage: Shore, water: Water) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    secret, now = stage.secret_sent(), stage.clock.now()
    async with stage.database.writing() as tx:
        assert (await links.peek(tx, CHECKER, secret, now)).key == check.key
        opened = await links.open_link(tx, CHECKER, secret, now)
    assert opened.check.state is State.OPENED
    async with stage.database.writing() as tx:
        with pytest.raises(VideoLinkUsed):
            await links.open_link(tx, CHECKER, secret, now)
        assert (await links.of_session(tx, CHECKER, check.id, opened.session, now)).key == check.key


async def test_only_digests_of_links_and_sessions_are_kept(stage: Shore, water: Water) -> None:
    await stage.ask(water.officer, sites=[water.site])
    secret = stage.secret_sent()
    async with stage.database.writing() as tx:
        opened = await links.open_link(tx, CHECKER, secret, stage.clock.now())
        kept = [*await tx.rows(select(video_links)), *await tx.rows(select(video_sessions))]
    assert secret not in str(kept)
    assert opened.session not in str(kept)
    assert opened.session not in repr(opened)


async def test_a_link_that_ran_out_is_unknown_replaced_or_of_another_site_says_each_what_to_do(
    stage: Shore, water: Water
) -> None:
    first = await stage.ask(water.officer, sites=[water.site])
    old = stage.secret_sent()
    async with stage.database.writing() as tx:
        await asking.ask_again(stage.desk, tx, water.officer, first, stage.clock.now())
    await stage.play()
    new, now = stage.secret_sent(), stage.clock.now()
    other = await stage.ask(water.officer, people=[water.watcher])
    async with stage.database.writing() as tx:
        for secret in (old, "made-up"):
            with pytest.raises(UnknownVideoLink, match="new link"):
                await links.open_link(tx, CHECKER, secret, now)
        with pytest.raises(VideoLinkExpired, match="new link"):
            await links.open_link(tx, CHECKER, new, now + LINK_LASTS + 15 * MINUTE)
        session = (await links.open_link(tx, CHECKER, new, now)).session
        with pytest.raises(LinkOfAnotherSite, match="another check"):
            await links.of_session(tx, CHECKER, other.id, session, now)
        with pytest.raises(VideoLinkExpired):
            await links.of_session(tx, CHECKER, first.id, session, now + LINK_LASTS)
        with pytest.raises(UnknownVideoLink):
            await links.of_session(tx, CHECKER, first.id, "", now)


async def test_a_check_that_was_judged_opens_nothing_more(stage: Shore, water: Water) -> None:
    check = await stage.ask(water.officer, sites=[water.site])
    secret, now = stage.secret_sent(), stage.clock.now()
    async with stage.database.writing() as tx:
        opened = await links.open_link(tx, CHECKER, secret, now)
        await checks.judge(tx, water.officer, check.key, Result.NORMAL, "", now)
        with pytest.raises(CheckOver):
            await links.of_session(tx, CHECKER, check.id, opened.session, now)
        with pytest.raises(CheckOver):
            await links.peek(tx, CHECKER, secret, now)


async def test_nobody_answering_in_time_is_said_once_turns_the_site_red_and_names_whom_to_call(
    stage: Shore, water: Water
) -> None:
    check = await stage.ask(water.officer, sites=[water.site], deadline_ms=15 * MINUTE)
    stage.clock.pass_by(14 * MINUTE)
    assert await stage.go_round() == 0
    stage.clock.pass_by(MINUTE)
    assert (await stage.go_round(), await stage.go_round()) == (1, 0)
    for office in (TOWNSHIP, COUNTY):
        [said] = stage.said_to("sms", office)
        assert "章明" in said
        assert WATCHER in said
    assert await light_of(stage, water, water.site) is Light.RED
    assert (await stage.told()).count("video_check.overdue") == 1
    async with stage.database.reading() as tx:
        [alarm] = await alarms.of_check(tx, water.officer, check.key)
    assert (alarm.kind, alarm.told_people) == (AlarmKind.OVERDUE, 2)


async def test_a_drill_says_so_and_turns_no_light(stage: Shore, water: Water) -> None:
    await stage.ask(water.officer, sites=[water.site], drill=True)
    assert "演练" in stage.said_to("sms", WATCHER)[-1]
    stage.clock.pass_by(16 * MINUTE)
    await stage.go_round()
    assert "演练" in stage.said_to("sms", TOWNSHIP)[-1]
    assert await light_of(stage, water, water.site) is Light.NONE


async def light_of(stage: Shore, water: Water, site: int) -> Light:
    async with stage.database.reading() as tx:
        shown = await standing.lights(tx, water.officer, water.county)
    return next(each.light for each in shown if each.site == site)
