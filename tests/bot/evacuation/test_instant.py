"""立即撤离: two taps, by somebody proven, in the own place only; stopping needs a reason."""

from sqlalchemy import select

from bot.cases.evacuation import OrderKind
from bot.stores.evacuation import orders, recordings
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
