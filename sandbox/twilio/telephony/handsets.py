"""How the phones of a village take calls: after how many rings, at which call, for how long, and what they press."""

from dataclasses import dataclass, field

RING = 5.0  # seconds from one ring to the next


@dataclass(frozen=True, slots=True)
class Manner:
    """What one number does with a call; seconds are those of the talk, whatever the pace of the sandbox."""

    rings: int = 1  # after which it is answered
    from_call: int = 1  # the first call that is answered; those before it ring out
    busy: bool = False
    off: bool = False  # out of reach: the carrier says so at once
    unassigned: bool = False  # nobody has this number: the carrier says so
    invalid: bool = False  # the API itself refuses it
    hangs_up_after: float | None = None
    keys: str = ""  # what is pressed, one each time it is asked; a blank is nothing
    too_early: bool = False  # every key is pressed while nobody listens for one


@dataclass(slots=True)
class Handsets:
    manners: dict[str, Manner] = field(default_factory=dict)
    called: dict[str, int] = field(default_factory=dict)

    def of(self, number: str) -> Manner:
        return self.manners.get(number, Manner())

    def ring(self, number: str) -> int:
        """Count one more call to this number; return the how manieth it is."""
        self.called[number] = self.called.get(number, 0) + 1
        return self.called[number]
