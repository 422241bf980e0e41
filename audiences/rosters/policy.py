"""Which hours words mean, which rooms must have somebody, and when an empty night is looked for; from rosters.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from audiences.rosters.hours import Hours, day_of, read_hours
from ground.clock import DAY, MINUTE


@dataclass(frozen=True, slots=True)
class Night:
    """A night, named by the day in whose evening it begins."""

    name: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class RosterPolicy:
    """See rosters.toml; spans are milliseconds."""

    words: Mapping[str, str]
    kinds: tuple[str, ...]
    shortest_gap: int
    period: int
    kept_within: int
    night: Hours
    looked_for_at: int

    def night_to_look_at(self, now: int) -> Night | None:
        """Return the night that is looked at now: from the afternoon before it until it is over."""
        for back in (0, 1):
            day = day_of(now) - timedelta(days=back)
            since, until = self.night.on(day)
            looked_for, _ = Hours(self.looked_for_at, self.looked_for_at).on(day)
            if looked_for <= now < until:
                return Night(day.isoformat(), since, until)
        return None

    def tonight_of(self, now: int) -> Night:
        """Return the night that is, or else the next one."""
        for back in (1, 0):
            day = day_of(now) - timedelta(days=back)
            since, until = self.night.on(day)
            if now < until:
                break
        return Night(day.isoformat(), since, until)


@cache
def roster_policy() -> RosterPolicy:
    table = tomllib.loads(Path(__file__).with_name("rosters.toml").read_text(encoding="utf-8"))
    needed, tonight = table["needed"], table["tonight"]
    night, looked = read_hours(tonight["hours"], {}), read_hours(f"{tonight['looked_for_at']}-24:00", {})
    if night is None or looked is None:
        raise ValueError("rosters.toml: hours are written like 18:00-08:00")
    return RosterPolicy(
        words=table["hours"],
        kinds=tuple(needed["kinds"]),
        shortest_gap=needed["shortest_gap"] * MINUTE,
        period=needed["days"] * DAY,
        kept_within=needed["kept_within"] * DAY,
        night=night,
        looked_for_at=looked.begins,
    )
