"""One rung up: what is done about each ladder that is due, towards whom, and when the next is; pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from broadcast.ladders.model import Ladder
from broadcast.ladders.policy import Does, Policy, Rung, Whom

DIALLED = "voice"


@dataclass(frozen=True, slots=True)
class Move:
    """What one ladder does now. `target` None: nobody can be reached there, and the next in line has his turn at once.

    `channels` are those on which it is said; none for a door. `wait` is story milliseconds until the next step.
    """

    ladder: Ladder
    does: Does
    target: int | None
    channels: frozenset[str]
    position: int  # the rung that is next
    wait: int


def move(ladder: Ladder, policy: Policy, reach: Mapping[int, Collection[str]], channels: Collection[str]) -> Move:
    """Decide one ladder's step; `reach` says who can be reached how, `channels` what there is at all."""
    rungs = policy.asking if ladder.is_awake else policy.rungs
    rung = rungs[min(ladder.position, len(rungs) - 1)]  # past the end the last one comes back
    target = _person(ladder, rung.whom)
    if rung.does is Does.DOOR:
        return _moved(ladder, rungs, rung.does, ladder.person, frozenset())
    theirs = frozenset(reach.get(target, ())) if target is not None else frozenset[str]()
    if target is None or not theirs or _said_before(ladder, rung, target):
        return _skipped(ladder, rungs, rung)
    does = _possible(rung.does, theirs, channels)
    dialled = frozenset({DIALLED})
    return _moved(ladder, rungs, does, target, theirs & dialled if does is Does.CALL else theirs - dialled)


def _person(ladder: Ladder, whom: Whom) -> int | None:
    line = {Whom.HOLDER: ladder.person, Whom.DEPUTY: ladder.deputy, Whom.SUPERIOR: ladder.superior}
    return line.get(whom, ladder.answered_by or ladder.person)


def _said_before(ladder: Ladder, rung: Rung, target: int) -> bool:
    """Whoever stands in for himself is not called a second time under another name."""
    return rung.whom in {Whom.DEPUTY, Whom.SUPERIOR} and target == ladder.person


def _possible(does: Does, theirs: Collection[str], channels: Collection[str]) -> Does:
    """Who cannot be called is written to again; who can only be called is called. Without telephones all is writing."""
    if does is Does.CALL:
        return Does.CALL if DIALLED in theirs and DIALLED in channels else Does.MESSAGE
    return Does.MESSAGE if set(theirs) - {DIALLED} else Does.CALL


def _moved(ladder: Ladder, rungs: Sequence[Rung], does: Does, target: int, channels: frozenset[str]) -> Move:
    position = min(ladder.position + 1, len(rungs) - 1)
    return Move(ladder, does, target, channels, position, rungs[position].after)


def _skipped(ladder: Ladder, rungs: Sequence[Rung], rung: Rung) -> Move:
    """Go on to the first rung that is about somebody else, at once; past the last one, wait for it to come back."""
    last = len(rungs) - 1
    others = (at for at in range(ladder.position + 1, last + 1) if rungs[at].whom is not rung.whom)
    position = next(others, last)
    wait = rungs[last].after if ladder.position >= last else 0
    return Move(ladder, rung.does, None, frozenset(), position, wait)
