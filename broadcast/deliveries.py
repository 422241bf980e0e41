"""A delivery: one notice for one address, and how far it got; the states and the steps that are legal between them."""

from enum import StrEnum
from typing import Final, NamedTuple


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


PROVED: Final = frozenset({State.ACCEPTED, State.DELIVERED})
"""What a receipt can prove at any time: that an earlier try did go out after all."""

LEGAL: Final[dict[State, frozenset[State]]] = {
    State.PLANNED: frozenset({State.CLAIMED, State.SUPPRESSED, State.SUPERSEDED, State.EXPIRED}) | PROVED,
    State.CLAIMED: frozenset(
        {
            State.PLANNED,  # to be tried again, or a lapsed lease of a warning
            State.FAILED,
            State.UNCERTAIN,
        }
    )
    | PROVED,
    State.ACCEPTED: frozenset({State.PLANNED, State.DELIVERED, State.FAILED}),  # planned: undelivered, tried again
    State.FAILED: frozenset({State.DELIVERED}),  # a late receipt that it did arrive is good news
    State.UNCERTAIN: frozenset({State.FAILED}) | PROVED,
    State.DELIVERED: frozenset(),
    State.SUPPRESSED: PROVED,
    State.SUPERSEDED: PROVED,
    State.EXPIRED: PROVED,
}

HEARD: Final = frozenset({State.CLAIMED, State.ACCEPTED, State.DELIVERED, State.UNCERTAIN})
"""Who may have heard it: they must be told when it ends."""

ENDS: Final = frozenset(State) - {State.PLANNED, State.CLAIMED}


class Key(NamedTuple):
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
