"""What the sweep finds: villages that fell silent, rolls that are overdue, heads to be counted, warnings that end."""

import pytest
from sqlalchemy import select, update

from audiences.stores.tables import gateways
from bot.cases.errors import NotLooked, OrderLifted
from bot.cases.evacuation import AlarmKind, OrderKind, PersonState, Way
from bot.evacuation import advancing, following, reporting
from bot.evacuation.ordering import Asked, order
from bot.evacuation.returning import let_return
from bot.stores.evacuation import alarms, closing, freezing, orders, returns, shelters
from bot.stores.evacuation.orders import Order
from bot.stores.evacuation.reports import Said
from bot.stores.evacuation.tables import alarms as alarm_table
from bot.stores.evacuation.tables import orders as table
from broadcast.answers import Means
from broadcast.stores import alerts
from ground.clock import HOUR, MINUTE
from ground.events import Event
from tests.bot.evacuation.conftest import (
    CALLER,
    COUNTY,
    LI,
    TOWNSHIP,
    TU,
    Beixia,
    Field,
    missing_names,
    ordered,
    rows,
    system_actor,
)
from tests.broadcast.alerts.warnings import rain
from tests.builders import World


async def kinds(stage: Field, made: Order) -> list[AlarmKind]:
    async with stage.database.reading() as tx:
        found = await alarms.listed(tx, system_actor(), made.key, now=stage.clock.now())
    return [each.kind for each in found]


