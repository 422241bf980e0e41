"""A call for hands: whoever answered 叫应 cannot get the people out, and those above are told in the same breath."""

from dataclasses import dataclass
from typing import Final

import structlog

from bot.lines import Line, Spoken
from bot.stores.evacuation import offices
from bot.stores.video import holders
from bot.telling import News, Teller, Told
from broadcast.ladders.model import REPORT
from broadcast.notices import Lane, Purpose
from ground.actor import system
from ground.clock import Clock
from ground.events import Event, Subscription
from ground.transaction import Transaction

log = structlog.get_logger()
CALLER: Final = system("caller")
ABOVE: Final = ("township", "county")


def subscription(teller: Teller, clock: Clock) -> Subscription:
    """Return what listens for reports that it cannot be done without help."""
    return Subscription("calling.stuck", frozenset({"ladder.stuck"}), _Ear(teller, clock).hear)


@dataclass(frozen=True, slots=True)
class _Ear:
    teller: Teller
    clock: Clock

    async def hear(self, tx: Transaction, event: Event) -> None:
        facts, now = event.facts, self.clock.now()
        area, person = int(facts["area"]), int(facts["person"])
        above = {*await offices.above(tx, CALLER, area, ABOVE, now), facts["superior"]} - {person, None}
        if not above:
            log.warning("ladder.nobody_to_tell", ladder=event.subject, area=area)
            return
        values = {
            "place": await offices.name_of(tx, CALLER, area),
            "who": next((each.said for each in (await holders.reached(tx, CALLER, [person], now)).values()), ""),
            "moved": facts["moved"],
        }
        news = News(
            f"stuck:{event.subject}",
            Lane.IMMEDIATE,
            [Told(sorted(above), [Spoken(REPORT, Line("stuck", values))])],
            area,
            drill=bool(facts["drill"]),
            purpose=Purpose.WARNINGS,
        )
        await self.teller.tell(tx, news, now)
