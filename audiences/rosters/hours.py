"""Hours of a shift: 08:00-18:00 of a day in Beijing, as a roster says them; those of a night end on the next day."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from ground.clock import BEIJING, DAY, MINUTE, instant, moment

HOUR_OF_DAY: Final = 24
MINUTES: Final = 60
_CLOCK: Final = r"([0-9]{1,2})[:：]([0-9]{2})"
_SPAN: Final = re.compile(rf"{_CLOCK}\s*[-~—–－至到]+\s*(?:次日|翌日|第二天)?\s*{_CLOCK}")
_BRACKETS: Final = "()（）"


@dataclass(frozen=True, slots=True)
class Hours:
    """From and until as minutes of the day."""

    begins: int
    ends: int

    def __str__(self) -> str:
        return f"{_spelled(self.begins)}-{_spelled(self.ends)}"

    @property
    def lasts(self) -> int:
        """Return how long they are, in milliseconds."""
        length = (self.ends - self.begins) * MINUTE
        return length if length > 0 else length + DAY

    def on(self, day: date) -> tuple[int, int]:
        """Return the instants at which they begin and end if they begin on this day."""
        begins = instant(datetime.combine(day, time(tzinfo=BEIJING)) + timedelta(minutes=self.begins))
        return begins, begins + self.lasts


def read_hours(text: str, words: Mapping[str, str]) -> Hours | None:
    """Read 白班, 夜班 18:00-次日08:00, or the hours alone; None if it is neither. Hours that are written count."""
    bare = "".join(text.split()).strip(_BRACKETS)
    written = _SPAN.search(bare)
    if written is None:
        return read_hours(words[bare.lower()], {}) if bare.lower() in words else None
    beside = (bare[: written.start()] + bare[written.end() :]).strip(_BRACKETS)
    if beside and beside.lower() not in words:
        return None
    first, last = _minutes(written[1], written[2]), _minutes(written[3], written[4])
    if first is None or last is None or first == HOUR_OF_DAY * MINUTES:
        return None
    return Hours(first, last)


def day_of(at: int) -> date:
    """Return the day that an instant falls on in Beijing."""
    return moment(at, BEIJING).date()


def _minutes(hour: str, minute: str) -> int | None:
    total = int(hour) * MINUTES + int(minute)
    return total if int(minute) < MINUTES and total <= HOUR_OF_DAY * MINUTES else None


def _spelled(minutes: int) -> str:
    return f"{minutes // MINUTES:02}:{minutes % MINUTES:02}"
