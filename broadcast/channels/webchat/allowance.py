"""How much may be said in a while: each has an allowance that fills again with time; who used it up waits."""

import time
from collections import OrderedDict
from typing import Final

KEPT: Final = 20_000  # how many are remembered; whoever is forgotten has the whole allowance again


class Allowance:
    """So many turns in a minute; as many may come at once, after a minute of silence."""

    def __init__(self, per_minute: float) -> None:
        self._per_second = per_minute / 60
        self._most = max(per_minute, 1.0)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, whose: str, size: float = 1.0) -> float:
        """Take `size` of somebody's allowance; return 0, or how many seconds they must wait first."""
        now = time.monotonic()
        left, at = self._left.pop(whose, (self._most, now))
        left = min(self._most, left + (now - at) * self._per_second)
        granted = left >= min(size, self._most)
        self._left[whose] = (left - size if granted else left, now)
        if len(self._left) > KEPT:
            self._left.popitem(last=False)
        return 0.0 if granted else (min(size, self._most) - left) / self._per_second
