"""What follows from the way a sending went: pure policy, applied by the store that records it."""

import random
from dataclasses import dataclass

from broadcast.channels.base import Accepted
from broadcast.channels.errors import Gone, Rejected, SendError, Throttled, Unreachable
from broadcast.deliveries import State
from broadcast.notices import Guarantee, Policy
from ground.clock import MINUTE, SECOND

FIRST_WAIT = 2 * SECOND
LONGEST_WAIT = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state a claimed delivery goes to; `again_in` (machine milliseconds) if it is tried once more."""

    state: State
    reason: str = ""
    again_in: int | None = None
    maybe_twice: bool = False  # the try before may have arrived
    counts: bool = True  # whether this was an attempt
    next_channel: bool = False  # the person's next channel takes over at once


TAKEN = Verdict(State.ACCEPTED)


def judge(result: Accepted | SendError, policy: Policy, guarantee: Guarantee, attempt: int) -> Verdict:
    """Say what becomes of a delivery after try number `attempt` ended in `result`."""
    match result:
        case Accepted():
            return TAKEN
        case Throttled(reason, retry_after):
            return Verdict(State.PLANNED, reason, again_in=round(retry_after * SECOND), counts=False)
        case Gone(reason, moved_to=str()):
            return Verdict(State.PLANNED, reason, again_in=0)
        case Gone(reason) | Rejected(reason):
            return Verdict(State.FAILED, reason, next_channel=policy.on_refusal)
        case Unreachable():
            return _judge_unreachable(result, policy, guarantee, attempt)
    raise TypeError(f"not a result of a sending: {type(result).__name__}")


def _judge_unreachable(error: Unreachable, policy: Policy, guarantee: Guarantee, attempt: int) -> Verdict:
    if error.maybe_accepted and guarantee is Guarantee.AT_MOST_ONCE:
        return Verdict(State.UNCERTAIN, error.reason)
    if attempt >= policy.attempts:
        ended = State.UNCERTAIN if error.maybe_accepted else State.FAILED
        return Verdict(ended, error.reason, next_channel=policy.on_refusal)
    wait = max(back_off(attempt), round((error.again_in or 0) * SECOND))
    return Verdict(State.PLANNED, error.reason, again_in=wait, maybe_twice=error.maybe_accepted)


def back_off(attempt: int) -> int:
    """Return machine milliseconds to wait after try number `attempt`: doubling, spread so that crowds disperse.

    A try that was throttled does not count, and may have arrived all the same: then it is number 0.
    """
    wait = min(FIRST_WAIT << max(0, attempt - 1), LONGEST_WAIT)
    return round(wait * random.uniform(0.75, 1.25))  # noqa: S311 - spreads a crowd, keeps no secret
