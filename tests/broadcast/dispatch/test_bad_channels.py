"""A channel that misbehaves: it raises, forgets, says things twice, or says rubbish; it stops nothing else."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from broadcast.channels.base import Accepted, Outcome, Outgoing
from broadcast.channels.errors import Gone, Rejected, Throttled, Unreachable
from broadcast.channels.memory import MemoryChannel
from broadcast.deliveries import Key
from broadcast.dispatch.hub import Pace
from broadcast.notices import Guarantee, Policy
from ground.transaction import Database
from tests.builders import World
from tests.dispatching import SMS, Stage


class OddChannel(MemoryChannel):
    """Sends like any other, but what it says of it goes through `odd`."""

    def __init__(self) -> None:
        super().__init__(name="sms", abilities=SMS)

    async def send(self, batch: Sequence[Outgoing]) -> AsyncIterator[Outcome]:
        outcomes = [outcome async for outcome in super().send(batch)]
        async for outcome in self.odd(outcomes):
            yield outcome

    async def odd(self, outcomes: Sequence[Outcome]) -> AsyncIterator[Outcome]:
        raise NotImplementedError
        yield


class Raising(OddChannel):
    async def odd(self, outcomes: Sequence[Outcome]) -> AsyncIterator[Outcome]:
        yield outcomes[0]
        raise RuntimeError("the wire broke")


class Forgetting(OddChannel):
    async def odd(self, outcomes: Sequence[Outcome]) -> AsyncIterator[Outcome]:
        for outcome in outcomes[::2]:
            yield outcome


class Repeating(OddChannel):
    async def odd(self, outcomes: Sequence[Outcome]) -> AsyncIterator[Outcome]:
        for outcome in outcomes:
            yield outcome
            yield Outcome(outcome.key, Rejected("said twice"))
            yield Outcome(Key(outcome.key.notice + 7, outcome.key.seq), Rejected("not asked for"))


class Rubbish(OddChannel):
    async def odd(self, outcomes: Sequence[Outcome]) -> AsyncIterator[Outcome]:
        yield Outcome(outcomes[0].key, Accepted("memory", "x" * 5_000))
        yield Outcome(outcomes[1].key, Rejected("because " * 500))
        yield outcomes[2]


class Dripping(OddChannel):
    """Says how the first went, and nothing more until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = asyncio.Event()

    async def odd(self, outcomes: Sequence[Outcome]) -> AsyncIterator[Outcome]:
        yield outcomes[0]
        await self.go_on.wait()
        for outcome in outcomes[1:]:
            yield outcome


async def told_through(
    stage: Stage, world: World, channel: MemoryChannel, guarantee: Guarantee = Guarantee.AT_LEAST_ONCE
) -> None:
    stage.channels["sms"] = channel
    village = await world.area("36", "Checao")
    for number in range(3):
        await world.person(village, sms=f"+1555{number:04}")
    await stage.notice("residents(36)", policy=Policy(("sms",), attempts=2), guarantee=guarantee)
    await stage.plan()
    await stage.send()  # once: a slow machine must not come to the second try by itself


async def test_a_channel_that_raises_may_have_sent_the_rest_which_goes_again(stage: Stage, world: World) -> None:
    await told_through(stage, world, Raising())
    assert await stage.states() == {"accepted": 1, "planned": 2}
    await stage.let_retries_be_due()
    await stage.play()
    assert await stage.states() == {"accepted": 2, "uncertain": 1}


async def test_of_a_lesson_nobody_knows_what_a_raising_channel_sent(stage: Stage, world: World) -> None:
    await told_through(stage, world, Raising(), guarantee=Guarantee.AT_MOST_ONCE)
    assert await stage.states() == {"accepted": 1, "uncertain": 2}


async def test_a_channel_that_forgets_an_outcome_may_have_sent_it(stage: Stage, world: World) -> None:
    await told_through(stage, world, Forgetting())
    assert await stage.states() == {"accepted": 2, "planned": 1}


async def test_the_first_outcome_counts_and_foreign_ones_are_dropped(stage: Stage, world: World) -> None:
    await told_through(stage, world, Repeating())
    assert await stage.states() == {"accepted": 3}


async def test_rubbish_for_one_recipient_costs_no_other_anything(stage: Stage, world: World) -> None:
    await told_through(stage, world, Rubbish())
    assert await stage.states() == {"planned": 1, "failed": 1, "accepted": 1}


async def test_what_came_is_recorded_while_the_rest_still_goes_out(database: Database, world: World) -> None:
    stage = Stage(database, pace=Pace(record_every=0.1))
    channel = Dripping()
    playing = asyncio.create_task(told_through(stage, world, channel))
    for _ in range(200):
        await asyncio.sleep(0.05)
        if (await stage.states()).get("accepted") == 1:
            break
    assert await stage.states() == {"accepted": 1, "claimed": 2}
    channel.go_on.set()
    await playing
    assert await stage.states() == {"accepted": 3}


async def test_one_bad_recipient_stops_no_other(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    for number in range(60):
        await world.person(village, sms=f"+1555{number:04}")
    errors = (Gone("21211"), Rejected("30007"), Unreachable("down"), Throttled("busy"), Unreachable("?", True))  # noqa: FBT003 - as it is declared
    for number, error in enumerate(errors):
        stage.channels["sms"].always(f"+1555{number:04}", error)
    await stage.notice("residents(36)", policy=Policy(("sms",)))
    await stage.play()
    assert await stage.states() == {"accepted": 55, "failed": 2, "planned": 3}


async def test_a_channel_that_fails_altogether_stops_no_other_channel(stage: Stage, world: World) -> None:
    stage.channels["telegram"] = Raising()
    village = await world.area("36", "Checao")
    await world.person(village, telegram="1001")
    await world.person(village, telegram="1002")
    await world.person(village, sms="+15550100")
    await stage.notice("residents(36)")
    await stage.play()
    assert stage.heard("sms") == ["+15550100"]
