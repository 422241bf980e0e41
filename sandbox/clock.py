"""The peers' share of story time: it was `start` when the machine said `origin`, and runs `rate` times as fast."""

import time
from dataclasses import dataclass


def machine_now() -> int:
    """Return the machine's instant in milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class StoryTime:
    """Without arguments, story time is the real time."""

    start: int | None = None
    origin: int = 0
    rate: float = 1.0

    def now(self) -> int:
        real = machine_now()
        return real if self.start is None else self.start + round((real - self.origin) * self.rate)
