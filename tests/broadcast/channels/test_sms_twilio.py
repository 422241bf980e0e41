"""Twilio's own ways: signed call-backs in any order, what its codes mean, validity, the base address."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from twilio.request_validator import RequestValidator

from broadcast.channels.base import Accepted, Outcome, Outgoing, Receipt, WebhookCall, Word
from broadcast.channels.errors import Gone, Rejected, SendError, Throttled, Unreachable
from broadcast.channels.sms_twilio.channel import TwilioChannel
from broadcast.channels.sms_twilio.meanings import CODES, failure
from broadcast.channels.sms_twilio.settings import TwilioSettings
from broadcast.channels.twilio_account import refusals
from broadcast.channels.twilio_account.refusals import refusal
from broadcast.content.message import Message
from broadcast.deliveries import Key
from ground.clock import SECOND, HandClock
from sandbox.serving import World
from sandbox.twilio.server import SENDER, TwilioPeer
from tests.contracts.channels.peer_harness import new_world, sink_into
from tests.hooks import Hooks

NOW = 1_624_852_800_000
PHONE = "+99900000001"


@dataclass
class Stage:
    world: World
    peer: TwilioPeer
    channel: TwilioChannel
    hooks: Hooks
    receipts: list[Receipt]

    async def send(self, **changes: Any) -> Outcome:
        outgoing = Outgoing(**{"key": Key(7, 3), "address": PHONE, "message": Message("暴雨红色预警"), **changes})
        [outcome] = [outcome async for outcome in self.channel.send([outgoing])]
        return outcome

    @property
    def callback(self) -> str:
        return f"{self.hooks.url}/hooks/twilio/status?key=7.3"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        world = new_world(tmp_path, stack)
        peer, hooks, receipts = TwilioPeer(world), Hooks(), list[Receipt]()
        told = await peer.start(stack)
        await hooks.start(stack)
        settings = TwilioSettings(peer.account, peer.token, SENDER, base_url=told["url"], per_second=100)
        channel = TwilioChannel(settings, hooks.url, HandClock(NOW))
        await channel.start(stack, sink_into(receipts))
        hooks.mount(channel.webhooks)
        yield Stage(world, peer, channel, hooks, receipts)


async def test_every_status_comes_back_with_the_deliverys_key(stage: Stage) -> None:
    outcome = await stage.send()
    await stage.peer.callbacks.quiet()
    assert isinstance(outcome.result, Accepted)
    assert [receipt.detail for receipt in stage.receipts] == ["queued", "sent", "delivered"]
    assert {receipt.key for receipt in stage.receipts} == {Key(7, 3)}
    assert {receipt.provider_id for receipt in stage.receipts} == {outcome.result.provider_id}


async def test_a_receipt_may_come_before_our_own_record_and_after_a_later_one(stage: Stage) -> None:
    stage.peer.receipt_order = ("delivered", "sent", "sent", "queued")
    stage.peer.receipt_delay = 0.0
    await stage.send()
    await stage.peer.callbacks.quiet()
    assert [receipt.word for receipt in stage.receipts] == [Word.DELIVERED, Word.PROGRESS, Word.PROGRESS, Word.ACCEPTED]


async def test_a_phone_that_is_off_is_a_failure_to_be_tried_again(stage: Stage) -> None:
    stage.peer.phones.off.add(PHONE)
    outcome = await stage.send()
    await stage.peer.callbacks.quiet()
    assert isinstance(outcome.result, Accepted)
    last = stage.receipts[-1]
    assert (last.word, last.code, last.error) == (Word.FAILED, "30003", Unreachable("handset_unreachable"))


@pytest.mark.parametrize(
    ("code", "means"),
    [
        (21211, Gone("number_invalid")),
        (21610, Gone("stopped", stopped=True)),
        (21614, Gone("not_mobile")),
        (21611, Throttled("sender_queue_full", 60.0)),
        (21408, Rejected("region_off")),
    ],
)
async def test_a_code_that_is_said_at_once_has_its_meaning(stage: Stage, code: int, means: SendError) -> None:
    stage.peer.phones.errors[PHONE] = code
    assert (await stage.send()).result == means


@pytest.mark.parametrize(
    ("code", "means"),
    [
        ("30005", Gone("number_unknown")),
        ("30006", Gone("landline")),
        ("30007", Rejected("filtered")),
        ("30036", Rejected("expired")),
        ("", Unreachable("unknown")),
        ("99999", Unreachable("unknown")),
        ("三", Unreachable("unknown")),
    ],
)
def test_a_code_that_is_said_later_has_its_meaning(code: str, means: SendError) -> None:
    assert failure("undelivered", code) == means


@pytest.mark.parametrize(
    ("status", "code", "means"),
    [
        (429, None, Throttled("api_rate", 1.0)),
        (401, 20003, Unreachable("account_refused")),
        (404, None, Unreachable("account_refused")),
        (500, 500, Unreachable("provider_down")),
        (504, 504, Unreachable("provider_down", maybe_accepted=True)),
        (400, 12345, Rejected("refused")),
    ],
)
def test_what_has_no_code_of_its_own_is_judged_by_its_status(status: int, code: int | None, means: SendError) -> None:
    assert refusal(status, code, {**refusals.CODES, **CODES}) == means


def test_only_a_number_of_that_person_can_close_an_address() -> None:
    gone = {code for code, means in CODES.items() if isinstance(means, Gone)}
    assert gone == {21211, 21265, 21610, 21614, 21635, 30005, 30006}


async def test_who_told_the_carrier_to_stop_is_stopped_and_not_gone(stage: Stage) -> None:
    stage.peer.phones.heard_from(PHONE, " stop ")
    assert (await stage.send()).result == Gone("stopped", stopped=True)
    stage.peer.phones.heard_from(PHONE, "START")
    assert isinstance((await stage.send()).result, Accepted)


@pytest.mark.parametrize(("seconds", "validity"), [(90, 90), (1, 1), (10_000_000, 36_000)])
async def test_twilio_keeps_a_warning_no_longer_than_it_is_valid(stage: Stage, seconds: int, validity: int) -> None:
    await stage.send(expires=NOW + seconds * SECOND)
    [entry] = stage.world.ledger.entries()
    assert entry.facts["asked"]["ValidityPeriod"] == str(validity)


@pytest.mark.parametrize("late", [0, 1, 10_000])
async def test_what_has_expired_is_not_sent(stage: Stage, late: int) -> None:
    assert (await stage.send(expires=NOW - late)).result == Rejected("expired")
    assert len(stage.world.ledger) == 0


async def test_a_call_back_that_nobody_signed_is_turned_away(stage: Stage) -> None:
    form = stage.peer.status_form("SM1", PHONE, "delivered", None)
    async with httpx.AsyncClient() as stranger:
        for signature in ("", "bm90IHNpZ25lZA=="):
            answer = await stranger.post(stage.callback, data=form, headers={"X-Twilio-Signature": signature})
            assert answer.status_code == 403
        assert (await stranger.get(stage.callback)).status_code == 404
    assert stage.receipts == []


async def test_a_signed_call_back_cannot_be_moved_to_another_delivery(stage: Stage) -> None:
    form = stage.peer.status_form("SM1", PHONE, "delivered", None)
    signature = RequestValidator(stage.peer.token).compute_signature(stage.callback, form)
    async with httpx.AsyncClient() as stranger:
        moved = stage.callback.replace("7.3", "7.4")
        answer = await stranger.post(moved, data=form, headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 403
        answer = await stranger.post(stage.callback, data=form, headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 204


@pytest.mark.parametrize(
    "signed", ["https://hub.example/hooks/twilio/status?key=7.3", "https://hub.example:443/hooks/twilio/status?key=7.3"]
)
@pytest.mark.parametrize(
    "seen", ["https://hub.example/hooks/twilio/status?key=7.3", "https://hub.example:443/hooks/twilio/status?key=7.3"]
)
async def test_a_signature_holds_with_and_without_the_default_port(stage: Stage, signed: str, seen: str) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "delivered", "FromCity": ""}
    signature = RequestValidator(stage.peer.token).compute_signature(signed, form)
    body = b"MessageSid=SM1&MessageStatus=delivered&FromCity="
    [door] = stage.channel.webhooks
    answer = await door.answer(WebhookCall("POST", seen, {"x-twilio-signature": signature}, {"key": "7.3"}, body))
    assert answer.status == 204
    assert stage.receipts[0].key == Key(7, 3)


@pytest.mark.parametrize(
    ("status", "sid", "expected"), [("dancing", "SM1", 400), ("sent", "", 400), ("sent", "SM1", 204)]
)
async def test_a_call_back_that_says_nothing_known_is_refused(
    stage: Stage, status: str, sid: str, expected: int
) -> None:
    form = stage.peer.status_form(sid, PHONE, status, None)
    assert await stage.peer.callbacks.bring(stage.callback, form) == expected


async def test_a_foreign_mark_is_no_key(stage: Stage) -> None:
    url = stage.callback.replace("7.3", "x")
    await stage.peer.callbacks.bring(url, stage.peer.status_form("SM1", PHONE, "sent", None))
    assert stage.receipts[0].key is None


@pytest.mark.parametrize(
    ("sender", "field"), [(SENDER, "From"), ("MG00000000000000000000000000000000", "MessagingServiceSid")]
)
async def test_a_sender_is_a_number_or_a_service(tmp_path: Path, sender: str, field: str) -> None:
    async with AsyncExitStack() as stack:
        world = new_world(tmp_path, stack)
        peer = TwilioPeer(world)
        told = await peer.start(stack)
        settings = TwilioSettings(peer.account, peer.token, sender, base_url=told["url"])
        channel = TwilioChannel(settings, "http://127.0.0.1:9", HandClock(NOW))
        await channel.start(stack, sink_into([]))
        async for _ in channel.send([Outgoing(Key(1, 1), PHONE, Message("一条"))]):
            pass
        assert [entry.facts["asked"] for entry in world.ledger.entries()] == [{field: sender}]
