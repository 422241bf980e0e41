"""What wakes the sweeps: APScheduler rings, the work itself finds in the database what is due."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()

GRACE = 10.0  # seconds that rounds under way have to end, when the hub stops


@dataclass(frozen=True, slots=True)
class Round:
    """Work that is woken every `seconds` of real time; one that is still at it is not woken again."""

    name: str
    seconds: float
    work: Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class _Waker:
    """Goes the rounds, and knows which are under way."""

    under_way: set[asyncio.Task[object]] = field(default_factory=set)

    async def go(self, each: Round) -> None:
        task = asyncio.ensure_future(_go(each))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)
        with contextlib.suppress(
            asyncio.CancelledError
        ):  # APScheduler cancels at the end; what is under way may finish
            await asyncio.shield(task)

    async def settle(self) -> None:
        if self.under_way:
            _, stuck = await asyncio.wait(self.under_way, timeout=GRACE)
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)


async def _go(each: Round) -> None:
    try:
        await each.work()
    except Exception:  # a round that failed comes again; the others must not notice
        log.exception("round.failed", round=each.name)


@contextlib.asynccontextmanager
async def waking(rounds: Sequence[Round]) -> AsyncIterator[None]:
    """Wake every round in turn for the block; when it ends, those under way may finish."""
    scheduler, waker = AsyncIOScheduler(timezone="UTC"), _Waker()
    for each in rounds:
        scheduler.add_job(
            waker.go,
            "interval",
            [each],
            seconds=each.seconds,
            id=each.name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown()
        await asyncio.sleep(0)
        await waker.settle()
