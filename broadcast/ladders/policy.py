"""The policy of 叫应, as data: who must answer which warning, and the rungs from a message to a knock at the door."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from ground.clock import BEIJING, MINUTE, SECOND, moment

TABLES: Final = Path(__file__).parent / "tables"


class Does(StrEnum):
    """What a rung does."""

    MESSAGE = "message"  # chat and SMS at once
    CALL = "call"
    DOOR = "door"  # somebody is sent to knock


class Whom(StrEnum):
    """Towards whom."""

    HOLDER = "holder"
    DEPUTY = "deputy"
    SUPERIOR = "superior"  # who holds the nearest post above that leads
    ANSWERER = "answerer"  # who answered: of feedback alone


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder, `after` story milliseconds behind the one before it."""

    after: int
    does: Does
    whom: Whom


ASKED_ON: Final = Rung(30 * MINUTE, Does.MESSAGE, Whom.ANSWERER)


@dataclass(frozen=True, slots=True)
class Policy:
    """How one sort of warning is answered for. The last rung is repeated until the ladder is closed."""

    name: str
    each: tuple[str, ...]  # duties whose every holder must answer
    any: tuple[str, ...]  # duties of which one holder in a place answers for all
    code: bool  # whether an SMS counts only with the code of its message
    rungs: tuple[Rung, ...]
    feedback: tuple[Rung, ...] = ()  # how whoever answered is asked what became of the people; none: an answer closes

    @property
    def asking(self) -> tuple[Rung, ...]:
        """How whoever has answered already is asked on, also where a graver policy took over that wants no feedback."""
        return self.feedback or (ASKED_ON,)

    @property
    def duties(self) -> tuple[str, ...]:
        return (*self.each, *self.any)

    def first_of(self, whom: Whom, position: int) -> int | None:
        """Return the next position at or after `position` that is about somebody; None if there is none."""
        return next((at for at, rung in enumerate(self.rungs) if at >= position and rung.whom is whom), None)

    def packed(self) -> dict[str, Any]:
        """Return it as it is frozen with the calls it rules."""
        return asdict(self)

    @classmethod
    def unpacked(cls, kept: Mapping[str, Any]) -> "Policy":
        rungs, feedback = (
            tuple(Rung(each["after"], Does(each["does"]), Whom(each["whom"])) for each in kept.get(name, ()))
            for name in ("rungs", "feedback")
        )
        return cls(kept["name"], tuple(kept["each"]), tuple(kept["any"]), kept["code"], rungs, feedback)


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a policy holds. No events: all; no hours: always; hours that end before they begin run over midnight."""

    policy: Policy
    levels: frozenset[int]
    events: tuple[str, ...] = field(default=())  # beginnings of event codes
    hours: tuple[int, int] | None = None

    def fits(self, level: int, event: str, now: int) -> bool:
        return level in self.levels and self._event_fits(event) and self._hour_fits(now)

    def _event_fits(self, event: str) -> bool:
        return not self.events or event.startswith(self.events)

    def _hour_fits(self, now: int) -> bool:
        if self.hours is None:
            return True
        first, end = self.hours
        hour = moment(now, BEIJING).hour
        return first <= hour < end if first <= end else hour >= first or hour < end


@cache
def read_occasions(folder: Path = TABLES) -> Sequence[Occasion]:
    """Return every occasion of calling.toml, in its order."""
    tables = tomllib.loads((folder / "calling.toml").read_text(encoding="utf-8"))
    return [_occasion(each, tables) for each in tables["policy"]]


@cache
def matter_policy(folder: Path = TABLES) -> Policy:
    """Return how people are called about a matter, whoever it is and at whatever hour."""
    tables = tomllib.loads((folder / "calling.toml").read_text(encoding="utf-8"))
    return Policy("matter", each=(), any=(), code=False, rungs=_rungs(tables, tables["matter"]["rungs"]))


def policy_for(level: int, event: str, now: int, occasions: Sequence[Occasion] | None = None) -> Policy | None:
    """Return who is woken by a warning of this level and event (its code) at this instant; None: nobody is called."""
    listed = read_occasions() if occasions is None else occasions
    return next((each.policy for each in listed if each.fits(level, event, now)), None)


def _occasion(table: Mapping[str, Any], tables: Mapping[str, Any]) -> Occasion:
    rungs = _rungs(tables, table["rungs"])
    feedback = _rungs(tables, table["feedback"]) if "feedback" in table else ()
    policy = Policy(table["name"], tuple(table["each"]), tuple(table["any"]), table["code"], rungs, feedback)
    hours = table.get("hours")
    window = (hours[0], hours[1]) if hours else None
    return Occasion(policy, frozenset(table["levels"]), tuple(table.get("events", ())), window)


def _rungs(tables: Mapping[str, Any], name: str) -> tuple[Rung, ...]:
    listed = tables["rungs"][name]
    return tuple(Rung(each["after"] * SECOND, Does(each["does"]), Whom(each["whom"])) for each in listed)
