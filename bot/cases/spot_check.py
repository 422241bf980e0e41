"""Spot checks: which sites are drawn today. Anybody who has the seed and the ages draws the same."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from datetime import datetime

from ground.clock import BEIJING, moment


def drawn(seed: str, ages: Mapping[int, int], number: int, within_days: int) -> Sequence[int]:
    """Return the sites drawn today. `ages` says for each site how many days ago somebody was last asked to show it.

    Whoever waited longer is likelier. So many of the longest waiting are drawn beyond chance that no site ever waits
    longer than `within_days`: more than `number`, if it must be.
    """
    forced = must_be_drawn(ages, number, within_days)
    by_wait = sorted(ages, key=lambda site: (-ages[site], _chance(seed, site)))
    sure, rest = by_wait[:forced], by_wait[forced:]
    by_luck = sorted(rest, key=lambda site: -math.log(_chance(seed, site)) / (ages[site] + 1) ** 2)
    return [*sure, *by_luck[: max(0, number - forced)]]


def must_be_drawn(ages: Mapping[int, int], number: int, within_days: int) -> int:
    """Return how many of the longest waiting must be drawn today, so that the days to come suffice for the others."""
    left = sorted(max(0, within_days - age) for age in ages.values())  # days that each may still wait
    needed = 0
    for place, days in enumerate(left, 1):
        needed = max(needed, place - number * days)
    return needed


def day_of(at: int) -> int:
    """Return the day in Beijing as a number to be read: 20210628."""
    when = moment(at, BEIJING)
    return when.year * 10_000 + when.month * 100 + when.day


def days_between(earlier: int, later: int) -> int:
    """Return how many midnights in Beijing lie between two instants; never less than none."""
    return max(0, moment(later, BEIJING).toordinal() - moment(earlier, BEIJING).toordinal())


def hour_of_day(at: int, hour: int) -> int:
    """Return the instant at which an hour begins on the day in Beijing that an instant falls into."""
    when = moment(at, BEIJING)
    begins = datetime(when.year, when.month, when.day, hour, tzinfo=BEIJING)
    return round(begins.timestamp() * 1_000)


def _chance(seed: str, site: int) -> float:
    """Return a number above 0, at most 1, that follows from the seed and the site alone."""
    return (int(hashlib.sha256(f"{seed}:{site}".encode()).hexdigest()[:13], 16) + 1) / 16**13
