"""Stops: an officer holds back one notice, one channel or everything, and lets it go on."""

import pytest

from broadcast.errors import OutsideYourArea, UnknownStop
from broadcast.notices import Notice
from broadcast.stores import stops
from ground.actor import Role
from ground.clock import SECOND
from tests.builders import World
from tests.dispatching import Stage


async def two_channels(stage: Stage, world: World) -> tuple[int, Notice]:
    village = await world.area("36", "Checao")
    await world.person(village, sms="+15550100")
    await world.person(village, telegram="1001")
    return village, await stage.notice("residents(36)", area=village)


async def test_a_stopped_notice_is_held_and_goes_on_when_the_stop_is_lifted(stage: Stage, world: World) -> None:
    village, notice = await two_channels(stage, world)
    officer = await world.operator(village)
    async with stage.database.writing() as tx:
        stop = await stops.stop_notice(tx, officer, notice.id, "wrong village", stage.clock.now())
    await stage.play()
    assert await stage.states() == {"planned": 2}
    async with stage.database.writing() as tx:
        await stops.lift(tx, officer, stop, stage.clock.now())
    await stage.play()
    assert await stage.states() == {"accepted": 2}


async def test_a_stopped_channel_holds_nothing_but_itself(stage: Stage, world: World) -> None:
    await two_channels(stage, world)
    chief = await world.operator(None)
    async with stage.database.writing() as tx:
        await stops.stop_channel(tx, chief, "sms", "the provider is out of order", stage.clock.now())
    await stage.play()
    assert stage.heard("telegram") == ["1001"]
    assert stage.heard("sms") == []
    assert await stage.states() == {"accepted": 1, "planned": 1}


async def test_everything_stands_still_until_the_last_stop_is_lifted(stage: Stage, world: World) -> None:
    await two_channels(stage, world)
    chief = await world.operator(None)
    async with stage.database.writing() as tx:
        everything = await stops.stop_channel(tx, chief, None, "a false alarm", stage.clock.now())
        texts = await stops.stop_channel(tx, chief, "sms", "and the provider", stage.clock.now())
    await stage.play()
    assert await stage.states() == {"planned": 2}
    async with stage.database.writing() as tx:
        await stops.lift(tx, chief, everything, stage.clock.now())
    await stage.play()
    assert await stage.states() == {"accepted": 1, "planned": 1}
    async with stage.database.writing() as tx:
        await stops.lift(tx, chief, texts, stage.clock.now())
    await stage.play()
    assert await stage.states() == {"accepted": 2}


async def test_what_was_under_way_and_still_went_out_is_shown_with_the_stop(stage: Stage, world: World) -> None:
    _, notice = await two_channels(stage, world)
    chief = await world.operator(None)
    await stage.plan()
    first, *_ = await stage.tickets()
    hand = await stage.engine._claim(first)
    assert hand is not None
    async with stage.database.writing() as tx:
        await stops.stop_channel(tx, chief, None, "wait", stage.clock.now())
    stage.clock.pass_by(1 * SECOND)
    await stage.engine._send(stage.channels[first.channel], hand)
    await stage.play()
    async with stage.database.reading() as tx:
        [shown] = await stops.in_force(tx, chief)
    assert (shown.reason, shown.went_out) == ("wait", 1)
    assert await stage.states(notice) == {"accepted": 1, "planned": 1}


async def test_what_went_out_before_or_after_a_stop_is_not_the_stops(stage: Stage, world: World) -> None:
    village, notice = await two_channels(stage, world)
    chief = await world.operator(None)
    await stage.play()
    stage.clock.pass_by(1 * SECOND)
    async with stage.database.writing() as tx:
        stop = await stops.stop_notice(tx, chief, notice.id, "enough", stage.clock.now())
        await stops.lift(tx, chief, stop, stage.clock.now() + SECOND)
    stage.clock.pass_by(2 * SECOND)
    await world.person(village, sms="+15550101")
    await stage.notice("residents(36)")
    await stage.play()
    async with stage.database.reading() as tx:
        assert [each.went_out for each in await stops.in_force(tx, chief, lifted_too=True)] == [0]


async def test_a_stop_is_said_and_lifted_only_by_whose_area_it_is(stage: Stage, world: World) -> None:
    village, notice = await two_channels(stage, world)
    foreigner = await world.operator(await world.area("37", "elsewhere"))
    own = await world.operator(village)
    async with stage.database.writing() as tx:
        with pytest.raises(OutsideYourArea):
            await stops.stop_notice(tx, foreigner, notice.id, "not mine", stage.clock.now())
        for officer in (foreigner, own):
            with pytest.raises(OutsideYourArea):
                await stops.stop_channel(tx, officer, None, "not mine alone", stage.clock.now())
        mine = await stops.stop_notice(tx, own, notice.id, "mine", stage.clock.now())
        with pytest.raises(UnknownStop):
            await stops.lift(tx, foreigner, mine, stage.clock.now())
        assert await stops.in_force(tx, foreigner) == []
        assert [each.id for each in await stops.in_force(tx, own)] == [mine]


async def test_an_auditor_stops_nothing(stage: Stage, world: World) -> None:
    _, notice = await two_channels(stage, world)
    auditor = await world.operator(None, Role.AUDITOR)
    async with stage.database.writing() as tx:
        with pytest.raises(Exception, match="needs the role"):
            await stops.stop_notice(tx, auditor, notice.id, "no", stage.clock.now())


async def test_a_stopped_notice_that_is_overtaken_or_expires_comes_to_its_end(stage: Stage, world: World) -> None:
    _, notice = await two_channels(stage, world)
    chief = await world.operator(None)
    async with stage.database.writing() as tx:
        await stops.stop_notice(tx, chief, notice.id, "wait", stage.clock.now())
    await stage.play()
    stage.clock.pass_by(7 * 3600 * SECOND)
    await stage.play()
    assert await stage.states(notice) == {"expired": 2}
