"""A carrier between hubs: NATS without its store. Whoever is on this hub hears at once, those on others through it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

from app.switchboard.carrier import Hear, Within

log = structlog.get_logger()

SUBJECT: Final = "live"
FAULTS: Final = (nats.errors.Error, OSError, TimeoutError)


class Between:
    """While the server is away, this hub's own rooms go on among themselves."""

    def __init__(self, client: Client, here: Within) -> None:
        self._client = client
        self._here = here

    def listen(self, room: str, hear: Hear) -> Callable[[], None]:
        return self._here.listen(room, hear)

    async def say(self, room: str, words: bytes) -> None:
        self._here.tell(room, words)
        if self._client.is_connected:  # else it would be kept, and come when it means nothing any more
            with suppress(*FAULTS):
                await self._client.publish(f"{SUBJECT}.{room}", words)

    async def heard(self, message: Msg) -> None:
        self._here.tell(message.subject.partition(".")[2], message.data)


@asynccontextmanager
async def between(url: str, user: str | None, password: str | None) -> AsyncIterator[Between]:
    """Carry through the server at `url` for the block; it need not stay there."""
    named = {name: value for name, value in (("user", user), ("password", password)) if value}
    client = await nats.connect(
        url, **named, no_echo=True, max_reconnect_attempts=-1, reconnect_time_wait=0.5, error_cb=_note
    )
    try:
        carrier = Between(client, Within())
        await client.subscribe(f"{SUBJECT}.>", cb=carrier.heard)
        yield carrier
    finally:
        with suppress(*FAULTS):
            await client.close()


async def _note(fault: Exception) -> None:
    log.warning("switchboard.disturbed", fault=type(fault).__name__)
