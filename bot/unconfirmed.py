"""A second person who did not come: those on duty there and above hear once that nobody confirmed what one sent."""

from dataclasses import dataclass
from typing import Final

import structlog

from audiences.stores.rosters.leading import leading_here_and_above
from bot.lines import Line, Spoken
from bot.telling import News, Teller, Told
from broadcast.alerts.confirmation import CONFIRMED_WITHIN, Confirmation
from broadcast.alerts.lifecycle import TOLD
from broadcast.alerts.model import Alert, Ending
from broadcast.notices import Lane, Purpose
from broadcast.stores import alerts, confirmations
from ground.actor import system
from ground.clock import Clock
from ground.events import Event, Subscription
from ground.transaction import Transaction

log = structlog.get_logger()
WATCH: Final = system("confirmation-watch")
SPOKEN: Final = "unconfirmed"
"""The conversation, and how the note's origin begins: `alert:` would make it one of the warning's own notices."""


def subscription(teller: Teller, clock: Clock, public_url: str) -> Subscription:
    """Return what listens for what one person issued alone and nobody confirmed."""
    return Subscription("unconfirmed.above", frozenset({"alert.unconfirmed"}), _Ear(teller, clock, public_url).hear)


@dataclass(frozen=True, slots=True)
class _Ear:
    teller: Teller
    clock: Clock
    public_url: str

    async def hear(self, tx: Transaction, event: Event) -> None:
        """Tell those on duty, unless somebody confirmed it since, or something else stands in its place by now."""
        alert = await alerts.load(tx, WATCH, event.subject)
        waited = (await confirmations.of_alerts(tx, WATCH, [alert.id])).get(alert.id)
        if waited is None or waited.confirmed_at is not None or alert.state not in TOLD:
            return
        now = self.clock.now()
        people = await leading_here_and_above(tx, WATCH, alert.area, now)
        if not people:
            log.warning("unconfirmed.nobody_to_tell", alert=alert.id, area=alert.area)
            return
        said = [Told(people, [Spoken(SPOKEN, self._line(alert, waited))])]
        news = News(
            f"{SPOKEN}:{alert.id}", Lane.IMMEDIATE, said, alert.area, drill=alert.drill, purpose=Purpose.WARNINGS
        )
        await self.teller.tell(tx, news, now)

    def _line(self, alert: Alert, waited: Confirmation) -> Line:
        """Name the page: an approval is given there, signed in, and so is what takes its place afterwards."""
        values = {
            "headlines": {language: each.headline or each.area_desc for language, each in alert.contents.items()},
            "since": waited.due_at - CONFIRMED_WITHIN,
            "url": f"{self.public_url.rstrip('/')}/alerts/{alert.id}",
        }
        return Line("correction" if alert.ending is Ending.CORRECTION else "warning", values)
