"""Receipts: out of order, repeated, before our own record, of an earlier try; each moves a delivery only forward."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from audiences.stores.tables import addresses
from broadcast.channels.base import Accepted, Outcome, Outgoing, Receipt, Word
from broadcast.channels.errors import Gone, Rejected, SendError, Unreachable
from broadcast.channels.memory import MemoryChannel
from broadcast.deliveries import Key
from broadcast.dispatch import sweep
from broadcast.notices import Notice, Policy
from broadcast.stores import counters
from broadcast.stores.tables import attempts, deliveries, fallbacks, receipts, retries
from ground.clock import SECOND
from ground.transaction import Database
from tests.broadcast.dispatch.crowds import crowd
from tests.builders import World
from tests.dispatching import SMS, TESTER, Stage

PHONE = "+15550100"
ReceiptFor = Callable[[Key], Receipt]
NOBODY_THERE = Unreachable("undelivered")


async def one_by_sms(stage: Stage, world: World, *, chat: bool = False) -> Notice:
    """One person is told by SMS first; with `chat`, a chat would be the next channel."""
    village = await world.area("36", "Checao")
    await world.person(village, sms=PHONE, telegram="1001" if chat else None)
    return await stage.notice("residents(36)", policy=Policy(("sms", "telegram")))


async def tries(stage: Stage) -> list[str]:
    """The provider's ids of the accepted tries, oldest first."""
    async with stage.database.reading() as tx:
        ordered = select(attempts.c.provider_id).order_by(attempts.c.learned_at, attempts.c.provider_id)
        return list(await tx.values(ordered))


async def say(
    stage: Stage,
    provider_id: str,
    word: Word,
    *,
    key: Key | None = None,
    error: SendError | None = None,
    detail: str = "",
) -> None:
    await stage.channels["sms"].say(
        Receipt("memory", provider_id, word, detail or word.value, key=key, error=error),
    )


async def state(stage: Stage, notice: Notice) -> tuple[str, str | None]:
    async with stage.database.reading() as tx:
        row = await tx.row(select(deliveries.c.state, deliveries.c.detail).where(deliveries.c.notice_id == notice.id))
    assert row is not None
    return row.state, row.detail


async def test_receipts_by_the_providers_id_alone_find_their_delivery(stage: Stage, world: World) -> None:
    notice = await one_by_sms(stage, world)
    await stage.play()
    [sid] = await tries(stage)
    await say(stage, sid, Word.PROGRESS, detail="sent")
    assert await state(stage, notice) == ("accepted", "sent")
    await say(stage, sid, Word.DELIVERED)
    assert await state(stage, notice) == ("delivered", "delivered")


async def test_a_word_that_was_overtaken_changes_nothing(stage: Stage, world: World) -> None:
    notice = await one_by_sms(stage, world)
    await stage.play()
    [sid] = await tries(stage)
    await say(stage, sid, Word.DELIVERED)
    await say(stage, sid, Word.PROGRESS, detail="sent")
    await say(stage, sid, Word.FAILED, error=NOBODY_THERE, detail="undelivered")
    assert await state(stage, notice) == ("delivered", "delivered")


async def test_the_same_receipt_twice_is_kept_once_and_counted_once(stage: Stage, world: World) -> None:
    notice = await one_by_sms(stage, world)
    await stage.play()
    [sid] = await tries(stage)
    for _ in range(3):
        await say(stage, sid, Word.DELIVERED)
    async with stage.database.reading() as tx:
        assert len(await tx.rows(select(receipts))) == 1
        assert (await counters.by_channel(tx, TESTER, notice.id))["sms"] == {"delivered": 1}


async def test_that_it_arrived_after_all_outweighs_an_earlier_failure(stage: Stage, world: World) -> None:
    notice = await one_by_sms(stage, world)
    await stage.play()
    [sid] = await tries(stage)
    await say(stage, sid, Word.FAILED, error=Rejected("30007"))
    assert (await state(stage, notice))[0] == "failed"
    await say(stage, sid, Word.DELIVERED)
    assert await state(stage, notice) == ("delivered", "delivered")
    async with stage.database.reading() as tx:
        assert (await counters.by_channel(tx, TESTER, notice.id))["sms"] == {"delivered": 1}


async def test_good_and_bad_word_in_one_call_come_to_the_good_one(stage: Stage, world: World) -> None:
    notice = await one_by_sms(stage, world)
    await stage.play()
    [sid] = await tries(stage)
    good = Receipt("memory", sid, Word.DELIVERED, "delivered")
    bad = Receipt("memory", sid, Word.FAILED, "undelivered", error=NOBODY_THERE)
    await stage.channels["sms"].say(good, bad)
    assert await state(stage, notice) == ("delivered", "delivered")


