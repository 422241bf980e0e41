"""Planning in slices: it resumes wherever it was cut off, urgent lanes first, and one bad notice stops no other."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import func, select, update

from audiences.stores.tables import audiences
from broadcast.dispatch import plan, sweep
from broadcast.dispatch.hub import Pace
from broadcast.errors import QueueAway
from broadcast.notices import Kind, Lane, Notice
from broadcast.queues.base import Ticket
from broadcast.queues.memory import MemoryQueue
from broadcast.stores import counters
from broadcast.stores.tables import deliveries, delivery_sharers, notices, ranges
from ground.clock import SECOND
from ground.transaction import Database
from tests.builders import World
from tests.dispatching import TESTER, Stage

TINY = Pace(slice=3)


async def villagers(world: World) -> int:
    """Two villages: 20 phones, two of them shared, one person whom nothing reaches, two gateways."""
    town = await world.area("36", "Hehu", level="township")
    for code in ("361", "362"):
        village = await world.area(code, parent=town)
        for number in range(10):
            await world.person(village, sms=f"+1555{code}{number:02}")
        await world.person(village, sms=f"+1555{code}00")
        await world.gateway(village, f"gw-{code}")
    await world.person(village)
    return town


async def keys(stage: Stage, notice: Notice) -> Sequence[int]:
    async with stage.database.reading() as tx:
        mine = select(deliveries.c.seq).where(deliveries.c.notice_id == notice.id).order_by(deliveries.c.seq)
        return list(await tx.values(mine))


async def test_a_planner_that_is_killed_after_every_slice_plans_what_one_would_have(database: Database) -> None:
    await villagers(World(database))
    notice = await Stage(database, pace=TINY).notice("area(36)")
    slices = 0
    while await plan.plan_slice(Stage(database, pace=TINY).hub, notice.id):
        slices += 1
    assert slices > 5
    stage = Stage(database, pace=TINY)
    assert await keys(stage, notice) == list(range(1, 23)), "dense, from 1"
    await stage.play()
    assert len(set(stage.heard("sms"))) == len(stage.heard("sms")) == 20
    assert sorted(stage.heard("speaker")) == ["gw-361", "gw-362"]
    async with database.reading() as tx:
        assert await tx.value(select(func.count()).select_from(delivery_sharers)) == 2
        assert await counters.by_channel(tx, TESTER, notice.id) == {
            "": {"people": 23, "unreachable": 1},
            "sms": {"accepted": 20},
            "speaker": {"accepted": 2},
        }


async def test_an_ending_killed_after_every_slice_is_told_to_everybody_once(database: Database) -> None:
    await villagers(World(database))
    stage = Stage(database, pace=TINY)
    alarm = await stage.notice("area(36)")
    await stage.play()
    ending = await stage.notice(kind=Kind.LIFTED, supersedes=[alarm.id], tells_heard_of=[alarm.id], expires=None)
    while await plan.plan_slice(Stage(database, pace=TINY).hub, ending.id):
        pass
    await stage.play()
    assert await keys(stage, ending) == list(range(1, 23))
    assert await stage.states(ending) == {"accepted": 22}


async def test_sending_starts_with_the_first_slice_and_people_with_duties_come_first(database: Database) -> None:
    world, stage = World(database), Stage(database, pace=TINY)
    village = await world.area("36", "Checao")
    for number in range(5):
        await world.person(village, sms=f"+1555000{number}")
    holder = await world.person(village, sms="+15550100")
    await world.post(village, "patrol", holder)
    notice = await stage.notice("residents(36)")
    assert await plan.plan_slice(stage.hub, notice.id)
    await stage.send()
    assert stage.heard("sms")[0] == "+15550100"
    await stage.play()
    assert len(stage.heard("sms")) == 6


async def test_an_urgent_notice_is_planned_before_whatever_was_there_first(database: Database) -> None:
    world, stage = World(database), Stage(database, pace=TINY)
    village = await world.area("36", "Checao")
    for number in range(10):
        await world.person(village, sms=f"+1555000{number}")
    slow = [await stage.notice("residents(36)", lane=Lane.BULK) for _ in range(plan.NOTICES_AT_ONCE + 1)]
    urgent = await stage.notice("residents(36)")
    while not await stage.states(urgent) or await still_planning(stage, urgent):
        assert await plan.plan_all(stage.hub)
    assert [await stage.states(each) for each in slow] == [{}] * len(slow)


async def still_planning(stage: Stage, notice: Notice) -> bool:
    async with stage.database.reading() as tx:
        return bool(await tx.value(select(notices.c.state).where(notices.c.id == notice.id)) == "planning")


async def test_a_notice_that_cannot_be_planned_stops_no_other(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    await world.person(village, sms="+15550100")
    broken = [await stage.notice("residents(36)") for _ in range(plan.NOTICES_AT_ONCE + 1)]
    theirs = audiences.c.id.in_([each.audience for each in broken])
    async with stage.database.writing() as tx:
        await tx.execute(update(audiences).where(theirs).values(rules=[{"no": "rule"}]))
    healthy = await stage.notice("residents(36)")
    await stage.play()
    assert await stage.states(healthy) == {"accepted": 1}


async def test_two_planners_and_two_engines_on_one_database_send_everything_once(postgresql: Database) -> None:
    world = World(postgresql)
    village = await world.area("36", "Checao")
    await many_phones(world, village, 400)
    one, other = (Stage(postgresql, pace=Pace(slice=50)) for _ in range(2))
    notice = await one.notice("residents(36)")

    async def work(stage: Stage) -> None:
        while await plan.plan_slice(stage.hub, notice.id) or await stage.send():
            await sweep.once(stage.hub)

    await asyncio.gather(work(one), work(other), work(one), work(other))
    await one.play()
    assert sorted(one.heard("sms") + other.heard("sms")) == sorted({*one.heard("sms"), *other.heard("sms")})
    assert await one.states() == {"accepted": 400}
    assert await keys(one, notice) == list(range(1, 401))


async def many_phones(world: World, village: int, people: int) -> None:
    for number in range(people):
        await world.person(village, sms=f"+1555{number:05}")


class AwayQueue(MemoryQueue):
    """Its server is down for a while."""

    away = True

    async def publish(self, tickets: Sequence[Ticket]) -> None:
        if self.away:
            raise QueueAway
        await super().publish(tickets)


async def test_what_the_queue_does_not_take_stays_planned_and_is_published_when_it_is_back(
    stage: Stage, world: World
) -> None:
    village = await world.area("36", "Checao")
    await world.person(village, sms="+15550100")
    queue = AwayQueue()
    hub = type(stage.hub)(stage.database, stage.clock, stage.hub.desk, queue, stage.channels)
    await stage.notice("residents(36)")
    while await plan.plan_all(hub):
        pass
    assert await plan.publish(hub) == 0
    queue.away = False
    assert await plan.publish(hub) == 1
    assert await plan.publish(hub) == 0, "what the queue has is left to it for a while"
    assert len(await queue.take(Lane.IMMEDIATE, "sms", 10, 0.1)) == 1


async def test_a_ticket_that_got_lost_is_published_again_after_a_while(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    await world.person(village, sms="+15550100")
    await stage.notice("residents(36)")
    await stage.plan()
    async with stage.database.writing() as tx:
        before = ranges.c.published_at - 11 * SECOND
        await tx.execute(update(ranges).values(published_at=before))
    assert await plan.publish(stage.hub) == 1
