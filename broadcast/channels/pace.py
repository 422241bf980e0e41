"""The pace of one vendor account: turns at an even rate, lane before lane, with a share of them kept for replies.

Real, monotonic time throughout: this is what the vendor counts by. A quota is a setting, never a constant.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from broadcast.channels.errors import NoTurn
from broadcast.notices import Lane

CATCH_UP = 0.02  # seconds that a late wake-up may make good; more would be a burst
KEYS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Pace:
    """What an account may do. `gap` says how many seconds lie between two turns of one key (a chat, a sender)."""

    per_second: float
    gap: Callable[[str], float] = lambda _key: 0.0
    replies_share: float = 0.1  # of every second's turns, kept for Lane.REPLIES even while warnings go out
    at_once: int = 64  # requests under way at the same time
    patience: float = 20.0  # seconds one waits for a turn before it is handed back, so that no lease runs out


@dataclass(slots=True)
class _Waiter:
    key: str
    granted: asyncio.Future[None] = field(repr=False)


class Pacer:
    """Hands out the turns of one account. Made and used inside one event loop."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._interval = 1 / pace.per_second
        self._waiting: dict[Lane, deque[_Waiter]] = {lane: deque() for lane in Lane}
        self._next_turn = 0.0
        self._next_of_key: dict[str, float] = {}
        self._kept_for_replies = 1.0
        self._under_way = 0
        self._news = asyncio.Event()
        self._conductor: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def turn(self, lane: Lane, key: str = "") -> AsyncIterator[None]:
        """Wait for a turn and hold it while the request is under way; raises NoTurn when there is none soon."""
        await self.take(lane, key)
        try:
            yield
        finally:
            self.give_back()

    def give_back(self) -> None:
        """End a turn that `take` gave."""
        self._under_way -= 1
        self._news.set()

    def pause(self, seconds: float) -> None:
        """Give no turn for `seconds`: a 429 with `retry_after` blocks the whole account."""
        self._next_turn = max(self._next_turn, self._now() + seconds)
        if seconds > self._pace.patience:
            for waiter in [waiter for lane in self._waiting.values() for waiter in lane]:
                if not waiter.granted.done():
                    waiter.granted.set_exception(NoTurn(seconds=seconds))
        self._news.set()

    async def take(self, lane: Lane, key: str = "") -> None:
        """Wait for a turn that lasts until `give_back`: longer than a request, as a telephone call does."""
        pause = self._next_turn - self._now()
        if pause > self._pace.patience:
            raise NoTurn(seconds=pause)
        waiter = _Waiter(key, asyncio.get_running_loop().create_future())
        self._waiting[lane].append(waiter)
        self._call_conductor()
        try:
            async with asyncio.timeout(self._pace.patience):
                await waiter.granted
        except TimeoutError:
            raise NoTurn(seconds=self._time_to_clear()) from None
        finally:
            with suppress(ValueError):  # it was granted, and so taken out already
                self._waiting[lane].remove(waiter)

    def _call_conductor(self) -> None:
        self._news.set()
        if self._conductor is None or self._conductor.done():
            self._conductor = asyncio.create_task(self._conduct())

    async def _conduct(self) -> None:
        """Grant turns as they fall due, for as long as anybody waits."""
        while any(self._waiting.values()):
            self._news.clear()
            now = self._now()
            if now >= self._next_turn and self._under_way < self._pace.at_once and self._grant(now):
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(self._until_news(now)):
                    await self._news.wait()

    def _grant(self, now: float) -> bool:
        for lane in self._precedence():
            for waiter in self._waiting[lane]:
                if self._next_of_key.get(waiter.key, 0.0) <= now and not waiter.granted.done():
                    self._waiting[lane].remove(waiter)
                    self._account_for(lane, waiter.key, now)
                    waiter.granted.set_result(None)
                    return True
        return False

    def _precedence(self) -> list[Lane]:
        if self._kept_for_replies < 1:
            return list(Lane)
        return [Lane.REPLIES, *(lane for lane in Lane if lane is not Lane.REPLIES)]

    def _account_for(self, lane: Lane, key: str, now: float) -> None:
        self._under_way += 1
        self._next_turn = max(self._next_turn, now - max(self._interval, CATCH_UP)) + self._interval
        spent = 1.0 if lane is Lane.REPLIES else 0.0
        most = max(1.0, self._pace.replies_share * self._pace.per_second)
        self._kept_for_replies = min(most, max(0.0, self._kept_for_replies - spent) + self._pace.replies_share)
        gap = self._pace.gap(key)
        if gap > 0:
            self._next_of_key[key] = now + gap
            self._forget_old_keys(now)

    def _forget_old_keys(self, now: float) -> None:
        if len(self._next_of_key) > KEYS_KEPT:
            self._next_of_key = {key: due for key, due in self._next_of_key.items() if due > now}

    def _until_news(self, now: float) -> float | None:
        """Return how long nothing can be granted unless somebody comes or a request ends; None: until then."""
        if self._under_way >= self._pace.at_once:
            return None
        keys = {waiter.key for lane in self._waiting.values() for waiter in lane}
        earliest = min((self._next_of_key.get(key, 0.0) for key in keys), default=0.0)
        return max(earliest, self._next_turn) - now

    def _time_to_clear(self) -> float:
        ahead = sum(len(lane) for lane in self._waiting.values())
        return max(1.0, ahead * self._interval, self._next_turn - self._now())

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
