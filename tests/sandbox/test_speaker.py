"""The fleet of the sandbox, tried from outside: put up by the director, a plain MQTT client and a signer of its own."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import aiomqtt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sandbox.__main__ import start
from sandbox.clock import StoryTime
from sandbox.ledger import Ledger
from sandbox.serving import World, serve
from tests import brokers
from tests.brokers import HOST, RunningBroker, account
from tests.ground.test_media import wav

PATIENCE = 45.0  # seconds on a busy machine
KEY = Ed25519PrivateKey.generate()
PUBLIC = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
SOUND = wav(100)


@dataclass
class Director:
    """What a test does by HTTP, and a client that speaks as the hub."""

    url: str
    broker: RunningBroker
    session: aiohttp.ClientSession
    hub: aiomqtt.Client
    sound: str
    count: int = 0

    async def put_up(self, *codes: str) -> None:
        fittings = []
        for code in codes:
            given = account(self.broker, code, "36")
            names = {"code": code, "username": given.name, "password": given.password}
            fittings.append(names | {"up": given.writes[0], "reads": given.reads})
        asked = {"host": HOST, "port": self.broker.port, "keys": [PUBLIC], "gateways": fittings}
        async with self.session.post(f"{self.url}/_sandbox/speaker/gateways", json=asked) as answer:
            assert answer.status == 204

    async def order(self, code: str, what: str) -> int:
        async with self.session.post(f"{self.url}/_sandbox/speaker/gateways/{code}/{what}") as answer:
            return answer.status

    async def get(self, path: str) -> Any:
        async with self.session.get(f"{self.url}/_sandbox/{path}") as answer:
            return await answer.json()

    async def command(self, topic: str = "mingluo/area/36", **changes: Any) -> None:
        self.count += 1
        now = StoryTime().now()
        said = {"v": 1, "id": f"n.{self.count}", "kind": "play", "counter": self.count, "target": topic}
        said |= {"drill": False, "not_before": 0, "not_after": now + 60_000, "priority": 1, "volume": 80, "repeat": 1}
        said |= {"gong": None, "audio": None, "text": "走", "stops": [], "spread_ms": 0, "notice": "n"} | changes
        payload = json.dumps(said).encode()
        envelope = {"p": base64.b64encode(payload), "s": base64.b64encode(KEY.sign(payload))}
        await self.hub.publish(topic, json.dumps({name: part.decode() for name, part in envelope.items()}))

    async def said(self, kind: str) -> dict[str, Any]:
        """Wait for the next message of a kind on any topic up."""
        async with asyncio.timeout(PATIENCE):
            async for message in self.hub.messages:
                heard: dict[str, Any] = json.loads(bytes(message.payload))
                if heard["kind"] == kind:
                    return heard
        raise AssertionError(f"nobody said {kind}")

    async def until_state(self, state: str) -> dict[str, Any]:
        while (heard := await self.said("state"))["state"] != state:
            pass
        return heard


@pytest.fixture
async def director(tmp_path: Path) -> AsyncIterator[Director]:
    async with AsyncExitStack() as stack:
        broker = await stack.enter_async_context(brokers.running("embedded", tmp_path / "broker"))
        await broker.know([account(broker, code, "36") for code in ("G1", "G2")])
        time = StoryTime()
        ledger = stack.enter_context(Ledger(tmp_path / "ledger.jsonl", time))
        told = await start(World(tmp_path / "state", time, ledger), stack)
        client = aiomqtt.Client(HOST, broker.port, username="hub", password=broker.password)
        hub = await stack.enter_async_context(client)
        await hub.subscribe("mingluo/gateway/+/up")
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield Director(told["control"]["url"], broker, session, hub, await _sounds(stack))


async def _sounds(stack: AsyncExitStack) -> str:
    async def give(_request: web.Request) -> web.Response:
        return web.Response(body=SOUND)

    app = web.Application()
    app.router.add_get("/sound", give)
    return await serve(app, stack) + "/sound"


async def test_a_gateway_that_is_put_up_says_hello_and_plays_what_is_signed(director: Director) -> None:
    await director.put_up("G1")
    assert await director.said("hello") == {"kind": "hello", "counter": 0, "volume": 80, "commands": []}
    await director.command(text="到祠堂集合")
    assert (await director.until_state("played"))["id"] == "n.1"
    [entry] = (await director.get("ledger?channel=speaker"))["entries"]
    assert (entry["address"], entry["text"], entry["provider_id"]) == ("G1", "到祠堂集合", "n.1")


async def test_a_sound_is_fetched_by_http_and_refused_if_it_is_another(director: Director) -> None:
    await director.put_up("G1")
    await director.said("hello")
    await director.command(audio={"url": director.sound, "sha256": "0" * 64, "bytes": len(SOUND)})
    assert (await director.until_state("failed"))["code"] == "checksum"
    await director.command(audio={"url": f"{director.sound}-gone", "sha256": "0" * 64, "bytes": 1})
    assert (await director.until_state("failed"))["code"] == "download"


async def test_what_is_refused_is_counted_and_not_answered(director: Director) -> None:
    await director.put_up("G1")
    await director.said("hello")
    await director.command(counter=0)
    await director.command(not_after=1)
    await director.hub.publish("mingluo/area/36", b"{}")
    await director.command(id="true")
    assert (await director.until_state("played"))["id"] == "true"
    gateways = await director.get("speaker/gateways")
    assert gateways["G1"]["refused"] == {"stale": 1, "expired": 1, "unsigned": 1}


async def test_the_line_is_cut_and_mended_by_the_director(director: Director) -> None:
    await director.put_up("G1", "G2")
    await director.said("hello")
    assert await director.order("G1", "offline") == 204
    assert await director.said("offline") == {"kind": "offline"}
    assert (await director.get("speaker/gateways"))["G1"]["online"] is False
    await director.command()
    await director.until_state("played")
    assert await director.order("G1", "online") == 204
    assert (await director.said("hello"))["commands"] == []
    assert await director.order("G9", "offline") == 404


async def test_gateways_and_what_they_know_survive_a_restart_of_the_sandbox(tmp_path: Path) -> None:
    async with brokers.running("embedded", tmp_path / "broker") as broker:
        await broker.know([account(broker, "G1", "36")])
        counters = []
        for _ in range(2):
            async with AsyncExitStack() as stack:
                hub = aiomqtt.Client(HOST, broker.port, username="hub", password=broker.password)
                client = await stack.enter_async_context(hub)
                await client.subscribe("mingluo/gateway/+/up")
                ledger = stack.enter_context(Ledger(tmp_path / "ledger.jsonl", StoryTime()))
                told = await start(World(tmp_path / "state", StoryTime(), ledger), stack)
                session = await stack.enter_async_context(aiohttp.ClientSession())
                director = Director(told["control"]["url"], broker, session, client, "")
                if not told["speaker"]["gateways"]:
                    await director.put_up("G1")
                director.count = (await director.said("hello"))["counter"]
                counters.append(director.count)
                await director.command()
                await director.until_state("played")
        assert counters == [0, 1]
