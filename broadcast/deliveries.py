"""A delivery: one notice for one address, and how far it got; the states and the steps that are legal between them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class State(StrEnum):
    PLANNED = "planned"
    CLAIMED = "claimed"  # a worker holds it, for as long as its range's lease
    ACCEPTED = "accepted"  # the provider took it; the end where a channel declares no receipts
    DELIVERED = "delivered"
    FAILED = "failed"  # with a reason
    SUPPRESSED = "suppressed"  # opted out, closed or stopped address; with a reason
    SUPERSEDED = "superseded"  # something newer overtook it before it was sent
    EXPIRED = "expired"
    UNCERTAIN = "uncertain"  # it may have gone out; nobody will ever know


LEGAL: Final[dict[State, frozenset[State]]] = {
    State.PLANNED: frozenset({State.CLAIMED, State.SUPPRESSED, State.SUPERSEDED, State.EXPIRED}),
    State.CLAIMED: frozenset(
        {
            State.PLANNED,  # to be tried again, or a lapsed lease of a warning
            State.ACCEPTED,
            State.DELIVERED,  # a receipt can overtake our own record
            State.FAILED,
            State.SUPPRESSED,  # a stop, an opt-out at the carrier
            State.UNCERTAIN,
        }
    ),
    State.ACCEPTED: frozenset({State.DELIVERED, State.FAILED}),
    State.FAILED: frozenset({State.DELIVERED}),  # a late receipt that it did arrive is good news
    State.UNCERTAIN: frozenset({State.ACCEPTED, State.DELIVERED, State.FAILED}),
    State.DELIVERED: frozenset(),
    State.SUPPRESSED: frozenset(),
    State.SUPERSEDED: frozenset({State.ACCEPTED, State.DELIVERED}),  # only by a receipt that proves an earlier try
    State.EXPIRED: frozenset({State.ACCEPTED, State.DELIVERED}),
}

HEARD: Final = frozenset({State.CLAIMED, State.ACCEPTED, State.DELIVERED, State.UNCERTAIN})
"""Who may have heard it: they must be told when it ends."""

ENDS: Final = frozenset(State) - {State.PLANNED, State.CLAIMED}


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """Which delivery: it travels out wherever a provider lets a mark travel, so that a receipt can find it again."""

    notice: int
    seq: int

    def __str__(self) -> str:
        return f"{self.notice}.{self.seq}"

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Read what `str` wrote; a ValueError says that it is none of ours."""
        notice, dot, seq = text.partition(".")
        if not (dot and notice.isascii() and notice.isdigit() and seq.isascii() and seq.isdigit()):
            raise ValueError("not a delivery's key")
        return cls(int(notice), int(seq))
