"""失联: a village of which nothing is heard is looked for by the township, on foot or by radio."""

from bot.cases.door_task import Kind, Outcome, Reason, Rung, State, Task
from bot.cases.evacuation import OrderKind
from bot.doors.opening import DOORS, open_tasks
from bot.evacuation.advancing import Marshal, advance
from bot.evacuation.lifting import lift
from bot.evacuation.ordering import Asked, order
from bot.evacuation.watching import listen_for_villages, watch
from bot.stores.doors import steps
from bot.stores.evacuation import alarms, orders
from ground.clock import HOUR, MINUTE
from tests.bot.doors.conftest import COUNTY, TOWNSHIP, UNPROVEN, Slope, Village


async def silent(stage: Village, slope: Slope, *, drill: bool = False) -> int:
    """Order an evacuation of the group, and hear nothing for ten minutes; return the order's key."""
    marshal = Marshal(stage.database, stage.clock, stage.teller)
    async with stage.database.writing() as tx:
        asked = Asked(kind=OrderKind.NOW, area=slope.group, drill=drill)
        made = await order(tx, slope.officer, stage.teller, asked, stage.clock.now())
    await advance(marshal)
    await stage.play()
    await listen_for_villages(marshal)
    stage.clock.pass_by(10 * MINUTE)
    await listen_for_villages(marshal)
    await watch(marshal)
    await stage.go_round()
    return made.key


async def open_alarms(stage: Village, slope: Slope, key: int) -> list[str]:
    async with stage.database.reading() as tx:
        found = await alarms.listed(tx, slope.officer, key, now=stage.clock.now())
    return [each.kind.value for each in found]


async def test_the_township_looks_for_it_and_says_how_it_was_reached(stage: Village, slope: Slope) -> None:
    key = await silent(stage, slope)
    (door,) = await stage.doors()
    assert (door.kind, door.rung, door.area) == (Kind.OUT_OF_CONTACT, Rung.TOWNSHIP, slope.village)
    assert "out_of_contact" in await open_alarms(stage, slope, key)
    officer = stage.chat(TOWNSHIP)
    await officer.read()
    assert "失联" in officer.shown.text
    await officer.tap("我去")
    assert "怎么联系上的" in await officer.tap("answered_safe")
    await officer.tap("satellite_phone")
    await stage.go_round()
    (done,) = await stage.doors(done_too=True)
    assert (done.state, done.outcome) == (State.DONE, Outcome.ANSWERED_SAFE)
    assert "out_of_contact" not in await open_alarms(stage, slope, key)


async def test_nobody_of_the_township_answers_and_the_county_is_asked(stage: Village, slope: Slope) -> None:
    await silent(stage, slope)
    await stage.wait(5 * MINUTE)
    assert "失联" in await stage.said(COUNTY)
    (door,) = await stage.doors()
    assert door.rung is Rung.COUNTY


async def test_a_village_that_is_heard_again_needs_nobody(stage: Village, slope: Slope) -> None:
    await silent(stage, slope)
    await stage.hear(UNPROVEN, "安全")
    await listen_for_villages(Marshal(stage.database, stage.clock, stage.teller))
    (door,) = await stage.doors(done_too=True)
    assert (door.state, door.outcome) == (State.DONE, Outcome.ANSWERED_MEANWHILE)


async def test_a_drills_silence_is_a_drills_door(stage: Village, slope: Slope) -> None:
    await silent(stage, slope, drill=True)
    assert await stage.doors() == []
    assert [each.drill for each in await stage.doors(drill=True)] == [True]


async def lifted(stage: Village, slope: Slope, key: int) -> None:
    async with stage.database.writing() as tx:
        found = await orders.by_key(tx, slope.officer, key)
        await lift(tx, slope.officer, stage.desk, found, "雨停", stage.clock.now())
    await stage.go_round()


async def test_a_lifted_order_calls_back_whoever_looks_for_its_village(stage: Village, slope: Slope) -> None:
    key = await silent(stage, slope)
    officer = stage.chat(TOWNSHIP)
    await officer.read()
    await officer.tap("我去")
    await lifted(stage, slope, key)
    (door,) = await stage.doors(done_too=True)
    assert (door.state, door.outcome, door.done_at) == (State.DONE, Outcome.LIFTED, stage.clock.now())
    said = await stage.said(TOWNSHIP)
    for word in ("不用去了", "车草村", "转移令解除"):
        assert word in said
    assert "预警结束" not in said
    async with stage.database.reading() as tx:
        last = (await steps.steps_of(tx, DOORS, [door.key]))[door.key][-1]
    assert (last.from_state, last.to_state, last.outcome) == (State.ACCEPTED, State.DONE, Outcome.LIFTED)
    (told,) = await stage.events("evacuation.lifted")
    assert told.facts == {"order": key, "area": slope.group, "drill": False}
    await stage.wait(HOUR)
    assert stage.said_to("sms", TOWNSHIP)[-1] == said
    assert not any("全村没有音讯" in each for each in stage.said_to("sms", COUNTY))


async def test_what_another_order_or_somebody_else_asked_for_stays(stage: Village, slope: Slope) -> None:
    first = await silent(stage, slope)
    second = await silent(stage, slope)
    by_hand = Task(kind=Kind.BY_HAND, origin="hand:1", reason=Reason.ASKED, village=slope.village)
    async with stage.database.writing() as tx:
        await open_tasks(tx, [by_hand], stage.clock.now())
    await lifted(stage, slope, first)
    left = [(each.kind, each.origin) for each in await stage.doors()]
    async with stage.database.reading() as tx:
        standing = (await orders.by_key(tx, DOORS, second)).id
    assert [kind for kind, _ in left] == [Kind.OUT_OF_CONTACT, Kind.BY_HAND]
    assert standing in left[0][1]


async def test_a_drills_lifting_touches_the_drills_doors_alone(stage: Village, slope: Slope) -> None:
    await silent(stage, slope)
    drill = await silent(stage, slope, drill=True)
    await lifted(stage, slope, drill)
    assert len(await stage.doors()) == 1
    assert [each.outcome for each in await stage.doors(drill=True, done_too=True)] == [Outcome.LIFTED]
    assert "演练" in await stage.said(TOWNSHIP)