async def test_an_alarm_that_cannot_be_told_keeps_no_other_waiting(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    await stage.says(TU, "求助")
    await stage.says(LI, "求助")
    async with stage.database.writing() as tx:
        calls = alarm_table.c.kind == AlarmKind.NEED_HELP
        first, _ = sorted(await tx.values(select(alarm_table.c.id).where(calls)))
        again = {"told_at": None, "due_at": stage.clock.now()}
        await tx.execute(update(alarm_table).where(calls).values(again))
        await tx.execute(update(alarm_table).where(alarm_table.c.id == first).values(kind="unheard_of"))
    stage.channels["sms"].sent.clear()
    await stage.go_round()
    assert len(stage.said_to("sms", TOWNSHIP)) == 1
    async with stage.database.writing() as tx:
        broken = alarm_table.c.id == first
        assert await tx.value(select(alarm_table.c.told_at).where(broken)) is None
        await tx.execute(update(alarm_table).where(broken).values(kind=AlarmKind.NEED_HELP.value))
    stage.clock.pass_by(MINUTE)
    await stage.go_round()
    assert len(stage.said_to("sms", TOWNSHIP)) == 2, "it was tried again"
    assert await kinds(stage, made) == [AlarmKind.NEED_HELP] * 2


async def test_a_village_without_a_sign_of_life_for_ten_minutes_is_out_of_contact(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    await stage.listen()
    stage.clock.pass_by(9 * MINUTE)
    assert await stage.listen() == 0
    stage.clock.pass_by(2 * MINUTE)
    assert await stage.listen() == 1
    await stage.go_round()
    for number in (TOWNSHIP, COUNTY):
        assert "车草村失联" in stage.said_to("sms", number)[-1]
    await stage.listen()
    await stage.go_round()
    assert len([text for text in stage.said_to("sms", COUNTY) if "失联" in text]) == 1
    await stage.says(CALLER, "到 1")
    await stage.listen()
    assert AlarmKind.OUT_OF_CONTACT not in await kinds(stage, made)


async def test_a_heartbeat_is_a_sign_of_life(stage: Field, beixia: Beixia, world: World) -> None:
    await world.gateway(beixia.group, "gw-1")
    await ordered(stage, beixia)
    for beat in range(4):
        stage.clock.pass_by(6 * MINUTE)
        async with stage.database.writing() as tx:
            await tx.execute(update(gateways).values(heard_at=beat + 1))
        assert await stage.listen() == 0


async def test_a_roll_that_is_still_open_is_overdue_and_a_complete_one_is_not(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    stage.clock.pass_by(31 * MINUTE)
    await stage.go_round()
    assert "北下组清点超时：还有6人" in stage.said_to("sms", TOWNSHIP)[-1]
    assert "北下组清点超时" in stage.said_to("sms", CALLER)[-1]
    assert AlarmKind.OVERDUE in await kinds(stage, made)


async def test_shelters_count_heads_at_set_hours_until_the_order_is_lifted(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    await stage.says(CALLER, "全到")
    stage.clock.pass_by(4 * HOUR + MINUTE)
    await stage.go_round()
    assert "车草小学该点人数了：名单上有6人" in stage.said_to("sms", TOWNSHIP)[-1]
    stage.clock.pass_by(4 * HOUR - 10 * MINUTE)
    async with stage.database.writing() as tx:
        now = stage.clock.now()
        counted = await shelters.count(
            tx, beixia.officer, made.key, beixia.school, 5, happened_at=now, dedupe="1", at=now
        )
    assert (counted.expected, counted.counted) == (6, 5)
    stage.clock.pass_by(15 * MINUTE)
    await stage.go_round()
    assert len([text for text in stage.said_to("sms", TOWNSHIP) if "该点人数" in text]) == 1
    async with stage.database.writing() as tx:
        await orders.lift(tx, beixia.officer, made.key, "雨停", stage.clock.now())
    stage.clock.pass_by(9 * HOUR)
    await stage.go_round()
    assert len([text for text in stage.said_to("sms", TOWNSHIP) if "该点人数" in text]) == 1


async def test_only_a_check_on_the_spot_lets_a_group_return_and_it_is_told_once(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    now = stage.clock.now()
    async with stage.database.writing() as tx:
        with pytest.raises(NotLooked):
            await let_return(tx, beixia.officer, stage.teller, made, beixia.group, now)
    async with stage.database.writing() as tx:
        await returns.check(tx, beixia.officer, made.key, beixia.group, now)
        await let_return(tx, beixia.officer, stage.teller, made, beixia.group, now)
        await let_return(tx, beixia.officer, stage.teller, made, beixia.group, now)
    await stage.go_round()
    assert len([text for text in stage.said_to("sms", TU) if "可以返回了" in text]) == 1
    assert "请陪您负责的人回去" in stage.said_to("sms", CALLER)[-1]


async def test_who_goes_back_before_that_alarms_person_a_and_the_township(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    await stage.says(CALLER, "全到")
    line = (await rows(stage, made, beixia.group))[5].id
    stage.clock.pass_by(MINUTE)
    now = stage.clock.now()
    back = Said(
        line=line, state=PersonState.WENT_BACK, happened_at=now, by="x", means=Means.PHONE, dedupe="b", spoke="邻居"
    )
    async with stage.database.writing() as tx:
        await reporting.report(tx, beixia.officer, [back], now)
    await stage.go_round()
    for number in (CALLER, TOWNSHIP):
        assert "李梅擅自返回了" in stage.said_to("sms", number)[-1]
    assert await missing_names(stage, made) == ["李梅"]


async def test_a_warning_that_ends_lets_nobody_return_and_the_offices_learn_it(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    async with stage.database.writing() as tx:
        alert = await alerts.keep(tx, beixia.officer, rain(beixia.county), stage.clock.now())
        await tx.execute(update(table).values(alert_id=alert.id))
        ear = following.subscriptions(stage.clock)[1]
        await ear.read(tx, Event(1, "alert.ended", alert.id, {}, stage.clock.now()))
    await stage.go_round()
    assert "谁也不能回去" in stage.said_to("sms", COUNTY)[-1]
    assert not [text for text in stage.said_to("sms", LI) if "可以返回了" in text]
    async with stage.database.reading() as tx:
        assert (await orders.by_key(tx, system_actor(), made.key)).open


async def test_a_closed_order_takes_late_reports_of_before_and_none_of_after(stage: Field, beixia: Beixia) -> None:
    made = await ordered(stage, beixia)
    line = (await rows(stage, made, beixia.group))[1].id
    before = stage.clock.now()
    stage.clock.pass_by(MINUTE)
    async with stage.database.writing() as tx:
        await orders.lift(tx, beixia.officer, made.key, "完", stage.clock.now())
    stage.clock.pass_by(MINUTE)
    late = Said(line=line, state=PersonState.MOVED, happened_at=before, by="x", means=Way.PAGE, dedupe="late")
    after = Said(
        line=line, state=PersonState.MOVED, happened_at=stage.clock.now(), by="x", means=Way.PAGE, dedupe="after"
    )
    async with stage.database.writing() as tx:
        await reporting.report(tx, beixia.officer, [late], stage.clock.now())
    async with stage.database.writing() as tx:
        with pytest.raises(OrderLifted):
            await reporting.report(tx, beixia.officer, [after], stage.clock.now())
    async with stage.database.reading() as tx:
        figures = await closing.figures(tx, beixia.officer, made.key)
    assert (figures.people, figures.missing, figures.reports, figures.groups) == (6, 5, 1, 1)


async def test_freezing_goes_in_slices_and_resumes_with_the_same_numbers(
    stage: Field, beixia: Beixia, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.database.writing() as tx:
        asked = Asked(kind=OrderKind.NOW, area=beixia.village)
        made = await order(tx, beixia.officer, stage.teller, asked, stage.clock.now())
    async with stage.database.writing() as tx:
        first = await freezing.freeze_slice(tx, system_actor(), made, 1)
    assert len(first) == 1
    monkeypatch.setattr(advancing, "HOUSEHOLDS_AT_ONCE", 1)
    await stage.go_round()
    numbers = {number: line.name for number, line in (await rows(stage, made, beixia.group)).items()}
    assert numbers == dict(enumerate(["涂国平", "涂家2", "涂家3", "涂老太", "李梅", "李小宝"], 1))
