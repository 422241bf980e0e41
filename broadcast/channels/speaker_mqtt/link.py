"""The link to the broker: one MQTT 3.1.1 connection that comes back by itself.

Commands go out at QoS 1, so that "accepted" means that the broker acknowledged them; gateways read at QoS 0, and what
they miss is told again. The session is clean: what was said while we were away, gateways say again when asked.
"""

import asyncio
import contextlib
import logging
import random
import ssl
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack

import aiomqtt
import structlog

from broadcast.channels.errors import BrokerUnset, Unreachable
from broadcast.channels.speaker_mqtt import topics
from broadcast.channels.speaker_mqtt.settings import SpeakerSettings
from ground.ids import new_id

log = structlog.get_logger()

FIRST_PAUSE = 0.1  # seconds before we come back
LONGEST_PAUSE = 5.0
HANDSHAKE = 1.0  # seconds that a connection which is about to stand may take
KEEPALIVE = 20  # seconds
WIRE = logging.getLogger("mingluo.mqtt")
WIRE.setLevel(logging.WARNING)  # below that the client writes topics, and with them addresses

Hear = Callable[[str, bytes], None]
Greet = Callable[[], Coroutine[None, None, None]]


class Link:
    """Sends when the connection stands, and says so when it does not."""

    def __init__(self, settings: SpeakerSettings) -> None:
        if not settings.host or not settings.port:
            raise BrokerUnset
        self._settings = settings
        self._client: aiomqtt.Client | None = None
        self._up = asyncio.Event()

    async def start(self, stack: AsyncExitStack, hear: Hear, greet: Greet) -> None:
        """Begin to connect; a broker that is away is no failure.

        `hear` gets every (topic, payload) of a gateway; `greet` runs whenever the connection stands (again).
        """
        running = asyncio.create_task(self._run(hear, greet), name="speaker-link")

        async def hang_up() -> None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

        stack.push_async_callback(hang_up)

    async def up(self, patience: float) -> bool:
        """Wait up to `patience` seconds for the connection; return whether it stands."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._up.wait(), patience)
        return self._up.is_set()

    async def look(self) -> Unreachable | None:
        """Ask the broker for a word: to leave a topic that nobody reads changes nothing."""
        if not await self.up(HANDSHAKE) or self._client is None:
            return Unreachable("broker_away")
        try:
            await self._client.unsubscribe(topics.UNREAD)
        except aiomqtt.MqttError:
            return Unreachable("broker_silent")
        return None

    async def publish(self, topic: str, payload: bytes) -> Unreachable | None:
        """Hand a command to the broker; None once it has acknowledged it."""
        client = self._client
        if client is None:
            return Unreachable("broker_away")
        try:
            await client.publish(topic, payload, qos=1, timeout=self._settings.acknowledge)
        except aiomqtt.MqttError:
            return Unreachable("broker_silent", maybe_accepted=True)
        return None

    async def _run(self, hear: Hear, greet: Greet) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                async with self._connection() as client:
                    pause = FIRST_PAUSE
                    await self._listen(client, hear, greet)
            except aiomqtt.MqttError as problem:
                log.warning("broker.lost", why=type(problem).__name__)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - so that not all come back at once
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _listen(self, client: aiomqtt.Client, hear: Hear, greet: Greet) -> None:
        await client.subscribe(topics.ALL_UP, qos=0)
        self._client = client
        self._up.set()
        log.info("broker.connected")
        greeting = asyncio.create_task(greet())
        try:
            async for message in client.messages:
                if isinstance(message.payload, bytes):
                    hear(str(message.topic), message.payload)
        finally:
            self._client = None
            self._up.clear()
            greeting.cancel()
            await asyncio.gather(greeting, return_exceptions=True)

    def _connection(self) -> aiomqtt.Client:
        settings = self._settings
        context = ssl.create_default_context(cafile=settings.ca_file or None) if settings.tls else None
        return aiomqtt.Client(
            settings.host,
            settings.port,
            username=settings.username,
            password=settings.password,
            identifier=f"hub-{new_id()}",
            protocol=aiomqtt.ProtocolVersion.V311,
            clean_session=True,
            keepalive=KEEPALIVE,
            timeout=settings.acknowledge,
            logger=WIRE,
            tls_context=context,
        )
