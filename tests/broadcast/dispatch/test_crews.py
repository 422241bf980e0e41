"""The crews of one process: they begin by themselves, keep apart, and part without losing anything."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack

from broadcast.channels.base import Outcome, Outgoing
from broadcast.channels.memory import MemoryChannel
from broadcast.dispatch import plan
from broadcast.dispatch.hub import Pace
from broadcast.notices import Lane, Policy
from ground.transaction import Database
from tests.builders import World
from tests.dispatching import SMS, Stage

SOON = 20.0
ONE_EACH = Pace(workers={lane.value: 1 for lane in Lane})


class Gate(MemoryChannel):
    """Sends nothing before it is opened."""

    def __init__(self) -> None:
        super().__init__(name="sms", abilities=SMS)
        self.asked, self.open = asyncio.Event(), asyncio.Event()

    async def send(self, batch: Sequence[Outgoing]) -> AsyncIterator[Outcome]:
        self.asked.set()
        await self.open.wait()
        async for outcome in super().send(batch):
            yield outcome


async def village(world: World, people: int) -> None:
    area = await world.area("36", "Checao")
    for number in range(people):
        await world.person(area, sms=f"+1555{number:04}")


async def test_whoever_is_sending_finishes_and_takes_nothing_new_when_the_hub_stops(
    database: Database, world: World
) -> None:
    stage = Stage(database, pace=ONE_EACH)
    gate = stage.channels["sms"] = Gate()
    await village(world, 120)
    notice = await stage.notice("residents(36)", policy=Policy(("sms",)))
    await stage.plan()
    assert await plan.publish(stage.hub) == 0, "it is published already"
    async with AsyncExitStack() as stack:
        await stage.engine.start(stack)
        await asyncio.wait_for(gate.asked.wait(), SOON)
        closing = asyncio.create_task(stack.aclose())
        await asyncio.sleep(0.1)
        gate.open.set()
        began = time.monotonic()
        await closing
    assert time.monotonic() - began < 4.0, "nobody waits for those who have nothing to do"
    assert await stage.states(notice) == {"accepted": 50, "planned": 70}


async def test_a_channel_that_hangs_holds_up_no_other_and_no_other_lane(database: Database, world: World) -> None:
    stage = Stage(database, pace=ONE_EACH)
    gate = stage.channels["sms"] = Gate()
    area = await world.area("36", "Checao")
    await world.person(area, sms="+15550100")
    await world.person(area, telegram="1001")
    await stage.notice("residents(36)", lane=Lane.BULK)
    await stage.plan()
    async with AsyncExitStack() as stack:
        await stage.engine.start(stack)
        await asyncio.wait_for(gate.asked.wait(), SOON)
        for _ in range(100):
            await asyncio.sleep(0.05)
            if stage.heard("telegram"):
                break
        assert stage.heard("telegram") == ["1001"]
        gate.asked.clear()
        await stage.notice("residents(36)")
        await stage.plan()
        await asyncio.wait_for(gate.asked.wait(), SOON)
        gate.open.set()
    assert stage.heard("sms") == ["+15550100", "+15550100"]
