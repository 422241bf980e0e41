"""When a channel gives up on a person or stays silent, the next one takes over, unless an answer came first."""

from sqlalchemy import select

from audiences.stores.tables import addresses
from broadcast.answers import Answer, AnswerKind
from broadcast.channels.base import Receipt, Word
from broadcast.channels.errors import Gone, Rejected, Throttled, Unreachable
from broadcast.deliveries import Key
from broadcast.dispatch import sweep
from broadcast.notices import Guarantee, Policy
from broadcast.stores.returns import answers
from ground.clock import SECOND
from tests.builders import World
from tests.dispatching import TESTER, Stage


async def person_with_both(world: World) -> None:
    village = await world.area("36", "Checao")
    await world.person(village, sms="+15550100", telegram="1001")


async def test_a_blocked_bot_is_closed_and_the_phone_rings_at_once(stage: Stage, world: World) -> None:
    await person_with_both(world)
    stage.channels["telegram"].always("1001", Gone("bot_blocked"))
    await stage.notice("residents(36)")
    await stage.play()
    assert stage.heard("sms") == ["+15550100"]
    assert await stage.states() == {"failed": 1, "accepted": 1}
    async with stage.database.reading() as tx:
        closed = select(addresses.c.closed_why).where(addresses.c.channel == "telegram")
        assert await tx.value(closed) == "bot_blocked"


async def test_an_address_that_is_closed_before_it_is_written_to_is_as_one_that_refuses(
    stage: Stage, world: World
) -> None:
    await person_with_both(world)
    await stage.notice("residents(36)")
    await stage.plan()
    async with stage.database.writing() as tx:
        chat = addresses.c.channel == "telegram"
        await tx.execute(addresses.update().where(chat).values(closed_at=1, closed_why="bot_blocked"))
    await stage.play()
    assert stage.heard("telegram") == []
    assert stage.heard("sms") == ["+15550100"]
    assert await stage.states() == {"suppressed": 1, "accepted": 1}


async def test_silence_for_a_minute_calls_the_next_channel(stage: Stage, world: World) -> None:
    await person_with_both(world)
    await stage.notice("residents(36)")
    await stage.play()
    assert stage.heard("sms") == []
    stage.clock.pass_by(59 * SECOND)
    await stage.play()
    assert stage.heard("sms") == []
    stage.clock.pass_by(1 * SECOND)
    await stage.play()
    assert stage.heard("sms") == ["+15550100"]


async def test_an_answer_by_chat_stops_the_text_message(stage: Stage, world: World) -> None:
    await person_with_both(world)
    notice = await stage.notice("residents(36)")
    await stage.play()
    assert await answer(stage, notice.id)
    stage.clock.pass_by(60 * SECOND)
    await stage.play()
    assert stage.heard("sms") == []


async def test_an_answer_that_comes_after_planning_still_stops_what_is_unsent(stage: Stage, world: World) -> None:
    await person_with_both(world)
    notice = await stage.notice("residents(36)")
    await stage.play()
    stage.clock.pass_by(60 * SECOND)
    await sweep.fall_back(stage.hub)
    assert await answer(stage, notice.id)
    await stage.play()
    assert stage.heard("sms") == []
    assert await stage.states() == {"accepted": 1, "suppressed": 1}


async def test_a_receipt_stops_the_fallback_of_a_channel_that_has_receipts(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    await world.person(village, sms="+15550100", telegram="1001")
    notice = await stage.notice("residents(36)", policy=Policy(("sms", "telegram")))
    await stage.play()
    await stage.channels["sms"].say(Receipt("memory", "x", Word.DELIVERED, "delivered", key=Key(notice.id, 1)))
    stage.clock.pass_by(60 * SECOND)
    await stage.play()
    assert stage.heard("telegram") == []
    assert await stage.states() == {"delivered": 1}


async def test_a_provider_that_only_asks_to_wait_keeps_nobody_from_the_next_channel(stage: Stage, world: World) -> None:
    await person_with_both(world)
    stage.channels["telegram"].always("1001", Throttled("flood", retry_after=3_600))
    await stage.notice("residents(36)")
    await stage.play()
    stage.clock.pass_by(60 * SECOND)
    await stage.play()
    assert stage.heard("sms") == ["+15550100"]
    assert await stage.states() == {"planned": 1, "accepted": 1}


async def test_lessons_never_fall_back(stage: Stage, world: World) -> None:
    await person_with_both(world)
    policy = Policy(("telegram", "sms"), silence=None, on_refusal=False)
    stage.channels["telegram"].always("1001", Rejected("bad_request"))
    await stage.notice("residents(36)", policy=policy, guarantee=Guarantee.AT_MOST_ONCE)
    await stage.play()
    stage.clock.pass_by(600 * SECOND)
    await stage.play()
    assert stage.heard("sms") == []


async def test_a_dead_end_on_every_channel_is_an_end(stage: Stage, world: World) -> None:
    await person_with_both(world)
    stage.channels["telegram"].always("1001", Gone("bot_blocked"))
    stage.channels["sms"].always("+15550100", Gone("unknown_number"))
    await stage.notice("residents(36)")
    await stage.play()
    assert await stage.states() == {"failed": 2}


async def test_a_provider_that_is_away_is_tried_again_with_waits_until_it_gives_up(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    await world.person(village, sms="+15550100")
    stage.channels["sms"].answer("+15550100", Unreachable("down"))
    await stage.notice("residents(36)")
    await stage.play()
    assert await stage.states() == {"planned": 1}
    await stage.let_retries_be_due()
    await stage.play()
    assert await stage.states() == {"accepted": 1}
    stage.channels["sms"].always("+15550100", Unreachable("down"))
    policy = Policy(("sms",), attempts=2)
    again = await stage.notice("residents(36)", policy=policy)
    await stage.play()
    await stage.let_retries_be_due()
    await stage.play()
    assert await stage.states(again) == {"failed": 1}


async def answer(stage: Stage, notice: int) -> bool:
    async with stage.database.writing() as tx:
        address = await tx.value(select(addresses.c.id).where(addresses.c.channel == "telegram"))
        given = Answer(
            notice, address, None, AnswerKind.SAFE, "telegram", stage.clock.now(), "安全", f"telegram:t:{notice}"
        )
        return await answers.record(tx, TESTER, stage.hub.desk, given) is not None
