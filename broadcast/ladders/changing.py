"""A calling table as whoever is on duty changes it: hours, codes, calls and seconds; who is called stays as it was."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from broadcast.ladders.policy import Does, Occasion, Rung, Whom
from ground.clock import SECOND

WHOLE_DAY: Final = (0, 24)
FIRST_WAIT: Final = 60 * SECOND  # until a call where there was none


@dataclass(frozen=True, slots=True)
class Kept:
    """What becomes of a policy that is there: whether it stays, its hours, and whether an SMS needs the code."""

    stays: bool
    hours: tuple[int, int]
    code: bool


@dataclass(frozen=True, slots=True)
class Climbed:
    """What becomes of steps that policies share: seconds of each as they are, and how often the holder is rung up."""

    waits: tuple[int, ...]
    calls: int


@dataclass(frozen=True, slots=True)
class Added:
    """A further policy, for another level or other hours, that calls whom and how the policy `like` does."""

    name: str
    level: int
    hours: tuple[int, int]
    like: int


@dataclass(frozen=True, slots=True)
class Change:
    """Everything that is changed at once: a `Kept` for each policy, a `Climbed` for each of `ladders_of`."""

    policies: Sequence[Kept]
    ladders: Sequence[Climbed]
    added: Added | None = None


def changed(occasions: Sequence[Occasion], change: Change) -> tuple[Occasion, ...]:
    """Return the table as it is to be."""
    climbed = {rungs: _climbed(rungs, how) for rungs, how in zip(ladders_of(occasions), change.ladders, strict=True)}
    whole = [
        replace(
            each,
            policy=replace(each.policy, code=kept.code, rungs=climbed[each.policy.rungs]),
            hours=_hours(kept.hours),
        )
        for each, kept in zip(occasions, change.policies, strict=True)
    ]
    staying = [each for each, kept in zip(whole, change.policies, strict=True) if kept.stays]
    if change.added is not None:
        staying.append(_added(whole[change.added.like], change.added))
    return tuple(staying)


def ladders_of(occasions: Sequence[Occasion]) -> Sequence[tuple[Rung, ...]]:
    """Return the different orders of steps of a table; policies that call alike share one."""
    return list(dict.fromkeys(each.policy.rungs for each in occasions))


def first_calls(rungs: Sequence[Rung]) -> tuple[int, int]:
    """Return where the holder is rung up for the first time and the calls that follow at once: from, until.

    The last rung is none of them: it comes back until somebody answers.
    """
    mine = [_rings_holder(each) for each in rungs[:-1]]
    if True not in mine:
        return (min(1, len(rungs) - 1),) * 2
    since = mine.index(True)
    return since, next((at for at in range(since, len(mine)) if not mine[at]), len(mine))


def with_calls(rungs: tuple[Rung, ...], calls: int) -> tuple[Rung, ...]:
    """Return the steps with so many first calls to the holder; a further one waits as long as the one before it."""
    since, until = first_calls(rungs)
    present = rungs[since:until]
    another = present[-1] if present else Rung(FIRST_WAIT, Does.CALL, Whom.HOLDER)
    wanted = (*present, *(another for _ in range(calls - len(present))))[: max(calls, 0)]
    return (*rungs[:since], *wanted, *rungs[until:])


def _climbed(rungs: tuple[Rung, ...], how: Climbed) -> tuple[Rung, ...]:
    timed = tuple(replace(each, after=wait * SECOND) for each, wait in zip(rungs, how.waits, strict=True))
    return with_calls(timed, how.calls)


def _added(like: Occasion, added: Added) -> Occasion:
    policy = replace(like.policy, name=added.name)
    return replace(like, policy=policy, levels=frozenset({added.level}), hours=_hours(added.hours))


def _hours(given: tuple[int, int]) -> tuple[int, int] | None:
    return None if given == WHOLE_DAY else given


def _rings_holder(rung: Rung) -> bool:
    return rung.does is Does.CALL and rung.whom is Whom.HOLDER
