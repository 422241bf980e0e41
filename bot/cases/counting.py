"""Which of several reports counts, what is in conflict, and how a household stands.

The rule: a verified report counts before one that is not; among equals the later moment at which it was so; of two of
the same moment the one entered last. All are kept. Nobody leaves the missing list but by a verified report.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.cases.evacuation import GRAVITY, SETTLED, PersonState
from ground.clock import MINUTE

CLOSE = 10 * MINUTE
"""Two who say different things within this time should be asked once more."""


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody said of one person. `entry` rises with each report that is entered."""

    entry: int
    state: PersonState
    verified: bool
    happened_at: int
    by: str = ""  # who says so
    checks: bool = False  # whoever said this had looked at what was said before


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person stands: the report that counts, one that waits to be checked, and whether others disagree."""

    counts: Report | None = None
    to_check: Report | None = None
    conflict: bool = False

    @property
    def state(self) -> PersonState:
        return self.counts.state if self.counts else PersonState.UNKNOWN

    @property
    def missing(self) -> bool:
        return self.counts is None or not self.counts.verified or self.counts.state not in SETTLED


class Seen(Protocol):
    """How somebody stands, whether it was just counted or written down before."""

    @property
    def state(self) -> PersonState: ...

    @property
    def missing(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class HouseholdStanding:
    """部分转移 4/5: how many are out of danger, and the worst of those who are not."""

    worst: PersonState
    settled: int
    people: int

    @property
    def whole(self) -> bool:
        return self.settled == self.people


def standing(reports: Sequence[Report]) -> Standing:
    """Return how a person stands after these reports, in whatever order they came in."""
    if not reports:
        return Standing()
    counting = max(reports, key=_weight)
    waiting = [each for each in reports if not each.verified and _later(each, counting)]
    to_check = max(waiting, key=_weight, default=None)
    checked = max((each.entry for each in reports if each.checks), default=0)
    disputed = any(_disagree(each, counting) for each in reports if max(each.entry, counting.entry) > checked)
    return Standing(counting, to_check, disputed)


def household(members: Iterable[Seen]) -> HouseholdStanding:
    """Return how a household stands: by the worst of those who are not out of danger."""
    everybody = list(members)
    open_ones = [each.state for each in everybody if each.missing]
    pool = open_ones or [each.state for each in everybody]
    worst = min(pool, key=GRAVITY.__getitem__, default=PersonState.UNKNOWN)
    return HouseholdStanding(worst, len(everybody) - len(open_ones), len(everybody))


def _weight(report: Report) -> tuple[bool, int, int]:
    return report.verified, report.happened_at, report.entry


def _later(report: Report, counting: Report) -> bool:
    """Say whether an unverified report is news beside the one that counts."""
    if report is counting:
        return True
    return report.state is not counting.state and report.happened_at >= counting.happened_at


def _disagree(report: Report, counting: Report) -> bool:
    if report is counting or report.state is counting.state:
        return False
    if report.happened_at >= counting.happened_at:
        return True
    apart = counting.happened_at - report.happened_at
    other = report.by != counting.by
    return other and apart <= CLOSE and (report.state in SETTLED) is not (counting.state in SETTLED)
