"""Update and ending: what is unsent is overtaken, and whoever heard the earlier words is told the later ones."""

from broadcast.channels.errors import Throttled
from broadcast.notices import Kind, State
from broadcast.stores import notices
from tests.builders import World
from tests.dispatching import TESTER, Stage


async def village_of(world: World, people: int) -> int:
    village = await world.area("36", "Checao")
    for number in range(people):
        await world.person(village, sms=f"+1555{number:04}")
    return village


async def test_an_update_overtakes_what_is_unsent_and_its_full_text_goes_to_all(stage: Stage, world: World) -> None:
    await village_of(world, 120)
    alarm = await stage.notice("residents(36)")
    await stage.plan()
    first_range, *_ = await stage.tickets()
    await stage.engine.process(first_range)
    update = await stage.notice(
        "residents(36)", words=stage.words("higher"), kind=Kind.UPDATE, supersedes=[alarm.id], tells_heard_of=[alarm.id]
    )
    await stage.play()
    assert await stage.states(alarm) == {"accepted": 50, "superseded": 70}
    assert await stage.states(update) == {"accepted": 120}
    assert [each.message.text for each in stage.channels["sms"].sent].count("higher") == 120


async def test_whoever_drops_out_of_the_target_learns_it_from_the_update(stage: Stage, world: World) -> None:
    await village_of(world, 1)
    other = await world.area("37", "Xinze")
    await world.person(other, sms="+15550199")
    alarm = await stage.notice("residents(36) | residents(37)")
    await stage.play()
    update = await stage.notice("residents(37)", kind=Kind.UPDATE, supersedes=[alarm.id], tells_heard_of=[alarm.id])
    await stage.play()
    assert await stage.states(update) == {"accepted": 2}
    assert sorted(stage.heard("sms")[2:]) == ["+15550000", "+15550199"]


async def test_an_ending_is_told_to_exactly_those_who_may_have_heard(stage: Stage, world: World) -> None:
    village = await village_of(world, 3)
    await world.gateway(village, "gw-1")
    stage.channels["sms"].always("+15550002", Throttled("busy", retry_after=600))
    alarm = await stage.notice("area(36)")
    await stage.play()
    ending = await stage.notice(kind=Kind.LIFTED, supersedes=[alarm.id], tells_heard_of=[alarm.id], expires=None)
    await stage.play()
    assert await stage.states(alarm) == {"accepted": 3, "superseded": 1}
    assert await stage.states(ending) == {"accepted": 3}
    assert stage.heard("speaker") == ["gw-1", "gw-1"]
    assert stage.heard("sms") == ["+15550000", "+15550001"] * 2


async def test_an_ending_waits_for_claims_and_no_longer(stage: Stage, world: World) -> None:
    """A worker died with the alarm in its hand: whoever may have heard it is told that it is over, too."""
    await village_of(world, 2)
    alarm = await stage.notice("residents(36)")
    await stage.plan()
    (ticket,) = await stage.tickets()
    assert await stage.engine._claim(ticket) is not None
    ending = await stage.notice(kind=Kind.CORRECTION, supersedes=[alarm.id], tells_heard_of=[alarm.id], expires=None)
    await stage.play()
    assert await stage.states(ending) == {}
    await stage.let_leases_lapse()
    await stage.play()
    assert await stage.states(alarm) == {"uncertain": 2}
    assert await stage.states(ending) == {"accepted": 2}


async def test_nothing_is_sent_after_expiry(stage: Stage, world: World) -> None:
    await village_of(world, 2)
    alarm = await stage.notice("residents(36)", expires=stage.clock.now() + 1_000)
    await stage.plan()
    stage.clock.pass_by(1_000)
    await stage.play()
    assert await stage.states(alarm) == {"expired": 2}
    assert stage.heard("sms") == []


async def test_a_notice_prepared_beforehand_waits_for_its_word(stage: Stage, world: World) -> None:
    await village_of(world, 1)
    alarm = await stage.notice("residents(36)")
    await stage.play()
    correction = await stage.notice(kind=Kind.CORRECTION, tells_heard_of=[alarm.id], expires=None, state=State.PREPARED)
    await stage.play()
    assert await stage.states(correction) == {}
    async with stage.database.writing() as tx:
        await notices.release(tx, TESTER, correction.id, stage.clock.now())
    await stage.play()
    assert await stage.states(correction) == {"accepted": 1}
