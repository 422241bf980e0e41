"""Replies: one message for one address, in a lane of their own, even to somebody whom nobody knows."""

from sqlalchemy import select

from broadcast.channels.errors import Throttled
from broadcast.content.message import Message
from broadcast.notices import Lane
from broadcast.queues.base import Ticket
from broadcast.stores import counters
from broadcast.stores.sending import replies
from broadcast.stores.tables import deliveries
from ground.clock import HOUR
from tests.builders import World
from tests.dispatching import TESTER, Stage


async def reply_to(stage: Stage, address: int, channel: str = "telegram", text: str = "收到。") -> int:
    async with stage.database.writing() as tx:
        return await replies.reply(tx, TESTER, address, channel, Message(text), stage.clock.now())


async def test_a_reply_reaches_an_address_that_belongs_to_nobody(stage: Stage, world: World) -> None:
    notice = await reply_to(stage, await world.address("telegram", "1001"))
    await stage.play()
    assert stage.heard("telegram") == ["1001"]
    async with stage.database.reading() as tx:
        assert await tx.value(select(deliveries.c.person_id)) is None
        assert await counters.by_channel(tx, TESTER, notice) == {"telegram": {"accepted": 1}}


async def test_a_reply_is_counted_where_its_owner_lives(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    notice = await reply_to(stage, await world.address("telegram", "1001", await world.person(village)))
    await stage.play()
    async with stage.database.reading() as tx:
        mine = await counters.by_channel(tx, await world.operator(village), notice)
    assert mine == {"telegram": {"accepted": 1}}


async def test_replies_go_in_their_own_lane_before_a_normal_warning(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    await world.person(village, telegram="1000")
    await stage.notice("residents(36)", lane=Lane.NORMAL)
    await reply_to(stage, await world.address("telegram", "1001"))
    await stage.plan()
    first, second = await stage.tickets()
    assert isinstance(first, Ticket)
    assert (first.lane, second.lane) == (Lane.REPLIES, Lane.NORMAL)


async def test_who_opted_out_of_warnings_is_still_answered(stage: Stage, world: World) -> None:
    address = await world.address("telegram", "1001", await world.person(await world.area("36")))
    await world.opt_out(address, "warnings")
    await reply_to(stage, address)
    await stage.play()
    assert stage.heard("telegram") == ["1001"]


async def test_a_reply_that_could_not_be_sent_for_half_a_day_is_no_answer_any_more(stage: Stage, world: World) -> None:
    stage.channels["telegram"].always("1001", Throttled("busy", retry_after=3_600))
    await reply_to(stage, await world.address("telegram", "1001"))
    await stage.play()
    stage.clock.pass_by(12 * HOUR)
    await stage.play()
    assert await stage.states() == {"expired": 1}
