"""What is allowed in a calling table and should yet be looked at twice by whoever sets it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Final

from broadcast.alerts.model import Level
from broadcast.ladders.policy import Does, Occasion, Policy, Rung, Whom
from ground.clock import MINUTE

FIRST_CALL_WITHIN: Final = 3 * MINUTE  # as the rules of several counties have it


class Doubt(StrEnum):
    """What may be wrong with a policy."""

    NO_CODE = "no_code"  # of a red one: an SMS that anybody can forge would close it
    LATE_CALL = "late_call"  # the first call comes after three minutes
    NOBODY_ABOVE = "nobody_above"  # it never turns to whoever is above, nor to the door


@dataclass(frozen=True, slots=True)
class Doubtful:
    policy: str
    doubt: Doubt


def doubts(occasions: Sequence[Occasion]) -> Sequence[Doubtful]:
    """Return what to look at twice, in the order of the policies."""
    return [Doubtful(each.policy.name, doubt) for each in occasions for doubt in _of(each)]


def _of(occasion: Occasion) -> Sequence[Doubt]:
    policy, found = occasion.policy, []
    if Level.RED in occasion.levels and not policy.code:
        found.append(Doubt.NO_CODE)
    first = first_call(policy)
    if Level.RED in occasion.levels and first is not None and first > FIRST_CALL_WITHIN:
        found.append(Doubt.LATE_CALL)
    if not any(each.whom is Whom.SUPERIOR or each.does is Does.DOOR for each in policy.rungs):
        found.append(Doubt.NOBODY_ABOVE)
    return found


def since_issue(rungs: Sequence[Rung]) -> Sequence[int]:
    """Return for each rung how many story milliseconds after the issue it comes, if nobody answers before."""
    return list(accumulate(each.after for each in rungs))


def first_call(policy: Policy) -> int | None:
    """Return when somebody is rung up for the first time; None: nobody ever is."""
    times = zip(since_issue(policy.rungs), policy.rungs, strict=True)
    return next((at for at, rung in times if rung.does is Does.CALL), None)
