"""A proof: what a receipt says of one delivery, and the step that it justifies from the state the delivery is in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from broadcast.channels.base import Word
from broadcast.channels.errors import Rejected, SendError, Unreachable
from broadcast.deliveries import LEGAL, Key, State
from broadcast.notices import Guarantee, Policy
from broadcast.verdicts import Verdict, judge

WEIGHT = {word: weight for weight, word in enumerate((Word.ACCEPTED, Word.PROGRESS, Word.FAILED, Word.DELIVERED))}
"""That it arrived outweighs that it did not, in whatever order they come."""

MEANS = {Word.ACCEPTED: State.ACCEPTED, Word.PROGRESS: State.ACCEPTED, Word.DELIVERED: State.DELIVERED}
FAILABLE = frozenset({State.CLAIMED, State.ACCEPTED, State.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class Proof:
    """What a provider said of one sending of a delivery."""

    key: Key
    word: Word
    detail: str  # the channel's own word; empty if it has none
    account: str
    provider_id: str
    error: SendError | None = None


def weightiest(proofs: Sequence[Proof]) -> Proof:
    """Return what counts when several receipts speak of one delivery at once."""
    return max(proofs, key=lambda each: WEIGHT[each.word])


def is_stale(proof: Proof, state: State, tries: Sequence[str]) -> bool:
    """Say whether a failure is of an earlier try. `tries` are the provider's ids of the recorded ones, newest first.

    The try of a claimed delivery is not recorded yet, that of an accepted one is the newest.
    """
    if proof.word is not Word.FAILED:
        return False
    if state is State.ACCEPTED:
        return bool(tries) and tries[0] != proof.provider_id
    return proof.provider_id in tries


def step(proof: Proof, state: State, policy: Policy, guarantee: Guarantee, attempt: int) -> Verdict | None:
    """Say where a delivery in `state` goes by `proof`; None if it stays where it is."""
    if proof.word is not Word.FAILED:
        to = MEANS[proof.word]
        return Verdict(to) if to in LEGAL[state] else None
    if state not in FAILABLE:
        return None  # it already has a better or a later word
    error = proof.error or Rejected(proof.detail)
    if state is State.UNCERTAIN or (isinstance(error, Unreachable) and guarantee is Guarantee.AT_MOST_ONCE):
        error = Rejected(error.reason)  # a carrier that gave up is asked again only where twice is better than never
    verdict = judge(error, policy, guarantee, attempt)
    # whatever is tried again on this channel, the person's next one need not wait for it
    return replace(verdict, next_channel=policy.on_refusal)
