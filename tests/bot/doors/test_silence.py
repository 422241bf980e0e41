"""失联: a village of which nothing is heard is looked for by the township, on foot or by radio."""

from bot.cases.door_task import Kind, Outcome, Rung, State
from bot.cases.evacuation import OrderKind
from bot.evacuation.advancing import Marshal, advance
from bot.evacuation.ordering import Asked, order
from bot.evacuation.watching import listen_for_villages, watch
from bot.stores.evacuation import alarms
from ground.clock import MINUTE
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
