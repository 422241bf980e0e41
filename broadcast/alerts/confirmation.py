"""The second person afterwards: what one person issued alone waits half an hour to be confirmed, then is unconfirmed.

The same for a warning issued alone and for a correction: both told people something at one person's word, and a
correction sent in error sends them back to where it is dangerous.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from broadcast.alerts.model import Alert, Ending
from ground.actor import Actor, Role
from ground.clock import MINUTE

CONFIRMED_WITHIN: Final = 30 * MINUTE
CLOCKS_DIFFER: Final = MINUTE
"""By how much the clocks of two hubs may differ; a deadline that lies further ahead is one of a clock that jumped."""


class Standing(StrEnum):
    """How far the second person is."""

    WAITING = "waiting"
    UNCONFIRMED = "unconfirmed"  # nobody confirmed it in time
    CONFIRMED = "confirmed"
    LATE = "late"  # confirmed, after the time for it was over


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What was issued alone and waits for a second person; `told_at`: when those above were called about it."""

    alert: str
    due_at: int
    told_at: int | None = None
    confirmed_at: int | None = None

    def standing(self, now: int) -> Standing:
        """Say how it stands now. What was once called unconfirmed does not wait again when a clock jumps back."""
        if self.confirmed_at is not None:
            late = self.told_at is not None or self.confirmed_at >= self.due_at
            return Standing.LATE if late else Standing.CONFIRMED
        over = self.told_at is not None or not 0 < self.due_at - now <= CONFIRMED_WITHIN + CLOCKS_DIFFER
        return Standing.UNCONFIRMED if over else Standing.WAITING

    def minutes_left(self, now: int) -> int:
        """Return the minutes that are left, the one that has begun counted; none when it waits no more."""
        left = min(self.due_at - now, CONFIRMED_WITHIN)
        return -(-left // MINUTE) if self.standing(now) is Standing.WAITING else 0


def confirmers(alert: Alert) -> tuple[Role, ...]:
    """Return who may be the second person: for a correction any officer, for a warning whoever may approve one."""
    return (Role.OFFICER, Role.APPROVER) if alert.ending is Ending.CORRECTION else (Role.APPROVER,)


def may_confirm(actor: Actor, alert: Alert, issuers: Collection[str]) -> bool:
    """Say whether somebody may confirm what these issued: neither they nor the author themselves."""
    return not actor.roles.isdisjoint(confirmers(alert)) and actor.name not in {alert.author, *issuers}
