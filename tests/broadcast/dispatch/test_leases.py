"""Leases: a worker that dies, or is slow, with deliveries in its hand."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from sqlalchemy import select, update

from broadcast.channels.base import Outcome, Outgoing, Receipt, Word
from broadcast.channels.errors import Rejected, Throttled
from broadcast.channels.memory import MemoryChannel
from broadcast.deliveries import Key
from broadcast.dispatch import plan, sweep
from broadcast.dispatch.engine import ENGINE, Engine
from broadcast.dispatch.hub import Pace
from broadcast.notices import Guarantee, Kind, Lane, Notice, Policy
from broadcast.queues.base import Ticket
from broadcast.stores import counters, notices
from broadcast.stores.sending import claims, ranges
from broadcast.stores.tables import attempts, deliveries, retries
from broadcast.stores.tables import ranges as ranges_table
from ground.clock import SECOND
from ground.transaction import Database
from tests.builders import World
from tests.dispatching import SMS, TESTER, Stage


async def village_of(world: World, people: int) -> None:
    village = await world.area("36", "Checao")
    for number in range(people):
        await world.person(village, sms=f"+1555{number:04}")


async def die_after_sending(stage: Stage) -> int:
    """Every worker sends what it has claimed and is killed before it writes down what became of it."""
    sent = 0
    for ticket in await stage.tickets():
        hand = await stage.engine._claim(ticket)
        assert hand is not None
        outgoing = [Outgoing(each.key, each.address, next(iter(hand.words.values()))) for each in hand.batch]
        sent += len([outcome async for outcome in stage.channels[ticket.channel].send(outgoing)])
    return sent


async def progress(stage: Stage, notice: Notice) -> dict[str, int]:
    async with stage.database.reading() as tx:
        return (await counters.by_channel(tx, TESTER, notice.id))["sms"]


async def test_a_warning_whose_worker_died_goes_again_and_is_counted_as_possibly_twice(
    stage: Stage, world: World
) -> None:
    await village_of(world, 3)
    notice = await stage.notice("residents(36)")
    await stage.plan()
    assert await die_after_sending(stage) == 3
    await stage.play()
    assert len(stage.heard("sms")) == 3, "while the lease lasts, nobody takes the range"
    await stage.let_leases_lapse()
    await stage.play()
    assert stage.heard("sms") == ["+15550000", "+15550001", "+15550002"] * 2
    assert await progress(stage, notice) == {"accepted": 3, "maybe_twice": 3}


async def test_a_lesson_whose_worker_died_is_uncertain_and_never_sent_twice(stage: Stage, world: World) -> None:
    await village_of(world, 3)
    notice = await stage.notice("residents(36)", guarantee=Guarantee.AT_MOST_ONCE, lane=Lane.BULK)
    await stage.plan()
    await die_after_sending(stage)
    await stage.let_leases_lapse()
    await stage.play()
    assert len(stage.heard("sms")) == 3
    assert await progress(stage, notice) == {"uncertain": 3}


async def test_a_receipt_with_the_mark_proves_an_accept_that_a_crash_forgot(stage: Stage, world: World) -> None:
    await village_of(world, 2)
    notice = await stage.notice("residents(36)", policy=Policy(("sms",)))
    await stage.plan()
    await die_after_sending(stage)
    await stage.channels["sms"].say(Receipt("memory", "known-to-them", Word.PROGRESS, "sent", key=Key(notice.id, 1)))
    await stage.let_leases_lapse()
    await stage.play()
    assert stage.heard("sms").count("+15550000") == 1, "it was proved before the lease ran out"
    assert stage.heard("sms").count("+15550001") == 2
    assert await progress(stage, notice) == {"accepted": 2, "maybe_twice": 1}
    async with stage.database.reading() as tx:
        assert "known-to-them" in await tx.values(select(attempts.c.provider_id))


async def test_what_a_receipt_proved_after_the_lease_lapsed_is_not_sent_again(stage: Stage, world: World) -> None:
    await village_of(world, 1)
    notice = await stage.notice("residents(36)")
    await stage.plan()
    await die_after_sending(stage)
    await stage.let_leases_lapse()
    await sweep.take_back_lapsed(stage.hub)
    await stage.channels["sms"].say(Receipt("memory", "late", Word.DELIVERED, "delivered", key=Key(notice.id, 1)))
    await stage.play()
    assert stage.heard("sms") == ["+15550000"]
    assert await progress(stage, notice) == {"delivered": 1, "maybe_twice": 1}


async def test_an_accept_proved_by_a_receipt_alone_waits_for_silence_like_any_other(stage: Stage, world: World) -> None:
    village = await world.area("36", "Checao")
    await world.person(village, sms="+15550100", telegram="1001")
    notice = await stage.notice("residents(36)", policy=Policy(("sms", "telegram")))
    await stage.plan()
    await die_after_sending(stage)
    await stage.channels["sms"].say(Receipt("memory", "sent", Word.PROGRESS, "sent", key=Key(notice.id, 1)))
    await stage.let_leases_lapse()
    stage.clock.pass_by(60 * SECOND)
    await stage.play()
    assert stage.heard("telegram") == ["1001"]


async def test_whoever_may_have_heard_is_told_the_ending_even_if_the_second_try_was_overtaken(
    stage: Stage, world: World
) -> None:
    await village_of(world, 2)
    alarm = await stage.notice("residents(36)")
    await stage.plan()
    await die_after_sending(stage)
    await stage.let_leases_lapse()
    await sweep.take_back_lapsed(stage.hub)
    ending = await stage.notice(kind=Kind.LIFTED, supersedes=[alarm.id], tells_heard_of=[alarm.id], expires=None)
    await stage.play()
    assert await stage.states(alarm) == {"superseded": 2}
    assert await stage.states(ending) == {"accepted": 2}


async def test_a_lapsed_second_try_takes_nothing_out_of_another_workers_hand(stage: Stage, world: World) -> None:
    """Deliveries 1 and 3 wait for their second try in one range; 2 is in the hand of a worker that lives."""
    await village_of(world, 3)
    for address in ("+15550000", "+15550002"):
        stage.channels["sms"].answer(address, Throttled("busy"))
    stage.channels["sms"].answer("+15550001", Throttled("busy"))
    notice = await stage.notice("residents(36)", policy=Policy(("sms",)))
    await stage.play()
    await let_be_due(stage, 1, 3)
    await sweep.try_again(stage.hub)
    [dying] = await stage.tickets()
    assert await stage.engine._claim(dying) is not None
    await let_be_due(stage, 2)
    await sweep.try_again(stage.hub)
    [living] = await stage.tickets()
    hand = await stage.engine._claim(living)
    assert hand is not None
    await lapse(stage, dying)
    await sweep.take_back_lapsed(stage.hub)
    async with stage.database.reading() as tx:
        ordered = select(deliveries.c.state).order_by(deliveries.c.seq)
        assert list(await tx.values(ordered)) == ["planned", "claimed", "planned"]
    await stage.engine._send(stage.channels["sms"], hand)
    await stage.play()
    assert await progress(stage, notice) == {"accepted": 3, "maybe_twice": 2}
    assert sorted(stage.heard("sms")) == ["+15550000", "+15550001", "+15550002"]


async def test_overtaken_second_tries_end_when_their_worker_is_gone(stage: Stage, world: World) -> None:
    await village_of(world, 2)
    for number in range(2):
        stage.channels["sms"].answer(f"+1555{number:04}", Throttled("busy"))
    alarm = await stage.notice("residents(36)")
    await stage.play()
    await stage.let_retries_be_due()
    await sweep.try_again(stage.hub)
    [ticket] = await stage.tickets()
    assert await stage.engine._claim(ticket) is not None
    await stage.notice("residents(36)", kind=Kind.UPDATE, supersedes=[alarm.id], tells_heard_of=[alarm.id])
    await stage.play()
    await stage.let_leases_lapse()
    await stage.play()
    assert await stage.states(alarm) == {"uncertain": 2}
    async with stage.database.reading() as tx:
        assert await tx.rows(select(retries)) == []


async def test_a_slow_channel_keeps_its_lease(database: Database, world: World) -> None:
    stage = Stage(database, pace=Pace(lease=2_000))
    stage.channels["sms"] = SlowChannel(3.0)
    await village_of(world, 2)
    notice = await stage.notice("residents(36)")
    await stage.plan()
    [ticket] = await stage.tickets()
    sending = asyncio.create_task(stage.engine.process(ticket))
    for _ in range(24):
        await asyncio.sleep(0.1)
        assert await sweep.take_back_lapsed(stage.hub) == 0
    assert await sending == 2
    assert await progress(stage, notice) == {"accepted": 2}


async def test_who_lost_the_lease_still_says_what_was_taken_and_nothing_else(stage: Stage, world: World) -> None:
    """The range was taken back and given to another worker; the first one comes home late."""
    await village_of(world, 3)
    notice = await stage.notice("residents(36)", policy=Policy(("sms",)))
    await stage.plan()
    [ticket] = await stage.tickets()
    slow = Engine(stage.hub)
    late = await slow._claim(ticket)
    assert late is not None
    await stage.let_leases_lapse()
    await sweep.take_back_lapsed(stage.hub)
    [again] = await stage.tickets()
    hand = await stage.engine._claim(again)
    assert hand is not None
    stage.channels["sms"].answer("+15550000", Rejected("30007"))
    await slow._send(stage.channels["sms"], late)
    async with stage.database.reading() as tx:
        ordered = select(deliveries.c.state).order_by(deliveries.c.seq)
        assert list(await tx.values(ordered)) == ["claimed", "accepted", "accepted"]
    await stage.engine._send(stage.channels["sms"], hand)
    assert await progress(stage, notice) == {"accepted": 3, "maybe_twice": 3}


async def test_a_lesson_that_a_slow_worker_gets_through_after_its_lease_is_uncertain_no_more(
    stage: Stage, world: World
) -> None:
    await village_of(world, 1)
    notice = await stage.notice("residents(36)", guarantee=Guarantee.AT_MOST_ONCE)
    await stage.plan()
    [ticket] = await stage.tickets()
    hand = await stage.engine._claim(ticket)
    assert hand is not None
    await stage.let_leases_lapse()
    await sweep.take_back_lapsed(stage.hub)
    assert await stage.states() == {"uncertain": 1}
    await stage.engine._send(stage.channels["sms"], hand)
    assert await progress(stage, notice) == {"accepted": 1}


async def test_one_ticket_in_two_hands_is_sent_once(stage: Stage, world: World) -> None:
    await village_of(world, 3)
    await stage.notice("residents(36)")
    await stage.plan()
    [ticket] = await stage.tickets()
    other = Engine(stage.hub)
    sent = await asyncio.gather(stage.engine.process(ticket), other.process(ticket), stage.engine.process(ticket))
    assert sorted(sent) == [0, 0, 3]
    assert len(stage.heard("sms")) == 3


async def test_what_is_overtaken_between_look_and_claim_is_ended_not_forgotten(stage: Stage, world: World) -> None:
    await village_of(world, 2)
    alarm = await stage.notice("residents(36)")
    await stage.plan()
    [ticket] = await stage.tickets()
    async with stage.database.writing() as tx:
        held = await ranges.claim(tx, ENGINE, ticket.range, stage.engine.name, 60 * SECOND)
        assert held is not None
        still_open = await notices.load(tx, ENGINE, alarm.id)
        await notices.supersede(tx, TESTER, [alarm.id], alarm.id, stage.clock.now())
        assert await claims.claim_deliveries(tx, ENGINE, still_open, held, 0, 0) == []
        await stage.engine._leave(tx, held, ranges.State.DONE)
    await stage.play()
    assert await stage.states() == {"superseded": 2}
    assert stage.heard("sms") == []


async def test_an_ending_does_not_miss_whoever_is_claimed_in_a_transaction_under_way(
    postgresql: Database,
) -> None:
    stage = Stage(postgresql)
    await village_of(World(postgresql), 2)
    alarm = await stage.notice("residents(36)")
    await stage.plan()
    [ticket] = await stage.tickets()
    async with postgresql.writing() as tx:
        held = await ranges.claim(tx, ENGINE, ticket.range, stage.engine.name, 60 * SECOND)
        assert held is not None
        batch = await claims.claim_deliveries(tx, ENGINE, alarm, held, 0, 0)
        ending = await stage.notice(kind=Kind.LIFTED, supersedes=[alarm.id], tells_heard_of=[alarm.id], expires=None)
        assert await plan.plan_slice(stage.hub, ending.id), "the first look"
        second = asyncio.create_task(plan.plan_slice(stage.hub, ending.id))
        await asyncio.sleep(0.5)
        assert not second.done(), "it waits for the claim that did not see the ending"
    await second
    assert len(batch) == 2
    await stage.let_leases_lapse()
    await stage.play()
    assert await stage.states(ending) == {"accepted": 2}


REFUSE = """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('refusals') <= 2 THEN RAISE EXCEPTION USING ERRCODE = 'deadlock_detected'; END IF;
    RETURN NULL;
