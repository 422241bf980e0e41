"""28 June 2021, Beixia group: two households, six people, one slope; moved in time, by an SMS and a telephone call."""

from bot.cases.evacuation import OrderKind, PersonState
from bot.evacuation import reporting
from bot.stores.evacuation import missing
from bot.stores.evacuation.reports import Said
from broadcast.answers import Means
from tests.bot.evacuation.conftest import (
    CALLER,
    DEPUTY,
    LI,
    TU,
    Beixia,
    Field,
    missing_names,
    ordered,
    rows,
    system_actor,
)
from tests.builders import World

NAMES = ["涂国平", "涂家2", "涂家3", "涂老太", "李梅", "李小宝"]


async def test_the_six_people_of_beixia_are_moved_in_time(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    told = stage.said_to("sms", TU)[-1]
    for words in ("立即转移：北下组", "车草小学", "晒谷场", "过桥走机耕路", f"章明 {CALLER}", "有人来接"):
        assert words in told
    for responsible in (CALLER, DEPUTY):
        assert "您负责2户6人" in stage.said_to("sms", responsible)[-1]
    assert await missing_names(stage, made) == NAMES
    echo = await stage.says(CALLER, "到 1-4 拒 5 空 6")
    assert "已到4/6人，1/2户" in echo
    assert "还差：5、6号" in echo
    assert await missing_names(stage, made) == ["李梅", "李小宝"]
    line = (await rows(stage, made, beixia.group))[5]
    said = Said(
        line=line.id,
        state=PersonState.MOVED,
        happened_at=stage.clock.now(),
        by=beixia.officer.name,
        typed_by=beixia.officer.name,
        means=Means.PHONE,
        dedupe="desk-1",
        spoke="李梅本人",
    )
    async with stage.database.writing() as tx:
        await reporting.report(tx, beixia.officer, [said], stage.clock.now())
    assert await missing_names(stage, made) == ["李小宝"]
    assert "人" in await stage.says(CALLER, "全到 2户6人")
    assert await missing_names(stage, made) == []
    async with stage.database.reading() as tx:
        areas = [beixia.group, beixia.village, beixia.township, beixia.county]
        tallies = await missing.tallies(tx, system_actor(), made.key, areas)
    assert {(each.people, each.missing) for each in tallies.values()} == {(6, 0)}
    assert len(tallies) == 4


async def test_who_is_missing_is_listed_with_who_answers_and_under_which_number(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    async with stage.database.reading() as tx:
        found = await missing.listed(tx, beixia.officer, made.key)
    assert [each.name for each in found[0].responsible] == ["章明", "周海"]
    assert found[0].responsible[0].phones == (CALLER,)
    assert found[0].phones == (TU,)
    assert found[3].line.needs == ("cannot_walk",)


async def test_loudspeakers_sound_with_the_order_before_anybody_is_written_to(stage: Field, beixia: Beixia) -> None:
    world_gateway = "gw-beixia"
    await World(stage.database).gateway(beixia.group, world_gateway)
    await ordered(stage, beixia)
    sent = stage.channels["speaker"].sent
    assert [each.address for each in sent] == [world_gateway]
    assert "立即转移" in sent[0].message.text


async def test_ready_and_now_are_two_orders_and_what_was_known_stays_known(stage: Field, beixia: Beixia) -> None:
    ready = await ordered(stage, beixia, OrderKind.PREPARE)
    assert "准备转移：北下组" in stage.said_to("sms", LI)[-1]
    await stage.says(CALLER, "到 1")
    stage.clock.pass_by(60_000)
    now = await ordered(stage, beixia, OrderKind.NOW, follows=ready.id)
    assert "立即转移：北下组" in stage.said_to("sms", LI)[-1]
    assert await missing_names(stage, now) == NAMES[1:]
    assert (await rows(stage, now, beixia.group))[1].state is PersonState.MOVED
