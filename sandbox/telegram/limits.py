"""The Bot API's limits: so many messages a second for all, for one chat, and a minute for one group."""

import math
import time
from collections import defaultdict, deque
from dataclasses import dataclass

SECOND = 1.0
MINUTE = 60.0
JITTER = 0.9  # of the window: two messages that left a second apart may arrive a little closer


@dataclass(frozen=True, slots=True)
class Limits:
    """None: unlimited."""

    per_second: int | None = 30
    per_chat: int | None = 1  # a second
    per_group: int | None = 20  # a minute


class Counting:
    """Counts what one token sent in sliding windows of real time."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._sent: defaultdict[str, deque[float]] = defaultdict(deque)

    def too_soon(self, chat: int) -> int:
        """Count one message to `chat` and return 0, or return how many seconds to wait for it."""
        now = time.monotonic()
        windows = [("all", self.limits.per_second, SECOND)]
        if chat < 0:
            windows.append((str(chat), self.limits.per_group, MINUTE))
        else:
            windows.append((str(chat), self.limits.per_chat, SECOND))
        waits = [self._wait(name, most, window * JITTER, now) for name, most, window in windows if most]
        if any(waits):
            return max(1, math.ceil(max(waits)))
        for name, _, _ in windows:
            self._sent[name].append(now)
        return 0

    def _wait(self, name: str, most: int, window: float, now: float) -> float:
        sent = self._sent[name]
        while sent and sent[0] <= now - window:
            sent.popleft()
        return 0.0 if len(sent) < most else sent[0] + window - now
