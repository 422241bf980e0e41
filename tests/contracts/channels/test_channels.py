"""What every channel owes the engine, tried on each of them against its provider in the sandbox."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from broadcast.channels import CHANNELS
from broadcast.channels.base import Accepted, Health, Outcome, Outgoing, Probed, Word
from broadcast.channels.errors import Gone, Rejected, SendError, Throttled, Unreachable
from broadcast.channels.probing import PATIENCE
from broadcast.content.message import Choice, Message
from broadcast.deliveries import Key
from broadcast.notices import Lane
from tests.contracts.channels.harness import Harness, Trouble
from tests.contracts.channels.harnesses import HARNESSES

ALL = sorted(HARNESSES)
WITH_RECEIPTS = [name for name in ALL if HARNESSES[name].receipts]
WITH_PROVIDER = [name for name in ALL if HARNESSES[name].troubles]
LIMITED = [kind.name for kind in CHANNELS if kind.name in WITH_PROVIDER and kind.abilities.text_limit]
UNPLUGGABLE = [name for name in ALL if HARNESSES[name].provider]
THROTTLING = [name for name in ALL if Trouble.THROTTLED in HARNESSES[name].troubles]
TROUBLES = [(name, trouble) for name in ALL for trouble in sorted(HARNESSES[name].troubles)]

on = partial(pytest.mark.parametrize, "harness", indirect=True)
in_every_trouble = pytest.mark.parametrize(("harness", "trouble"), TROUBLES, indirect=["harness"])

LONG = 30.0  # seconds: what is there is answered in time on a busy machine, too
SHORT = 1.0  # seconds, where no answer is to come

CHOICES = (Choice("received", "收到"), Choice("safe", "安全"), Choice("need_help", "求助"))


@pytest.fixture(params=ALL)
async def harness(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Harness]:
    slow = request.node.callspec.params.get("trouble") is Trouble.SLOW
    async with HARNESSES[request.param].start(tmp_path, SHORT if slow else LONG) as started:
        yield started


def outgoing(harness: Harness, seq: int, address: int | None = None, text: str | None = None) -> Outgoing:
    message = Message(text or f"荷湖乡北峡组，马上有滑坡危险。第{seq}号。", CHOICES)
    return Outgoing(Key(7, seq), harness.address(seq if address is None else address), message, Lane.IMMEDIATE)


async def send(harness: Harness, batch: Sequence[Outgoing]) -> list[Outcome]:
    return [outcome async for outcome in harness.channel.send(batch)]


async def send_one(harness: Harness, each: Outgoing) -> Accepted | SendError:
    [outcome] = await send(harness, [each])
    return outcome.result


def test_every_registered_channel_keeps_this_contract() -> None:
    assert {kind.name for kind in CHANNELS} <= set(HARNESSES)


async def test_every_sending_has_exactly_one_outcome(harness: Harness) -> None:
    batch = [outgoing(harness, seq) for seq in range(1, 41)]
    for lost in batch[::5]:
        await harness.lose(lost.address)
    outcomes = await send(harness, batch)
    assert sorted(outcome.key for outcome in outcomes) == [each.key for each in batch]


async def test_what_was_accepted_arrives_word_for_word(harness: Harness) -> None:
    batch = [outgoing(harness, seq) for seq in range(1, 6)]
    outcomes = await send(harness, batch)
    assert all(isinstance(outcome.result, Accepted) for outcome in outcomes)
    for each in batch:
        assert await harness.heard(each.address) == [each.message.text]


async def test_an_id_is_given_once_within_the_account(harness: Harness) -> None:
    results = [outcome.result for outcome in await send(harness, [outgoing(harness, seq) for seq in range(1, 21)])]
    accepted = [result for result in results if isinstance(result, Accepted)]
    assert len({(result.account, result.provider_id) for result in accepted}) == len(results)


async def test_the_id_that_goes_into_evidence_does_not_tell_the_address(harness: Harness) -> None:
    each = outgoing(harness, 1)
    result = await send_one(harness, each)
    assert isinstance(result, Accepted)
    assert each.address not in repr(result)


async def test_one_lost_address_stops_no_other(harness: Harness) -> None:
    batch = [outgoing(harness, seq) for seq in range(1, 6)]
    await harness.lose(batch[2].address)
    results = {outcome.key: outcome.result for outcome in await send(harness, batch)}
    assert isinstance(results.pop(batch[2].key), Gone)
    assert all(isinstance(result, Accepted) for result in results.values())


async def test_an_empty_batch_has_no_outcomes(harness: Harness) -> None:
    assert await send(harness, []) == []


async def test_an_address_that_stands_twice_in_a_batch_gets_both(harness: Harness) -> None:
    batch = [outgoing(harness, 1, address=1), outgoing(harness, 2, address=1)]
    outcomes = await send(harness, batch)
    assert all(isinstance(outcome.result, Accepted) for outcome in outcomes)
    assert sorted(await harness.heard(batch[0].address)) == sorted(each.message.text for each in batch)


async def test_the_order_of_a_batch_changes_no_outcome(harness: Harness) -> None:
    batch = [outgoing(harness, seq) for seq in range(1, 9)]
    for lost in batch[::3]:
        await harness.lose(lost.address)

    async def kinds(ordered: Sequence[Outgoing]) -> dict[Key, type]:
        return {outcome.key: type(outcome.result) for outcome in await send(harness, ordered)}

    assert await kinds(batch) == await kinds(batch[::-1])


async def test_the_longest_text_arrives_whole(harness: Harness) -> None:
    limit = harness.channel.abilities.text_limit or 4000
    each = outgoing(harness, 1, text="水" * limit)
    assert isinstance(await send_one(harness, each), Accepted)
    assert await harness.heard(each.address) == ["水" * limit]


async def test_a_drill_is_never_without_its_words(harness: Harness) -> None:
    text = "【演练】这是演练，不是真的。【演练】"
    each = Outgoing(Key(7, 1), harness.address(1), Message(text, CHOICES), drill=True)
    assert isinstance(await send_one(harness, each), Accepted)
    assert await harness.heard(each.address) == [text]


@in_every_trouble
async def test_trouble_with_one_sending_is_no_trouble_for_the_others(harness: Harness, trouble: Trouble) -> None:
    await harness.trouble(trouble)
    outcomes = await send(harness, [outgoing(harness, seq) for seq in range(1, 7)])
    assert len(outcomes) == 6
    assert sum(isinstance(outcome.result, Accepted) for outcome in outcomes) == 5


@in_every_trouble
async def test_no_trouble_of_the_provider_closes_an_address(harness: Harness, trouble: Trouble) -> None:
    await harness.trouble(trouble)
    result = await send_one(harness, outgoing(harness, 1))
    assert isinstance(result, Unreachable | Throttled)
    assert isinstance(await send_one(harness, outgoing(harness, 1)), Accepted)


@in_every_trouble
async def test_what_the_provider_may_have_taken_is_said_to_be_maybe_taken(harness: Harness, trouble: Trouble) -> None:
    await harness.trouble(trouble)
    result = await send_one(harness, outgoing(harness, 1))
    taken = bool(await harness.heard(harness.address(1)))
    assert taken == (isinstance(result, Unreachable) and result.maybe_accepted)


@on(argvalues=THROTTLING)
async def test_a_throttled_account_is_left_alone_for_as_long_as_it_was_told(harness: Harness) -> None:
    await harness.trouble(Trouble.THROTTLED)
    clock = asyncio.get_running_loop()
    result = await send_one(harness, outgoing(harness, 1))
    refused_at = clock.time()
    assert isinstance(result, Throttled)
    assert result.retry_after == 1.0
    assert isinstance(await send_one(harness, outgoing(harness, 2)), Accepted)
    assert clock.time() - refused_at >= 0.95


@on(argvalues=WITH_PROVIDER)
async def test_a_provider_that_is_away_has_taken_nothing(harness: Harness) -> None:
    await harness.unplug()
    result = await send_one(harness, outgoing(harness, 1))
    assert isinstance(result, Unreachable)
    assert not result.maybe_accepted


async def test_whoever_stops_listening_leaves_no_sending_behind(harness: Harness) -> None:
    before = asyncio.all_tasks()
    outcomes = harness.channel.send([outgoing(harness, seq) for seq in range(1, 31)])
    async for _ in outcomes:
        break
    await outcomes.aclose()  # type: ignore[attr-defined]
    await asyncio.sleep(0)
    left = {task for task in asyncio.all_tasks() - before if not task.done()}
    assert not [task for task in left if "send_one" in repr(task.get_coro())]


@on(argvalues=WITH_RECEIPTS)
async def test_receipts_name_the_delivery_by_the_mark_that_travelled(harness: Harness) -> None:
    batch = [outgoing(harness, seq) for seq in range(1, 6)]
    await send(harness, batch)
    await harness.settle()
    delivered = [receipt.key for receipt in harness.receipts if receipt.word is Word.DELIVERED]
    assert sorted(key for key in delivered if key) == [each.key for each in batch]


async def test_secrets_addresses_and_texts_are_in_no_log_and_no_repr(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    each = outgoing(harness, 1)
    await harness.lose(harness.address(2))
    with capture_logs() as logs:
        outcomes = await send(harness, [each, outgoing(harness, 2)])
        await harness.settle()
    seen = " ".join([repr(outcomes), repr(each), repr(harness.receipts), repr(logs), repr(harness.channel)])
    seen += " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("asyncio"))
    for hidden in (*harness.secrets, each.address, each.message.text):
        assert hidden not in seen


@in_every_trouble
async def test_trouble_is_told_without_secrets_addresses_and_texts(
    harness: Harness, trouble: Trouble, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    each = outgoing(harness, 1)
    await harness.trouble(trouble)
    with capture_logs() as logs:
        seen = repr(await send(harness, [each])) + repr(logs)
    seen += " ".join(record.getMessage() for record in caplog.records)
    for hidden in (*harness.secrets, each.address, each.message.text):
        assert hidden not in seen


@on(argvalues=LIMITED)
async def test_a_message_that_is_refused_says_nothing_of_its_address(harness: Harness) -> None:
    limit = harness.channel.abilities.text_limit or 0
    assert isinstance(await send_one(harness, outgoing(harness, 1, text="水" * (limit + 1))), Rejected)
    assert isinstance(await send_one(harness, outgoing(harness, 1)), Accepted)


async def probe(harness: Harness) -> Health:
    channel = harness.channel
    assert isinstance(channel, Probed)
    async with asyncio.timeout(PATIENCE + 1):
        return await channel.probe()


async def test_a_provider_that_is_there_is_found_well_and_nothing_is_sent(harness: Harness) -> None:
    assert await probe(harness) == Health(well=True)
    assert harness.receipts == []


@on(argvalues=UNPLUGGABLE)
async def test_a_provider_that_was_there_and_is_away_is_told_with_a_reason(harness: Harness) -> None:
    assert (await probe(harness)).well
    await harness.unplug()
    health = await probe(harness)
    assert not health.well
    assert health.reason


@in_every_trouble
async def test_a_provider_in_trouble_is_told_in_time_and_hurts_nobody_who_asks(
    harness: Harness, trouble: Trouble
) -> None:
    await harness.trouble(trouble, times=2)  # a question that was cut off may be asked once more by itself
    health = await probe(harness)
    assert not health.well
    assert health.reason
    later = [(await probe(harness)).well for _ in range(2)]
    assert later[-1]


@in_every_trouble
async def test_asking_tells_no_secret(harness: Harness, trouble: Trouble, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await harness.trouble(trouble)
    with capture_logs() as logs:
        seen = repr(await probe(harness)) + repr(logs)
    seen += " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("asyncio"))
    for hidden in harness.secrets:
        assert hidden not in seen
