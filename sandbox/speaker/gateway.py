"""One gateway: connects to the broker, obeys what it can verify, and says how far it got."""

import asyncio
import base64
import json
import logging
import random
import socket
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import aiomqtt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sandbox.clock import StoryTime
from sandbox.ledger import Ledger
from sandbox.speaker.memory import Memory, Standing
from sandbox.speaker.orders import Order, RefusedError, verified
from sandbox.speaker.player import Player

KEEPALIVE = 20  # seconds
WIRE = logging.getLogger("sandbox.mqtt")
WIRE.setLevel(logging.WARNING)  # hundreds of gateways write too much below that
PAUSES = (0.1, 0.3, 1.0, 2.0)  # seconds before it connects again


@dataclass(frozen=True, slots=True)
class Fitting:
    """What a box is given when it is put up: where the broker is, its account and topics, whom to believe."""

    code: str
    host: str
    port: int
    username: str
    password: str = field(repr=False)
    up: str
    reads: tuple[str, ...]
    keys: tuple[str, ...]  # Ed25519 public keys, base64
    heartbeat: float = 60.0  # seconds


class Gateway:
    """Online until it is told otherwise; what it plays goes on while the line is down."""

    def __init__(
        self, fitting: Fitting, memory: Memory, time: StoryTime, ledger: Ledger, session: aiohttp.ClientSession
    ) -> None:
        self.fitting = fitting
        self.refused: Counter[str] = Counter()
        self.volume = 80
        self._keys = [Ed25519PublicKey.from_public_bytes(base64.b64decode(key)) for key in fitting.keys]
        self._memory = memory
        self._time = time
        self._player = Player(fitting.code, time, ledger, session, self._say)
        self._client: aiomqtt.Client | None = None
        self._running: asyncio.Task[None] | None = None
        self._errands: set[asyncio.Task[None]] = set()

    @property
    def online(self) -> bool:
        return self._client is not None

    def go_online(self) -> None:
        if self._running is None:
            self._running = asyncio.create_task(self._run(), name=f"gateway {self.fitting.code}")

    async def go_offline(self, *, abruptly: bool = True) -> None:
        """Lose the line; abruptly, so that the broker says the last will, or with a farewell."""
        running, client = self._running, self._client
        self._running = None
        if client is not None and abruptly:
            _cut(client)
        elif client is not None:
            with suppress(aiomqtt.MqttError):
                await client.publish(self.fitting.up, json.dumps({"kind": "offline"}))
        if running is not None:
            if client is None or not abruptly:
                running.cancel()
            await asyncio.wait([running])  # who was cut off notices by itself

    async def switch_off(self) -> None:
        """The power is gone too."""
        self._player.switch_off()
        for errand in self._errands:
            errand.cancel()
        await self.go_offline()

    def take(self, topic: str, raw: bytes) -> None:
        """Obey what came on a topic, or count the refusal."""
        try:
            order = verified(raw, topic, self.fitting.reads, self._keys, self._memory.last, self._time.now())
        except RefusedError as refusal:
            self.refused[refusal.reason] += 1
            return
        self._memory.take(order.counter)
        for notice in order.stops:
            self._memory.stop(notice)
            self._player.stop(notice)
        match order.kind:
            case "play":
                self._play(order)
            case "volume":
                self.volume = order.volume
            case "query":
                self._later(self._report("status", order.spread))

    def _play(self, order: Order) -> None:
        """Play what is new; of what is known say again how it stands."""
        known = self._memory.standing(order.id)
        if known is not None:
            self._tell({"kind": "state", **_words(known)})
        elif self._memory.stopped(order.notice):  # it was ended before it came
            self._say(order.id, "stopped", "")
        else:
            self._say(order.id, "received", "")
            self._player.play(order)

    def _say(self, command: str, state: str, code: str) -> None:
        standing = Standing(command, state, code, self._time.now())
        self._memory.note(standing)
        self._tell({"kind": "state", **_words(standing)})

    def _tell(self, said: dict[str, Any]) -> None:
        if self._client is not None:
            self._later(self._publish(said))

    def _later(self, work: Any) -> None:
        errand = asyncio.create_task(work)
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)

    async def _publish(self, said: dict[str, Any]) -> None:
        client = self._client
        if client is not None:
            with suppress(aiomqtt.MqttError):  # what is lost here is in the next hello
                await client.publish(self.fitting.up, json.dumps(said))

    async def _report(self, kind: str, spread: float = 0.0) -> None:
        """Say where we stand, at a random moment within `spread` seconds."""
        await asyncio.sleep(random.uniform(0, spread))  # noqa: S311 - only to spread the answers
        commands = [_words(each) for each in self._memory.newest()]
        await self._publish({"kind": kind, "counter": self._memory.last, "volume": self.volume, "commands": commands})

    async def _run(self) -> None:
        tries = 0
        while self._running is not None:
            with suppress(aiomqtt.MqttError):
                async with self._connection() as client:
                    tries = 0
                    await self._listen(client)
            if self._running is None:
                return
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)] * random.uniform(0.5, 1.0))  # noqa: S311 - as above
            tries += 1

    async def _listen(self, client: aiomqtt.Client) -> None:
        await client.subscribe([(topic, 0) for topic in self.fitting.reads])
        self._client = client
        await self._report("hello")
        beating = asyncio.create_task(self._beat())
        try:
            async for message in client.messages:
                if isinstance(message.payload, bytes):
                    self.take(str(message.topic), message.payload)
        finally:
            self._client = None
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self.fitting.heartbeat * random.uniform(0.9, 1.0))  # noqa: S311 - as above
            await self._publish({"kind": "heartbeat", "counter": self._memory.last, "volume": self.volume})

    def _connection(self) -> aiomqtt.Client:
        fitting = self.fitting
        return aiomqtt.Client(
            fitting.host,
            fitting.port,
            username=fitting.username,
            password=fitting.password,
            identifier=fitting.username,
            protocol=aiomqtt.ProtocolVersion.V311,
            clean_session=True,
            keepalive=KEEPALIVE,
            timeout=5,
            logger=WIRE,
            will=aiomqtt.Will(fitting.up, json.dumps({"kind": "offline"})),
        )


def _words(standing: Standing) -> dict[str, Any]:
    return {"id": standing.id, "state": standing.state, "code": standing.code, "at": standing.at}


def _cut(client: aiomqtt.Client) -> None:
    """Cut the line without a farewell."""
    line = client._client.socket()  # noqa: SLF001 - no client offers to lose its connection
    if isinstance(line, socket.socket):
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