END $$"""


async def test_a_record_that_the_database_refuses_is_tried_again_before_anything_is_sent_twice(
    postgresql: Database,
) -> None:
    stage = Stage(postgresql)
    await village_of(World(postgresql), 3)
    await stage.notice("residents(36)")
    await stage.plan()
    async with postgresql.writing() as tx:
        for statement in (
            "CREATE SEQUENCE refusals",
            REFUSE,
            "CREATE TRIGGER refusing AFTER INSERT ON attempts FOR EACH STATEMENT EXECUTE FUNCTION refuse()",
        ):
            await tx.connection.exec_driver_sql(statement)
    await stage.send()
    assert len(stage.heard("sms")) == 3
    assert await stage.states() == {"accepted": 3}


class SlowChannel(MemoryChannel):
    """Takes its time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(name="sms", abilities=SMS)
        self._seconds = seconds

    async def send(self, batch: Sequence[Outgoing]) -> AsyncIterator[Outcome]:
        await asyncio.sleep(self._seconds)
        async for outcome in super().send(batch):
            yield outcome


async def let_be_due(stage: Stage, *seqs: int) -> None:
    async with stage.database.writing() as tx:
        await tx.execute(update(retries).where(retries.c.seq.in_(seqs)).values(due_at=0))


async def lapse(stage: Stage, ticket: Ticket) -> None:
    async with stage.database.writing() as tx:
        await tx.execute(update(ranges_table).where(ranges_table.c.id == ticket.range).values(lease_until=0))
