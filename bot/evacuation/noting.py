"""What a step of the roll call leads to, and noting what was said at a door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.cases.evacuation import PersonState
from bot.conversing import Heard, Room
from bot.evacuation.calling import shown
from bot.evacuation.charge import Charge, said_of
from bot.lines import Line
from bot.stores.evacuation.roll import Line as Row

NEXT: Final = "next"  # the next door
DONE: Final = "done"  # this door is done
OVER: Final = "over"
STATES: Final = (
    PersonState.MOVED,
    PersonState.RELATIVES,
    PersonState.ON_THE_WAY,
    PersonState.REFUSED,
    PersonState.NOBODY_HOME,
    PersonState.AWAY,
    PersonState.NEEDS_VEHICLE,
    PersonState.NEEDS_MEDICAL,
)
SAYABLE: Final = frozenset(state.value for state in STATES)
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """What follows from a step: where the call goes on, what is remembered, what is said first."""

    step: str
    facts: Mapping[str, Any]
    said: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Hand:
    """Everything that a step leans on."""

    room: Room
    charge: Charge
    facts: Facts
    heard: Heard
    rows: Sequence[Row]

    async def report(
        self,
        rows: Sequence[Row],
        state: PersonState,
        *,
        at: int | None = None,
        words: str = "",
        shelter: tuple[int, str] | None = None,
    ) -> Line:
        """Report one state of some rows, with the photos that came before it; say what was noted.

        Without a `shelter` they went to their household's own.
        """
        photos = tuple(self.facts.pop("photos", ()))
        said = [
            replace(
                each,
                photos=photos,
                words=words,
                happened_at=self.room.happened_at if at is None else at,
                shelter=shelter[0] if shelter else None,
            )
            for each in said_of(self.room, self.charge, rows, state, self.heard.dedupe)
        ]
        kept = await self.charge.report(self.room.tx, said, self.room.now)
        values = {
            "state": state.value,
            "shelter": shelter[1] if shelter else "",
            "rows": [shown(row) for row in rows],
            "photos": len(photos),
            "attempts": max((each.refusals for each in kept), default=0),
            "proven": self.charge.proven,
        }
        return Line("noted", values)
