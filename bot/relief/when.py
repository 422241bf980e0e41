"""When it happened, from the word that was used: 昨晚 is ten in the evening of the day before, in Beijing time."""

from datetime import datetime, time, timedelta
from typing import Final

from bot.reading.codes import When
from ground.clock import BEIJING, instant, moment

# How many days before, and about what hour is meant; nobody knows it better than the word says.
MEANT: Final[dict[When, tuple[int, int]]] = {
    When.EARLY_TODAY: (0, 3),
    When.THIS_MORNING: (0, 8),
    When.THIS_NOON: (0, 12),
    When.THIS_AFTERNOON: (0, 15),
    When.TONIGHT: (0, 20),
    When.LAST_NIGHT: (1, 22),
    When.YESTERDAY: (1, 12),
    When.DAY_BEFORE_YESTERDAY: (2, 12),
}


def happened(when: When | None, said_at: int) -> int:
    """Return about when something happened that was told at `said_at`; never later than it was told."""
    if when is None or when not in MEANT:
        return said_at
    days, hour = MEANT[when]
    day = moment(said_at, BEIJING).date() - timedelta(days=days)
    return min(said_at, instant(datetime.combine(day, time(hour), BEIJING)))
