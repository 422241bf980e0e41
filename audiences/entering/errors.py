"""What can be wrong with one thing entered by hand; each fault names its field, the reason and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from ground.errors import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class Fault:
    """One bad field; the value as it may be shown."""

    field: str
    value: str
    reason: str
    advice: str


class EntryRefused(Invalid):
    """Some fields cannot be taken as they are. Correct those that `errors` names and send it again."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__()


class AlreadyEntered(Conflict):
    """The source {source} has a {what} with this id already. Change that one, or choose another id."""
