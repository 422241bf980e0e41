"""The two times: story time, handed in, for what people are given; machine time for leases, time-outs and quotas.

An instant is a whole number of milliseconds since 1970-01-01T00:00:00Z. Story time has a start and a rate that all
processes and the sandbox peers share; a real sending refuses a rate other than 1 except to loopback.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
BEIJING = timezone(timedelta(hours=8))


class Clock(Protocol):
    """What time it is for the people who are warned."""

    @property
    def rate(self) -> float:
        """How many story seconds pass in a real one; 1 in earnest."""
        ...

    def now(self) -> int:
        """Return the instant it is, in milliseconds."""
        ...


@dataclass(frozen=True, slots=True)
class WallClock:
    """Story time in earnest: the time it really is."""

    rate: float = 1.0

    def now(self) -> int:
        return machine_now()


@dataclass(frozen=True, slots=True)
class StoryClock:
    """Story time that was `start` when the machine said `origin`, and since then runs `rate` times as fast."""

    start: int
    origin: int
    rate: float = 1.0

    def now(self) -> int:
        return self.start + round((machine_now() - self.origin) * self.rate)


class HandClock:
    """Story time that moves only when told to; for tests."""

    rate = 1.0

    def __init__(self, at: int) -> None:
        self._at = at

    def now(self) -> int:
        return self._at

    def pass_by(self, milliseconds: int) -> None:
        self._at += milliseconds


def machine_now() -> int:
    """Return the machine's own instant. Leases on PostgreSQL use the database's instead, see `Transaction`."""
    return time.time_ns() // 1_000_000


def instant(moment: datetime) -> int:
    """Return an aware datetime as an instant; a naive one is refused, because nobody could say when it was."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its offset from UTC")
    return round(moment.timestamp() * 1_000)


def moment(at: int, zone: timezone = UTC) -> datetime:
    """Return an instant as an aware datetime."""
    return datetime.fromtimestamp(at / 1_000, tz=zone)