async def test_undelivered_is_tried_again_while_the_next_channel_takes_over(stage: Stage, world: World) -> None:
    notice = await one_by_sms(stage, world, chat=True)
    await stage.play()
    [sid] = await tries(stage)
    await say(stage, sid, Word.FAILED, error=NOBODY_THERE)
    await stage.hold_retries_back()
    await stage.play()
    assert stage.heard("telegram") == ["1001"]
    assert stage.heard("sms") == [PHONE]
    await stage.let_retries_be_due()
    await stage.play()
    assert stage.heard("sms") == [PHONE, PHONE]
    assert await stage.states(notice) == {"accepted": 2}


async def test_a_failure_of_an_earlier_try_says_nothing_of_the_present_one(stage: Stage, world: World) -> None:
    notice = await one_by_sms(stage, world)
    await stage.play()
    [first] = await tries(stage)
    await say(stage, first, Word.FAILED, error=NOBODY_THERE)
    await stage.let_retries_be_due()
    await stage.play()
    await say(stage, first, Word.FAILED, error=Rejected("late"), detail="late")
    assert (await state(stage, notice))[0] == "accepted"
    [_, second] = await tries(stage)
    await say(stage, second, Word.FAILED, error=Rejected("30003"))
    assert (await state(stage, notice))[0] == "failed"


async def test_an_earlier_trys_failure_said_again_while_the_next_is_under_way_sends_no_third(
    stage: Stage, world: World
) -> None:
    notice = await one_by_sms(stage, world)
    await stage.play()
    [first] = await tries(stage)
    await say(stage, first, Word.FAILED, error=NOBODY_THERE)
    await stage.let_retries_be_due()
    await sweep.once(stage.hub)
    during(stage, lambda _: Receipt("memory", first, Word.FAILED, "undelivered again", error=NOBODY_THERE))
    await stage.play()
    await stage.let_retries_be_due()
    await stage.play()
    assert stage.heard("sms") == [PHONE, PHONE]
    assert (await state(stage, notice))[0] == "accepted"


async def test_a_failure_of_the_present_try_before_our_record_is_no_stale_one(stage: Stage, world: World) -> None:
    notice = await one_by_sms(stage, world)
    await stage.play()
    [first] = await tries(stage)
    await say(stage, first, Word.FAILED, error=NOBODY_THERE)
    await stage.let_retries_be_due()
    await sweep.once(stage.hub)
    refused = Rejected("30003")
    during(stage, lambda key: Receipt("memory", f"{key}:2", Word.FAILED, "undelivered", key=key, error=refused))
    await stage.play()
    assert (await state(stage, notice))[0] == "failed"


@pytest.mark.parametrize("marked", [True, False], ids=["with the mark", "without a mark"])
async def test_a_receipt_before_our_own_record_is_not_lost(stage: Stage, world: World, *, marked: bool) -> None:
    notice = await one_by_sms(stage, world, chat=True)
    during(stage, lambda key: Receipt("memory", f"{key}:1", Word.DELIVERED, "delivered", key=key if marked else None))
    await stage.play()
    assert await state(stage, notice) == ("delivered", "delivered")
    stage.clock.pass_by(60 * SECOND)
    await stage.play()
    assert stage.heard("telegram") == [], "who has it is not told again elsewhere"
    async with stage.database.reading() as tx:
        assert await tx.rows(select(fallbacks)) == []
        assert await tx.rows(select(retries)) == []
        assert (await counters.by_channel(tx, TESTER, notice.id))["sms"] == {"delivered": 1}


@pytest.mark.parametrize("marked", [True, False], ids=["with the mark", "without a mark"])
async def test_a_failure_before_our_own_record_is_tried_again_and_elsewhere(
    stage: Stage, world: World, *, marked: bool
) -> None:
    notice = await one_by_sms(stage, world, chat=True)
    during(
        stage,
        lambda key: Receipt(
            "memory", f"{key}:1", Word.FAILED, "undelivered", key=key if marked else None, error=NOBODY_THERE
        ),
    )
    await stage.play()
    assert stage.heard("telegram") == ["1001"]
    await stage.let_retries_be_due()
    await stage.play()
    assert stage.heard("sms") == [PHONE, PHONE]
    assert await stage.states(notice) == {"accepted": 2}


async def test_a_carriers_stop_is_marked_at_the_address_and_shown(stage: Stage, world: World) -> None:
    notice = await one_by_sms(stage, world, chat=True)
    await stage.play()
    [sid] = await tries(stage)
    await say(stage, sid, Word.FAILED, error=Gone("21610", stopped=True))
    async with stage.database.reading() as tx:
        row = await tx.row(select(addresses).where(addresses.c.channel == "sms"))
    assert row is not None
    assert (row.stopped_at, row.closed_at) == (stage.clock.now(), None)
    await stage.play()
    assert stage.heard("telegram") == ["1001"]
    assert await stage.states(notice) == {"failed": 1, "accepted": 1}
    later = await stage.notice("residents(36)", policy=Policy(("sms",)))
    await stage.play()
    assert await stage.states(later) == {"suppressed": 1}


