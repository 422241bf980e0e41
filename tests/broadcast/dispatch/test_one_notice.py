"""One notice, from its audience to the end of every delivery."""

from sqlalchemy import select

from broadcast.stores import counters
from broadcast.stores.tables import deliveries, delivery_sharers
from tests.builders import World
from tests.dispatching import TESTER, Stage


async def test_everybody_in_the_area_is_told_once_on_the_first_channel_they_have(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    await world.person(village, sms="+15550100", telegram="1001")
    await world.person(village, sms="+15550101")
    await world.person(await world.area("37", "elsewhere"), sms="+15550102")
    await stage.notice("residents(36)")
    await stage.play()
    assert stage.heard("telegram") == ["1001"]
    assert stage.heard("sms") == ["+15550101"]
    assert await stage.states() == {"accepted": 2}


async def test_two_who_share_a_phone_get_one_message_and_both_are_marked(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    first = await world.person(village, sms="+15550100")
    second = await world.person(village, sms="+15550100")
    await stage.notice("residents(36)")
    await stage.play()
    assert stage.heard("sms") == ["+15550100"]
    async with stage.database.reading() as tx:
        told = {await tx.value(select(deliveries.c.person_id)), await tx.value(select(delivery_sharers.c.person_id))}
    assert told == {first, second}


async def test_who_opted_out_of_warnings_is_planned_suppressed_and_counted(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    address = await world.address("sms", "+15550100", await world.person(village))
    await world.opt_out(address)
    notice = await stage.notice("residents(36)")
    await stage.play()
    assert stage.heard("sms") == []
    assert await stage.states() == {"suppressed": 1}
    async with stage.database.reading() as tx:
        assert await counters.by_channel(tx, TESTER, notice.id) == {
            "": {"people": 1, "unreachable": 1},
            "sms": {"suppressed": 1},
        }


async def test_an_opt_out_from_lessons_never_silences_a_warning(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    await world.opt_out(await world.address("sms", "+15550100", await world.person(village)), "lessons")
    await stage.notice("residents(36)")
    await stage.play()
    assert stage.heard("sms") == ["+15550100"]


async def test_counters_say_what_the_deliveries_say(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    for number in range(120):
        await world.person(village, sms=f"+1555{number:04}")
    await world.person(village)
    notice = await stage.notice("residents(36)")
    await stage.play()
    async with stage.database.reading() as tx:
        progress = await counters.by_channel(tx, TESTER, notice.id)
        rolled = await counters.by_area(tx, TESTER, notice.id, village)
    assert progress == {"": {"people": 121, "unreachable": 1}, "sms": {"accepted": 120}}
    assert rolled[village] == {"people": 121, "unreachable": 1, "accepted": 120}


async def test_speakers_of_an_area_are_told_beside_its_people(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    await world.gateway(village, "gw-1")
    await world.person(village, sms="+15550100")
    await stage.notice("area(36)")
    await stage.play()
    assert stage.heard("speaker") == ["gw-1"]
    assert await stage.states() == {"accepted": 2}


async def test_the_first_rule_that_matches_gives_the_words(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    await world.person(village, sms="+15550100")
    await world.post(village, "patrol", await world.person(village, sms="+15550101"))
    words = [*stage.words("go and knock"), *stage.words("leave now")]
    words = [type(each)(each.channel, each.language, place // 3, each.message) for place, each in enumerate(words)]
    await stage.notice("duty(patrol, 36)", "residents(36)", words=words)
    await stage.play()
    said = {each.address: each.message.text for each in stage.channels["sms"].sent}
    assert said == {"+15550100": "leave now", "+15550101": "go and knock"}
