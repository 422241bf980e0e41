"""The telephones of the sandbox, tried with Twilio's own SDK and TwiML written by it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiohttp import web
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.twiml.voice_response import Gather, VoiceResponse

from sandbox.clock import StoryTime
from sandbox.direction import direction
from sandbox.ledger import Ledger
from sandbox.serving import World, serve
from sandbox.twilio.server import SENDER, TwilioPeer

PHONE = "+99900000001"
EVENTS = ["initiated", "ringing", "answered", "completed"]
WARNING = "荷湖乡暴雨红色预警，马上离开山边。"


class Rebased(TwilioHttpClient):  # type: ignore[misc]  # the SDK has no types
    """The SDK's own client, sent to the sandbox."""

    def __init__(self, base: str) -> None:
        super().__init__(pool_connections=False)
        self._base = base

    def request(self, method: str, uri: str, *rest: Any, **more: Any) -> Response:
        return super().request(method, uri.replace("https://api.twilio.com", self._base), *rest, **more)


class Outside:
    """A peer, the SDK, a customer's server whose TwiML is scripted, and the director's door."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.peer = TwilioPeer(world)
        self.called: list[tuple[str, dict[str, str]]] = []
        self.documents: dict[str, VoiceResponse] = {}

    async def start(self, stack: AsyncExitStack) -> None:
        told = await self.peer.start(stack)
        self.sdk = Client(told["account_sid"], told["auth_token"], http_client=Rebased(told["url"]))
        customer = web.Application()
        customer.router.add_post("/{path:.*}", self._called)
        self.customer = await serve(customer, stack)
        control = await serve(direction(self.world, [self.peer]), stack)
        self.director = await stack.enter_async_context(httpx.AsyncClient(base_url=f"{control}/_sandbox/twilio"))

    async def place(self, to: str = PHONE, **more: Any) -> Any:
        asked = {"twiml": str(message()), "status_callback": f"{self.customer}/status?key=7.3"} | more
        events = {"status_callback_event": EVENTS}
        return await asyncio.to_thread(lambda: self.sdk.calls.create(to=to, from_=SENDER, **events, **asked))

    async def end(self, sid: str, status: str) -> Any:
        return await asyncio.to_thread(lambda: self.sdk.calls(sid).update(status=status))

    async def until(self, sid: str, status: str) -> None:
        async with asyncio.timeout(20):
            while True:
                if (await asyncio.to_thread(self.sdk.calls(sid).fetch)).status == status:
                    return
                await asyncio.sleep(0.01)

    async def phone(self, number: str = PHONE, **manner: Any) -> None:
        answer = await self.director.post("/telephone", json={"number": number, **manner})
        assert answer.is_success

    async def statuses(self) -> list[str]:
        await self.director.post("/quiet")
        return [form["CallStatus"] for path, form in self.called if path == "/status"]

    async def _called(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        url, signed = f"{self.customer}{request.path_qs}", request.headers["X-Twilio-Signature"]
        if not RequestValidator(self.peer.token).validate(url, form, signed):
            return web.Response(status=403)
        self.called.append((request.path, form))
        document = self.documents.get(request.path)
        return web.Response(text=str(document), content_type="text/xml") if document else web.Response(status=204)


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[Outside]:
    async with AsyncExitStack() as stack:
        ledger = stack.enter_context(Ledger(tmp_path / "ledger.jsonl", StoryTime()))
        outside = Outside(World(tmp_path, StoryTime(), ledger))
        await outside.start(stack)
        yield outside


def message(to: str = "") -> VoiceResponse:
    response = VoiceResponse()
    response.say("您好。", language="cmn-CN")
    response.say(WARNING, language="cmn-CN")
    if to:
        response.redirect(to)
    return response


def question(action: str) -> VoiceResponse:
    response = VoiceResponse()
    gather = Gather(num_digits=1, timeout=4, action=action)
    gather.say("收到请按1。")
    response.append(gather)
    response.say("没有听到。")
    return response


async def test_a_call_rings_is_answered_and_heard_to_its_end(outside: Outside) -> None:
    call = await outside.place()
    assert call.status in {"queued", "initiated", "ringing"}
    assert await outside.statuses() == ["initiated", "ringing", "in-progress", "completed"]
    [heard] = outside.world.ledger.entries(channel="voice")
    assert (heard.address, heard.provider_id, heard.mark) == (PHONE, call.sid, "7.3")
    assert heard.text == f"您好。\n{WARNING}"
    assert heard.facts["said"] == ["您好。", WARNING]
    assert heard.facts["to_the_end"] is True
    assert heard.facts["seconds"] == pytest.approx((3 + len(WARNING)) / 4.5, abs=0.1)


async def test_whoever_hangs_up_early_has_heard_a_part(outside: Outside) -> None:
    await outside.phone(hangs_up_after=2.0)
    outside.documents["/heard"] = question("/key")
    await outside.place(twiml=str(message(f"{outside.customer}/heard")))
    assert (await outside.statuses())[-1] == "completed"
    [heard] = outside.world.ledger.entries()
    assert heard.facts["to_the_end"] is False
    assert heard.facts["seconds"] == 2.0
    assert WARNING.startswith(heard.facts["said"][-1])
    assert WARNING not in heard.text
    assert [path for path, _ in outside.called if path == "/heard"] == []


async def test_a_key_is_pressed_when_it_is_asked_for(outside: Outside) -> None:
    await outside.phone(keys="1")
    outside.documents |= {"/heard": question("/key"), "/key": message()}
    await outside.place(twiml=str(message(f"{outside.customer}/heard")))
    await outside.statuses()
    [pressed] = [form for path, form in outside.called if path == "/key"]
    assert pressed["Digits"] == "1"
    said = [entry.text for entry in outside.world.ledger.entries(channel="voice_talk")]
    assert said == ["收到请按1。", f"您好。\n{WARNING}"]


@pytest.mark.parametrize("manner", [{"keys": ""}, {"keys": " "}, {"keys": "1", "too_early": True}])
async def test_without_a_key_in_time_the_document_goes_on(outside: Outside, manner: dict[str, Any]) -> None:
    await outside.phone(**manner)
    outside.documents["/heard"] = question("/key")
    await outside.place(twiml=str(message(f"{outside.customer}/heard")))
    await outside.statuses()
    assert [path for path, _ in outside.called if path == "/key"] == []
    assert outside.world.ledger.entries(channel="voice_talk")[0].text == "收到请按1。\n没有听到。"


@pytest.mark.parametrize(
    ("manner", "statuses", "sip"),
    [
        ({"busy": True}, ["initiated", "busy"], "486"),
        ({"off": True}, ["initiated", "no-answer"], "480"),
        ({"unassigned": True}, ["initiated", "failed"], "404"),
        ({"rings": 99}, ["initiated", "ringing", "no-answer"], "487"),
    ],
)
async def test_a_call_that_reaches_nobody_says_why(
    outside: Outside, manner: dict[str, Any], statuses: list[str], sip: str
) -> None:
    await outside.phone(**manner)
    await outside.place()
    assert await outside.statuses() == statuses
    assert outside.called[-1][1]["SipResponseCode"] == sip
    assert len(outside.world.ledger) == 0


async def test_some_answer_only_at_the_third_call(outside: Outside) -> None:
    await outside.phone(from_call=3)
    ends = []
    for _ in range(3):
        await outside.place()
        ends.append((await outside.statuses())[-1])
    assert ends == ["no-answer", "no-answer", "completed"]


async def refusal(asking: Callable[[], Awaitable[Any]]) -> tuple[int, int]:
    with pytest.raises(TwilioRestException) as refused:
        await asking()
    return refused.value.status, refused.value.code


@pytest.mark.parametrize(
    ("to", "more", "code"),
    [("12345", {}, 21217), (PHONE, {"twiml": "x" * 4001}, 21205), ("", {}, 21201)],
)
async def test_what_twilio_would_refuse_is_refused(outside: Outside, to: str, more: dict[str, Any], code: int) -> None:
    assert await refusal(lambda: outside.place(to, **more)) == (400, code)


async def test_a_number_may_be_invalid_to_the_api(outside: Outside) -> None:
    await outside.phone(invalid=True)
    assert await refusal(outside.place) == (400, 21217)


async def test_more_calls_a_second_than_allowed_are_refused(outside: Outside) -> None:
    await outside.director.post("/voice", json={"per_second": 0})
    assert await refusal(outside.place) == (429, 20429)
    await outside.director.post("/voice", json={"per_second": 1})
    assert (await outside.place()).sid.startswith("CA")


async def test_more_calls_at_once_than_there_are_lines_are_refused(outside: Outside) -> None:
    await outside.director.post("/voice", json={"lines": 1, "pace": 10})
    await outside.place()
    assert await refusal(outside.place) == (429, 10004)


async def test_a_ringing_call_can_be_called_back_and_an_answered_one_is_left_alone(outside: Outside) -> None:
    await outside.director.post("/voice", json={"pace": 10})
    ringing = await outside.place()
    assert (await outside.end(ringing.sid, "canceled")).status == "canceled"
    assert await outside.statuses() == ["initiated", "ringing", "canceled"]
    assert len(outside.world.ledger) == 0
    assert await refusal(lambda: outside.end(ringing.sid, "canceled")) == (400, 21220)
    await outside.phone(rings=0)
    talking = await outside.place()
    await outside.until(talking.sid, "in-progress")
    assert (await outside.end(talking.sid, "canceled")).status == "in-progress"
    assert (await outside.end(talking.sid, "completed")).status == "completed"


async def test_somebody_rings_up_listens_and_presses(outside: Outside) -> None:
    await outside.director.post("/voice", json={"url": f"{outside.customer}/voice"})
    outside.documents |= {"/voice": question("/key"), "/key": message()}
    told = (await outside.director.post("/ring_up", json={"from": PHONE, "keys": "2"})).json()
    assert (told["pressed"], told["status"]) == ("2", "completed")
    assert [(path, form.get("Digits"), form["Direction"]) for path, form in outside.called] == [
        ("/voice", None, "inbound"),
        ("/key", "2", "inbound"),
    ]
    assert [entry.channel for entry in outside.world.ledger.entries()] == ["voice_talk", "voice_talk"]


async def test_a_stranger_places_no_call(outside: Outside) -> None:
    outside.sdk = Client("AC0", "x", http_client=outside.sdk.http_client)
    assert await refusal(outside.place) == (401, 20003)
