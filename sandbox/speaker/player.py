"""The player: fetches sounds, checks them, decodes them and plays them in story time; the more urgent goes first."""

import asyncio
import hashlib
import io
import wave
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp

from sandbox.clock import StoryTime
from sandbox.ledger import Ledger
from sandbox.speaker.orders import Order, Sound

TRIES = 3  # to fetch a sound
PAUSE = 0.2  # seconds between them

Say = Callable[[str, str, str], None]
"""Called with a command's id, its state and a code."""


class BrokenError(Exception):
    """A sound that cannot be had, or is not what was signed; the code goes back to the hub."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(order=True, slots=True)
class Turn:
    """One order in the queue: red before blue, then first come, first played."""

    priority: int
    number: int
    order: Order = field(compare=False)


class Player:
    """One amplifier: it plays one thing at a time."""

    def __init__(self, gateway: str, time: StoryTime, ledger: Ledger, session: aiohttp.ClientSession, say: Say) -> None:
        self._gateway = gateway
        self._time = time
        self._ledger = ledger
        self._session = session
        self._say = say
        self._waiting: list[Turn] = []
        self._playing: Turn | None = None
        self._task: asyncio.Task[None] | None = None
        self._count = 0
        self._shelf: dict[str, int] = {}  # checked sounds and how long they play, in milliseconds

    def play(self, order: Order) -> None:
        """Put an order in the queue; what plays and is less urgent is pre-empted."""
        self._count += 1
        turn = Turn(order.priority, self._count, order)
        self._waiting.append(turn)
        self._waiting.sort()
        if self._playing is not None and turn.priority < self._playing.priority:
            self._end("preempted")
        self._next()

    def stop(self, notice: str) -> None:
        """End what plays or waits of this notice."""
        for turn in [each for each in self._waiting if each.order.notice == notice]:
            self._waiting.remove(turn)
            self._say(turn.order.id, "stopped", "")
        if self._playing is not None and self._playing.order.notice == notice:
            self._end("stopped")
            self._next()

    def switch_off(self) -> None:
        """The power is gone: nothing more is played, and nobody is told."""
        self._waiting.clear()
        self._playing = None
        if self._task is not None:
            self._task.cancel()

    def _end(self, state: str) -> None:
        turn, task = self._playing, self._task
        self._playing = self._task = None
        if turn is not None and task is not None:
            task.cancel()
            self._say(turn.order.id, state, "")

    def _next(self) -> None:
        if self._playing is None and self._waiting:
            self._playing = self._waiting.pop(0)
            self._task = asyncio.create_task(self._perform(self._playing))

    async def _perform(self, turn: Turn) -> None:
        state, code = await self._outcome(turn.order)
        if self._playing is turn:
            self._playing = self._task = None
            self._say(turn.order.id, state, code)
            self._next()

    async def _outcome(self, order: Order) -> tuple[str, str]:
        try:
            await self._until(order.not_before)
            self._say(order.id, "downloading", "")
            durations = [await self._fetched(sound) for sound in order.sounds]
        except BrokenError as broken:
            return "failed", broken.code
        if self._time.now() >= order.not_after:
            return "expired", ""
        self._say(order.id, "playing", "")
        length = sum(durations) * order.repeat
        await self._until(self._time.now() + length)
        facts = {"drill": order.drill, "played_ms": length, "counter": order.counter, "volume": order.volume}
        self._ledger.receive("speaker", self._gateway, order.id, order.text, mark=order.notice, **facts)
        return "played", ""

    async def _until(self, at: int) -> None:
        """Wait for an instant of story time."""
        while (left := at - self._time.now()) > 0:  # noqa: ASYNC110 - a clock has no event
            await asyncio.sleep(left / 1_000 / self._time.rate)

    async def _fetched(self, sound: Sound) -> int:
        """Return how long a sound plays, in milliseconds, once it is here, whole and what was signed."""
        if sound.sha256 not in self._shelf:
            content = await self._content(sound)
            if len(content) != sound.bytes or hashlib.sha256(content).hexdigest() != sound.sha256:
                raise BrokenError("checksum")
            self._shelf[sound.sha256] = _decoded(content)
        return self._shelf[sound.sha256]

    async def _content(self, sound: Sound) -> bytes:
        for left in reversed(range(TRIES)):
            try:
                async with self._session.get(sound.url) as answer:
                    answer.raise_for_status()
                    return await _up_to(answer.content, sound.bytes + 1)
            except (aiohttp.ClientError, TimeoutError, ValueError):
                await asyncio.sleep(PAUSE if left else 0)
        raise BrokenError("download")


async def _up_to(stream: aiohttp.StreamReader, limit: int) -> bytes:
    """Return what comes, but no more than `limit` bytes and a chunk: a box has little memory."""
    content = bytearray()
    async for chunk in stream.iter_any():
        content += chunk
        if len(content) >= limit:
            break
    return bytes(content)


def _decoded(content: bytes) -> int:
    try:
        with wave.open(io.BytesIO(content), "rb") as sound:
            frames = len(sound.readframes(sound.getnframes())) // (sound.getnchannels() * sound.getsampwidth())
            return frames * 1_000 // sound.getframerate()
    except (wave.Error, EOFError, RuntimeError, ZeroDivisionError):
        raise BrokenError("format") from None
