"""An entry on behalf in the making: how an officer came to know what they report for somebody, and when it was said."""

import re
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from bot.cases.relief_values import Entry
from broadcast.answers import Means
from ground.clock import BEIJING, HOUR, MINUTE, instant, moment

AGO: Final = {"now": 0, "half_hour": 30 * MINUTE, "hour": HOUR, "three_hours": 3 * HOUR}
_CLOCK: Final = re.compile(r"\s*(\d{1,2})\s*(?:[:：点]\s*(\d{1,2})?\s*分?)\s*")
_AGO: Final = re.compile(r"\s*(\d{1,3})\s*(分钟|小时|个小时|minutes?|hours?)\s*(?:前|以前|ago)\s*")


@dataclass(frozen=True, slots=True)
class Entering:
    """Plain JSON, as a talk keeps it."""

    means: str
    said_at: int
    seat: int  # the area of the officer's office
    spoke: str = field(repr=False, default="")
    person: int | None = None
    household: int | None = None

    def facts(self) -> dict[str, Any]:
        return asdict(self)

    def entry(self) -> Entry:
        return Entry(Means(self.means), self.said_at, self.person)


def said_when(choice: str, text: str, now: int) -> int | None:
    """Return when something was said: so long ago, or at an hour of the last day; None if that cannot be read."""
    if choice in AGO:
        return now - AGO[choice]
    if ago := _AGO.fullmatch(text):
        unit = MINUTE if ago[2].startswith(("分", "min")) else HOUR
        return now - int(ago[1]) * unit
    if clock := _CLOCK.fullmatch(text):
        return _at(int(clock[1]), int(clock[2] or 0), now)
    return None


def _at(hour: int, minute: int, now: int) -> int | None:
    if hour > 23 or minute > 59:  # noqa: PLR2004 - a clock's face
        return None
    today = moment(now, BEIJING)
    said = datetime(today.year, today.month, today.day, hour, minute, tzinfo=BEIJING)
    at = instant(said)
    return at if at <= now else instant(said - timedelta(days=1))
