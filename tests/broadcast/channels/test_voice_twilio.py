"""Calls through Twilio, their own ways: lines, calling back what rings, what its statuses and codes mean, documents."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
from twilio.request_validator import RequestValidator

from broadcast.channels.base import Accepted, Outcome, Outgoing, Recalling, Receipt, WebhookCall, Word
from broadcast.channels.errors import Gone, Rejected, SendError, Throttled, Unreachable
from broadcast.channels.kind import Surroundings
from broadcast.channels.telephony import Next, Speech, Thread
from broadcast.channels.twilio_account.refusals import refusal
from broadcast.channels.voice_twilio.channel import VoiceChannel
from broadcast.channels.voice_twilio.meanings import CODES, end
from broadcast.channels.voice_twilio.settings import VoiceSettings
from broadcast.channels.voice_twilio.twiml import Documents, carried, thread_in
from broadcast.content.message import Audio, Message
from broadcast.deliveries import Key
from ground.clock import HandClock
from ground.transaction import Database
from sandbox.serving import World
from sandbox.twilio.server import SENDER, TwilioPeer
from sandbox.twilio.telephony.handsets import Manner
from tests.contracts.channels.peer_harness import new_world, sink_into
from tests.hooks import Hooks

NOW = 1_624_852_800_000
PHONE = "+99900000001"
GONG = Audio("a" * 64, "audio/wav", 44, 1_000)


@dataclass
class Stage:
    world: World
    peer: TwilioPeer
    channel: VoiceChannel
    hooks: Hooks
    receipts: list[Receipt]

    async def send(self, **changes: Any) -> Outcome:
        outgoing = Outgoing(**{"key": Key(7, 3), "address": PHONE, "message": Message("暴雨红色预警。"), **changes})
        [outcome] = [outcome async for outcome in self.channel.send([outgoing])]
        return outcome

    async def call(self, **manner: Any) -> list[str]:
        """Call a telephone that behaves so, and return what came of it, step by step."""
        self.peer.exchange.handsets.manners[PHONE] = Manner(**manner)
        await self.send()
        await self.peer.exchange.quiet()
        return [receipt.detail for receipt in self.receipts]

    def form(self, **changes: str) -> dict[str, str]:
        return {"CallSid": "CA1", "CallStatus": "busy", "To": PHONE, "Direction": "outbound-api", **changes}

    def url(self, step: str) -> str:
        return f"{self.hooks.url}/hooks/twilio/voice/{step}?key=7.3&line=x"


@pytest.fixture
async def stage(tmp_path: Path, sqlite: Database) -> AsyncIterator[Stage]:
    async with staged(tmp_path, sqlite) as stage:
        yield stage


class staged(AsyncExitStack):  # noqa: N801 - it is used like a function
    """A channel with its telephones; settings may be changed."""

    def __init__(self, folder: Path, database: Database, **changes: Any) -> None:
        super().__init__()
        self._folder, self._database, self._changes = folder, database, changes

    async def __aenter__(self) -> Stage:  # type: ignore[override]  # what is entered is the stage
        world = new_world(self._folder, self)
        peer, hooks, receipts = TwilioPeer(world), Hooks(), list[Receipt]()
        told = await peer.start(self)
        await hooks.start(self)
        settings = VoiceSettings(peer.account, peer.token, SENDER, base_url=told["url"], calls_per_second=100)
        around = Surroundings(HandClock(NOW), self._database, hooks.url, self._folder)
        channel = VoiceChannel(replace(settings, **self._changes), around)
        await channel.start(self, sink_into(receipts))
        hooks.mount(channel.webhooks)
        return Stage(world, peer, channel, hooks, receipts)


async def test_every_step_of_a_call_comes_back_with_the_deliverys_key(stage: Stage) -> None:
    assert await stage.call() == ["initiated", "ringing", "in-progress", "played"]
    assert {receipt.key for receipt in stage.receipts} == {Key(7, 3)}
    assert [receipt.word for receipt in stage.receipts] == [Word.PROGRESS] * 3 + [Word.DELIVERED]


@pytest.mark.parametrize(
    ("manner", "error"),
    [
        ({"hangs_up_after": 2.0}, Unreachable("hung_up", again_in=60.0)),
        ({"busy": True}, Unreachable("busy", again_in=60.0)),
        ({"rings": 99}, Unreachable("no_answer", again_in=60.0)),
        ({"off": True}, Unreachable("off", again_in=60.0)),
        ({"unassigned": True}, Gone("invalid")),
    ],
)
async def test_a_call_that_was_not_heard_to_its_end_failed_for_a_reason(
    stage: Stage, manner: dict[str, Any], error: SendError
) -> None:
    details = await stage.call(**manner)
    last = stage.receipts[-1]
    assert (last.word, last.error, details[-1]) == (Word.FAILED, error, error.reason)
    assert Word.DELIVERED not in {receipt.word for receipt in stage.receipts}


async def test_whoever_hangs_up_amid_the_question_has_heard_the_message(stage: Stage) -> None:
    assert (await stage.call(hangs_up_after=9.0))[-1] == "played"


@pytest.mark.parametrize(
    ("status", "sip", "means"),
    [
        ("no-answer", "", Unreachable("no_answer", again_in=1.0)),
        ("failed", "503", Unreachable("failed", again_in=1.0)),
        ("failed", "", Unreachable("failed", again_in=1.0)),
        ("failed", "484", Gone("invalid")),
        ("canceled", "487", Rejected("canceled")),
    ],
)
def test_a_status_has_its_meaning(status: str, sip: str, means: SendError) -> None:
    assert end(status, sip, 1.0) == means


@pytest.mark.parametrize(
    ("code", "means"),
    [
        (10004, Throttled("no_line", 10.0)),
        (20429, Throttled("api_rate", 1.0)),
        (20003, Unreachable("account_refused")),
        (21210, Unreachable("sender_refused")),
        (21215, Rejected("region_off")),
        (21217, Gone("invalid")),
    ],
)
def test_a_code_has_its_meaning(stage: Stage, code: int, means: SendError) -> None:
    assert refusal(400, code, stage.channel.account._codes) == means


def test_only_a_number_of_that_person_can_close_an_address() -> None:
    assert {code for code, means in CODES.items() if isinstance(means, Gone)} == {13223, 13224, 21211, 21217}


async def test_a_call_that_rings_is_called_back_and_its_line_is_free_again(tmp_path: Path, sqlite: Database) -> None:
    async with staged(tmp_path, sqlite, lines=1) as stage:
        assert isinstance(stage.channel, Recalling)
        stage.peer.exchange.pace = 100.0
        first = (await stage.send()).result
        assert isinstance(first, Accepted)
        assert await stage.channel.cancel(first.account, first.provider_id)
        await stage.peer.exchange.quiet()
        assert stage.receipts[-1].error == Rejected("canceled")
        assert len(stage.world.ledger) == 0
        stage.peer.exchange.pace = 0.001
        assert isinstance((await stage.send()).result, Accepted)


async def test_what_is_answered_over_or_unknown_cannot_be_called_back(stage: Stage) -> None:
    await stage.call()
    [sid] = stage.peer.exchange.calls
    account = stage.channel.account_name
    assert not await stage.channel.cancel(account, sid)
    assert not await stage.channel.cancel(account, "CA0")
    assert not await stage.channel.cancel("AC1", sid)


async def test_no_more_calls_at_once_than_there_are_lines(tmp_path: Path, sqlite: Database) -> None:
    async with staged(tmp_path, sqlite, lines=2, patience=30) as stage:
        stage.peer.exchange.lines = 2  # the exchange would refuse a third
        batch = [Outgoing(Key(7, n), f"+9990000000{n}", Message("暴雨红色预警。")) for n in range(1, 8)]
        results = [outcome.result async for outcome in stage.channel.send(batch)]
        assert [type(result) for result in results] == [Accepted] * 7


async def test_who_gets_no_line_in_time_is_throttled_and_tried_later(tmp_path: Path, sqlite: Database) -> None:
    async with staged(tmp_path, sqlite, lines=1, patience=0.1) as stage:
        stage.peer.exchange.pace = 100.0
        await stage.send()
        result = (await stage.send(key=Key(7, 4), address="+99900000002")).result
        assert isinstance(result, Throttled)


async def test_a_line_of_a_call_whose_end_is_never_told_is_free_in_the_end(tmp_path: Path, sqlite: Database) -> None:
    async with staged(tmp_path, sqlite, lines=1, ring_seconds=0, longest_seconds=-30) as stage:
        stage.peer.exchange.pace = 100.0
        assert isinstance((await stage.send()).result, Accepted)
        assert isinstance((await stage.send(key=Key(7, 4))).result, Accepted)


@pytest.mark.parametrize("late", [0, 1, 10_000])
async def test_what_has_expired_is_not_called(stage: Stage, late: int) -> None:
    assert (await stage.send(expires=NOW - late)).result == Rejected("expired")
    assert stage.peer.exchange.calls == {}


async def test_what_no_document_can_carry_is_refused_here(stage: Stage) -> None:
    assert (await stage.send(message=Message("&" * 900))).result == Rejected("too_long")


async def test_what_xml_cannot_hold_does_not_stop_a_call(stage: Stage) -> None:
    await stage.send(message=Message("水\x00涨\x0b了<&\ud800🆘"))
    await stage.peer.exchange.quiet()
    [entry] = stage.world.ledger.entries(channel="voice")
    assert entry.facts["said"][1] == "水涨了<&🆘"


async def test_a_recording_is_played_and_each_language_has_its_voice(stage: Stage) -> None:
    documents = Documents({"zh_CN": "cmn-CN", "en": "en-US"}, "https://hub.example/media", "https://hub.example/k", 6)
    said = (Speech("您好", "en"), Speech("hello", "en"), Speech("暴雨", "zh_CN", GONG))
    root = ET.fromstring(documents.opening(said, "https://hub.example/heard"))  # noqa: S314 - our own
    assert [(each.tag, each.get("language"), each.text) for each in root] == [
        ("Say", "cmn-CN", "您好"),
        ("Say", "en-US", "hello"),
        ("Play", None, f"https://hub.example/media/{GONG.digest}"),
        ("Redirect", None, "https://hub.example/heard"),
    ]


def test_a_key_is_asked_for_twice_and_then_the_call_is_over() -> None:
    documents = Documents({"zh_CN": "cmn-CN"}, "", "https://hub.example/k", 6)
    thread = Thread(Key(7, 3), asked=2, rang_up=True)
    [question, again, last] = (Speech(text, "zh_CN") for text in ("按1", "再说一遍", "再见"))
    root = ET.fromstring(documents.following(Next((), thread, (question,), (again,), (last,))))  # noqa: S314 - our own
    assert [each.tag for each in root] == ["Gather", "Gather", "Say", "Hangup"]
    assert {each.get("action") for each in root.iter("Gather")} == {"https://hub.example/k?key=7.3&asked=2&rang_up=1"}


@pytest.mark.parametrize(
    "thread", [Thread(Key(7, 3)), Thread(Key(1, 2), 3, rang_up=True), Thread(Key(1, 2), 2, follows=True)]
)
def test_a_thread_comes_back_as_it_went_out(thread: Thread) -> None:
    assert thread_in(carried(thread)) == thread


@pytest.mark.parametrize("query", [{}, {"key": "x"}, {"key": "7.3", "asked": "x"}, {"asked": "1"}])
def test_what_is_no_thread_of_ours_is_none(query: dict[str, str]) -> None:
    assert thread_in(query) is None


@pytest.mark.parametrize("step", ["status", "heard"])
async def test_a_call_back_that_nobody_signed_or_that_was_moved_is_turned_away(stage: Stage, step: str) -> None:
    form = stage.form()
    signature = RequestValidator(stage.peer.token).compute_signature(stage.url(step), form)
    async with httpx.AsyncClient() as stranger:
        for url, mark in ((stage.url(step), ""), (stage.url(step).replace("7.3", "7.4"), signature)):
            answer = await stranger.post(url, data=form, headers={"X-Twilio-Signature": mark})
            assert answer.status_code == 403
    assert stage.receipts == []


@pytest.mark.parametrize("changes", [{"CallStatus": "dancing"}, {"CallSid": ""}])
async def test_a_status_that_says_nothing_known_is_refused(stage: Stage, changes: dict[str, str]) -> None:
    assert await stage.peer.callbacks.bring(stage.url("status"), stage.form(**changes)) == 400
    assert stage.receipts == []


async def test_whoever_is_on_the_telephone_hears_a_sorry_when_the_hub_cannot_write(stage: Stage) -> None:
    async def broken(_receipts: object) -> None:
        raise OSError("the database is away")

    stage.channel._sink = broken
    said = await stage.peer.callbacks.ask(stage.url("heard"), stage.form())
    assert "电话现在有故障" in said
    stage.channel._sink = sink_into(stage.receipts)
    await stage.peer.callbacks.bring(stage.url("status"), stage.form(CallStatus="completed"))
    assert [receipt.error for receipt in stage.receipts] == [Unreachable("hung_up", again_in=60.0)]


async def test_a_signature_holds_with_and_without_the_default_port(stage: Stage) -> None:
    url = "https://hub.example/hooks/twilio/voice/status?key=7.3&line=x"
    signature = RequestValidator(stage.peer.token).compute_signature(url, {"CallSid": "CA1", "CallStatus": "busy"})
    seen = url.replace("hub.example", "hub.example:443")
    headers, query = {"x-twilio-signature": signature}, {"key": "7.3", "line": "x"}
    door = stage.channel.webhooks[0]
    answer = await door.answer(WebhookCall("POST", seen, headers, query, b"CallSid=CA1&CallStatus=busy"))
    assert answer.status == 204
    await asyncio.sleep(0)
    assert stage.receipts[0].key == Key(7, 3)
