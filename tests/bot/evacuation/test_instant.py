"""立即撤离: two taps, by somebody proven, in the own place only; stopping needs a reason."""

from sqlalchemy import select

from bot.cases.evacuation import OrderKind
from bot.stores.evacuation import orders, recordings, roll
from broadcast.content.message import Audio
from broadcast.notices import Lane
from broadcast.stores.tables import stops
from tests.bot.evacuation.conftest import CALLER, COUNTY, DEPUTY, TOWNSHIP, TU, Beixia, Field, prove, system_actor
from tests.builders import World

GONG = Audio("b" * 64, "audio/wav", 100, 9_000)


async def sounded(stage: Field, beixia: Beixia, world: World) -> str:
    await world.gateway(beixia.group, "gw-1")
    async with stage.database.writing() as tx:
        await recordings.approve(tx, beixia.officer, beixia.township, GONG, stage.clock.now())
    assert "点地名" in await stage.says(CALLER, "立即撤离")
    stage.born_again()
    return await stage.says(CALLER, "1")


async def test_two_taps_sound_the_approved_recording_open_the_roll_and_alarm_those_above(
    stage: Field, beixia: Beixia, world: World
) -> None:
    assert "车草村警报已拉响" in await sounded(stage, beixia, world)
    played = stage.channels["speaker"].sent[0]
    assert (played.message.audio, played.lane) == (GONG, Lane.IMMEDIATE)
    assert "立即撤离：北下组" in stage.said_to("sms", TU)[-1]
    for number in (TOWNSHIP, COUNTY):
        assert "车草村已经自己拉响警报" in stage.said_to("sms", number)[-1]
    async with stage.database.reading() as tx:
        (made,) = await orders.open_ones(tx, system_actor())
    assert (made.kind, made.stage) == (OrderKind.INSTANT, "told")


async def test_it_is_not_sounded_twice(stage: Field, beixia: Beixia, world: World) -> None:
    await sounded(stage, beixia, world)
    await stage.says(CALLER, "取消")
    await stage.says(CALLER, "立即撤离")
    assert "已经拉响了" in await stage.says(CALLER, "1")


async def test_stopping_needs_a_reason(stage: Field, beixia: Beixia, world: World) -> None:
    await sounded(stage, beixia, world)
    assert "为什么停" in await stage.says(CALLER, "2")
    stage.born_again()
    assert "警报停了" in await stage.says(CALLER, "误按")
    async with stage.database.reading() as tx:
        assert await tx.values(select(stops.c.reason)) == ["误按"]
        (made,) = await orders.open_ones(tx, system_actor())
        assert await orders.to_silence(tx, system_actor()) == [(made.key, made.sound_notice)]


async def test_whoever_is_not_proven_or_has_no_seat_sounds_nothing(stage: Field, beixia: Beixia, world: World) -> None:
    await world.post(beixia.group, "monitor", beixia.deputy)
    assert "还没核实" in await stage.says(DEPUTY, "立即撤离")
    assert "还没核实" in await stage.says(TU, "立即撤离")
    await world.post(beixia.township, "monitor", beixia.tu[0])
    async with stage.database.reading() as tx:
        assert await orders.open_ones(tx, system_actor()) == []


async def test_a_seat_in_the_township_does_not_sound_a_township(stage: Field, beixia: Beixia, world: World) -> None:
    await prove(world, TOWNSHIP)
    assert "只有村委会的人和监测员" in await stage.says(TOWNSHIP, "立即撤离")


async def test_each_group_of_the_own_village_is_offered_beside_it(stage: Field, beixia: Beixia, world: World) -> None:
    await world.area("36010102", "南坡组", parent=beixia.village, level="group")
    other = await world.area("360102", "别的村", parent=beixia.township)
    await world.area("36010201", "别的组", parent=other, level="group")
    assert "1车草村 2北下组 3南坡组 4不拉了" in await stage.says(CALLER, "立即撤离")
    assert "北下组警报已拉响" in await stage.says(CALLER, "2")
    async with stage.database.reading() as tx:
        (made,) = await orders.open_ones(tx, system_actor())
    assert made.area == beixia.group


async def test_a_monitor_sounds_the_spot_that_they_watch(stage: Field, beixia: Beixia, world: World) -> None:
    home = await world.household(beixia.group)
    await world.person(beixia.group, "不在坡下的人", household=home)
    await world.post(beixia.group, "monitor", beixia.deputy, site=beixia.slope)
    await prove(world, DEPUTY)
    assert "1北下组滑坡点 2北下组 3不拉了" in await stage.says(DEPUTY, "立即撤离")
    assert "北下组滑坡点警报已拉响" in await stage.says(DEPUTY, "1")
    async with stage.database.reading() as tx:
        (made,) = await orders.open_ones(tx, system_actor())
        moving = await roll.of_group(tx, system_actor(), made.key, beixia.group)
    assert made.site == beixia.slope
    assert "不在坡下的人" not in {each.name for each in moving}
    assert len(moving) == 6


async def test_a_drill_says_with_every_word_that_it_is_one_and_sounds_no_recording_of_the_real_thing(
    stage: Field, beixia: Beixia, world: World
) -> None:
    await world.gateway(beixia.group, "gw-1")
    async with stage.database.writing() as tx:
        await recordings.approve(tx, beixia.officer, beixia.township, GONG, stage.clock.now())
    assert (await stage.says(CALLER, "撤离演练")).startswith("【演练】演练，不是真的")
    assert "车草村演练开始了" in await stage.says(CALLER, "1")
    played = stage.channels["speaker"].sent[0].message
    assert played.audio is None
    assert played.text.startswith("【演练】")
    for number in (TU, TOWNSHIP, COUNTY):
        assert stage.said_to("sms", number)[-1].startswith("【演练】")
    async with stage.database.reading() as tx:
        (made,) = await orders.open_ones(tx, system_actor())
    assert (made.kind, made.drill) == (OrderKind.INSTANT, True)


async def test_a_drill_under_way_never_stands_before_the_real_thing(stage: Field, beixia: Beixia, world: World) -> None:
    await world.gateway(beixia.group, "gw-1")
    await stage.says(CALLER, "撤离演练")
    await stage.says(CALLER, "1")
    await stage.says(CALLER, "取消")
    await stage.says(CALLER, "立即撤离")
    assert "车草村警报已拉响" in await stage.says(CALLER, "1")
    assert "【演练】" not in stage.said_to("sms", TU)[-1]
    await stage.says(CALLER, "取消")
    await stage.says(CALLER, "停警报")
    await stage.says(CALLER, "看错了")
    async with stage.database.reading() as tx:
        stopped = {each.drill: each.sound_stopped_at is not None for each in await orders.open_ones(tx, system_actor())}
    assert stopped == {True: False, False: True}
