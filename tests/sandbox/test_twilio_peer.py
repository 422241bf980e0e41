"""The Twilio of the sandbox, tried with bare HTTP and with Twilio's own validator of signatures."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from aiohttp import web
from twilio.request_validator import RequestValidator

from sandbox.clock import StoryTime
from sandbox.direction import direction
from sandbox.ledger import Ledger
from sandbox.serving import World, serve
from sandbox.twilio.server import SENDER, TwilioPeer
from sandbox.twilio.signing import signature

PHONE = "+99900000001"


class Outside:
    """A peer, a customer's server that checks signatures by Twilio's validator, and the director's door."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.peer = TwilioPeer(world)
        self.called: list[dict[str, str]] = []
        self.refusing = 0

    async def start(self, stack: AsyncExitStack) -> None:
        told = await self.peer.start(stack)
        customer = web.Application()
        customer.router.add_post("/{path:.*}", self._called)
        self.customer = await serve(customer, stack)
        control = await serve(direction(self.world, [self.peer]), stack)
        self.director = await stack.enter_async_context(httpx.AsyncClient(base_url=f"{control}/_sandbox/twilio"))
        credentials = (told["account_sid"], told["auth_token"])
        base = f"{told['url']}/2010-04-01/Accounts/{told['account_sid']}"
        self.api = await stack.enter_async_context(httpx.AsyncClient(base_url=base, auth=credentials))

    async def send(self, to: str, body: str = "暴雨", **more: str) -> httpx.Response:
        return await self.api.post("/Messages.json", data={"To": to, "From": SENDER, "Body": body, **more})

    async def _called(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        signed = RequestValidator(self.peer.token).validate(
            f"{self.customer}{request.path_qs}", form, request.headers["X-Twilio-Signature"]
        )
        if self.refusing:
            self.refusing -= 1
            return web.Response(status=500)
        self.called.append(form)
        return web.Response(status=204 if signed else 403)


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[Outside]:
    async with AsyncExitStack() as stack:
        time = StoryTime()
        outside = Outside(World(tmp_path, time, stack.enter_context(Ledger(tmp_path / "ledger.jsonl", time))))
        await outside.start(stack)
        yield outside


@pytest.mark.parametrize(
    ("caller", "signed"),
    [("+12349013030", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="), ("+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8=")],
)
def test_it_signs_as_twilio_documents_it(caller: str, signed: str) -> None:
    form = {"CallSid": "CA1234567890ABCDE", "Caller": caller, "Digits": "1234", "From": caller, "To": "+18005551212"}
    assert signature("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", form) == signed


async def test_a_message_is_taken_kept_and_reported(outside: Outside) -> None:
    answer = await outside.send(PHONE, StatusCallback=f"{outside.customer}/status?key=7.3")
    assert answer.status_code == 201
    await outside.peer.callbacks.quiet()
    assert [form["MessageStatus"] for form in outside.called] == ["queued", "sent", "delivered"]
    [entry] = outside.world.ledger.entries()
    assert (entry.address, entry.text, entry.mark, entry.provider_id) == (PHONE, "暴雨", "7.3", answer.json()["sid"])


async def test_call_backs_are_signed_and_brought_again_until_they_are_taken(outside: Outside) -> None:
    outside.refusing = 2
    await outside.send(PHONE, StatusCallback=f"{outside.customer}/status?key=7.3")
    await outside.peer.callbacks.quiet()
    assert len(outside.called) == 3


async def test_an_inbound_text_is_brought_signed(outside: Outside) -> None:
    await outside.director.post("/sms_url", json={"url": f"{outside.customer}/inbound"})
    brought = await outside.director.post("/sms", json={"from": PHONE, "body": "收到"})
    assert brought.json()["answer"] == 204
    assert outside.called[0]["Body"] == "收到"


@pytest.mark.parametrize(
    ("to", "body", "more", "code"),
    [
        ("12345", "x", {}, 21211),
        (PHONE, "", {}, 21602),
        (PHONE, "x" * 1601, {}, 21617),
        (PHONE, "x", {"ValidityPeriod": "0"}, 90007),
    ],
)
async def test_what_twilio_would_refuse_is_refused(
    outside: Outside, to: str, body: str, more: dict[str, str], code: int
) -> None:
    answer = await outside.send(to, body, **more)
    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert len(outside.world.ledger) == 0


async def test_a_phone_that_is_off_receives_nothing(outside: Outside) -> None:
    await outside.director.post("/phone", json={"number": PHONE, "off": True})
    await outside.send(PHONE, StatusCallback=f"{outside.customer}/status?key=7.3")
    await outside.director.post("/quiet")
    assert outside.called[-1]["ErrorCode"] == "30003"
    assert len(outside.world.ledger) == 0


async def test_the_carrier_obeys_stop_and_start(outside: Outside) -> None:
    await outside.director.post("/sms", json={"from": PHONE, "body": "Stop"})
    assert (await outside.send(PHONE)).json()["code"] == 21610
    await outside.director.post("/sms", json={"from": PHONE, "body": "START"})
    assert (await outside.send(PHONE)).status_code == 201


async def test_a_stranger_is_refused(outside: Outside) -> None:
    async with httpx.AsyncClient(base_url=outside.api.base_url, auth=("AC0", "x")) as stranger:
        answer = await stranger.post("/Messages.json", data={"To": PHONE, "Body": "x"})
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


async def test_faults_come_as_ordered(outside: Outside) -> None:
    await outside.director.post("/faults", json={"kind": "rubbish", "times": 1})
    assert (await outside.send(PHONE)).text.startswith("<html>")
    await outside.director.post("/faults", json={"kind": "throttle", "times": 1})
    assert (await outside.send(PHONE)).status_code == 429
    await outside.director.post("/faults", json={"kind": "delay", "times": 1, "seconds": 0.2})
    clock = asyncio.get_running_loop()
    before = clock.time()
    assert (await outside.send(PHONE)).status_code == 201
    assert clock.time() - before >= 0.2
    assert len(outside.world.ledger) == 2