async def test_a_dead_number_is_closed_and_a_repaired_one_is_used(stage: Stage, world: World) -> None:
    await one_by_sms(stage, world)
    await stage.play()
    [sid] = await tries(stage)
    await say(stage, sid, Word.FAILED, error=Gone("21211"))
    async with stage.database.reading() as tx:
        assert await tx.value(select(addresses.c.closed_why)) == "21211"


async def test_a_receipt_for_nothing_of_ours_harms_nobody_beside_it(stage: Stage, world: World) -> None:
    notice = await one_by_sms(stage, world)
    await stage.play()
    [sid] = await tries(stage)
    foreign = Receipt("memory", "other", Word.DELIVERED, "delivered", key=Key(notice.id + 1_000, 7))
    beyond = Receipt("memory", "beyond", Word.DELIVERED, "delivered", key=Key(notice.id, 999))
    await stage.channels["sms"].say(foreign, beyond, Receipt("memory", sid, Word.DELIVERED, "delivered"))
    assert await state(stage, notice) == ("delivered", "delivered")


async def test_a_late_failure_of_a_closed_notice_sends_nothing_and_leaves_nothing_waiting(
    stage: Stage, world: World
) -> None:
    notice = await one_by_sms(stage, world, chat=True)
    await stage.play()
    [sid] = await tries(stage)
    stage.clock.pass_by(7 * 3600 * SECOND)
    await stage.play()
    await say(stage, sid, Word.FAILED, error=NOBODY_THERE)
    await stage.play()
    assert await stage.states(notice) == {"failed": 1}
    assert stage.heard("telegram") == []
    async with stage.database.reading() as tx:
        assert await tx.rows(select(fallbacks)) == []
        assert await tx.rows(select(retries)) == []


async def test_a_late_word_that_it_was_heard_after_all_reaches_the_ending_too(stage: Stage, world: World) -> None:
    notice = await one_by_sms(stage, world)
    stage.channels["sms"].answer(PHONE, Rejected("30007"))
    await stage.play()
    ending = await stage.notice(supersedes=[notice.id], tells_heard_of=[notice.id], expires=None)
    await stage.play()
    assert await stage.states(ending) == {}
    await say(stage, "proof", Word.DELIVERED, key=Key(notice.id, 1))
    await stage.play()
    assert await stage.states(ending) == {"accepted": 1}


def during(stage: Stage, receipt_for: ReceiptFor) -> None:
    """Let the next SMS batch be followed by a receipt for each, before the engine has recorded anything."""
    talkative = TalkativeChannel(receipt_for)
    quiet = stage.channels["sms"]
    talkative.sent = quiet.sent
    talkative._sink, talkative._count = quiet._sink, quiet._count
    stage.channels["sms"] = talkative


class TalkativeChannel(MemoryChannel):
    """Its provider answers faster than we write."""

    def __init__(self, receipt_for: ReceiptFor) -> None:
        super().__init__(name="sms", abilities=SMS)
        self._receipt_for = receipt_for
        self._said = False

    async def send(self, batch: Sequence[Outgoing]) -> AsyncIterator[Outcome]:
        outcomes = [outcome async for outcome in super().send(batch)]
        if not self._said:
            self._said = True
            await self.say(*(self._receipt_for(outcome.key) for outcome in outcomes))
        for outcome in outcomes:
            yield outcome


class Prompt(MemoryChannel):
    """A provider whose receipts are here while we still write down that it took the sending."""

    def __init__(self) -> None:
        super().__init__(name="sms", abilities=SMS)
        self.saying: list[asyncio.Task[None]] = []

    async def send(self, batch: Sequence[Outgoing]) -> AsyncIterator[Outcome]:
        async for outcome in super().send(batch):
            yield outcome
            assert isinstance(outcome.result, Accepted)
            receipt = Receipt("memory", outcome.result.provider_id, Word.DELIVERED, "delivered", key=outcome.key)
            self.saying.append(asyncio.create_task(self.say(receipt)))


async def test_receipts_and_our_own_record_never_wait_for_each_other(postgresql: Database) -> None:
    """Rows are locked in one order, whoever writes first; else the database would throw one of the two away."""
    async with AsyncExitStack() as stack:
        stage = Stage(postgresql)
        channel = stage.channels["sms"] = Prompt()
        await stage.start(stack)
        await World(postgresql).area("36", "Checao")
        await crowd(postgresql, 1, 10, "sms")
        for _ in range(12):
            notice = await stage.notice("residents(36)", policy=Policy(("sms",)))
            with capture_logs() as logs:
                await stage.play()
                await asyncio.gather(*channel.saying)
            assert not [line for line in logs if line["event"] in {"record.refused", "receipts.failed"}]
            assert await stage.states(notice) == {"delivered": 10}
