"""A second person who is looked for: asked at once, and if none came in time those on duty there and above hear it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from audiences.stores.rosters.leading import leading_here_and_above
from bot.lines import Line, Spoken
from bot.telling import News, Teller, Told
from broadcast.alerts.confirmation import CONFIRMED_WITHIN, Confirmation, confirmers
from broadcast.alerts.lifecycle import TOLD, State
from broadcast.alerts.model import Alert, Ending
from broadcast.notices import Lane, Purpose
from broadcast.stores import alert_steps, alerts, confirmations
from broadcast.stores.ladders import approvers
from ground.actor import system
from ground.clock import Clock
from ground.events import Event, Subscription
from ground.transaction import Transaction

log = structlog.get_logger()
WATCH: Final = system("confirmation-watch")
ASKED: Final = "second_person"
SPOKEN: Final = "unconfirmed"
"""The conversations, and how their notes' origins begin: `alert:` would make them the warning's own notices."""


def subscriptions(teller: Teller, clock: Clock, public_url: str) -> Sequence[Subscription]:
    """Return what listens for what one person issues alone, and for what nobody confirmed in time."""
    ear = _Ear(teller, clock, public_url)
    return (
        Subscription("unconfirmed.asked", frozenset({"alert.issued", "alert.corrected"}), ear.ask),
        Subscription("unconfirmed.above", frozenset({"alert.unconfirmed"}), ear.hear),
    )


@dataclass(frozen=True, slots=True)
class _Ear:
    teller: Teller
    clock: Clock
    public_url: str

    async def ask(self, tx: Transaction, event: Event) -> None:
        """Ask whoever may be the second person, as soon as one person has issued something alone."""
        alert, waited = await self._awaited(tx, event.subject)
        if waited is None:
            return
        taken = await alert_steps.steps_of(tx, WATCH, alert.id)
        issued_it = {each.actor for each in taken if each.to_state is State.ISSUED}
        people = await approvers.able(tx, WATCH, alert.area, confirmers(alert), {alert.author, *issued_it})
        await self._tell(tx, alert, waited, people, ASKED)

    async def hear(self, tx: Transaction, event: Event) -> None:
        """Tell those on duty, unless somebody confirmed it since, or something else stands in its place by now."""
        alert, waited = await self._awaited(tx, event.subject)
        if waited is None:
            return
        people = await leading_here_and_above(tx, WATCH, alert.area, self.clock.now())
        await self._tell(tx, alert, waited, people, SPOKEN)

    @staticmethod
    async def _awaited(tx: Transaction, alert_id: str) -> tuple[Alert, Confirmation | None]:
        """Return what is in force, and its confirmation if one is waited for still."""
        alert = await alerts.load(tx, WATCH, alert_id)
        waited = (await confirmations.of_alerts(tx, WATCH, [alert.id])).get(alert.id)
        open_ = waited is not None and waited.confirmed_at is None and alert.state in TOLD
        return alert, waited if open_ else None

    async def _tell(
        self, tx: Transaction, alert: Alert, waited: Confirmation, people: Sequence[int], conversation: str
    ) -> None:
        if not people:
            log.warning("unconfirmed.nobody_to_tell", alert=alert.id, area=alert.area, conversation=conversation)
            return
        said = [Told(people, [Spoken(conversation, self._line(alert, waited))])]
        origin = f"{conversation}:{alert.id}"
        news = News(origin, Lane.IMMEDIATE, said, alert.area, drill=alert.drill, purpose=Purpose.WARNINGS)
        await self.teller.tell(tx, news, self.clock.now())

    def _line(self, alert: Alert, waited: Confirmation) -> Line:
        """Name the page: an approval is given there, signed in, and so is what takes its place afterwards."""
        values = {
            "headlines": {language: each.headline or each.area_desc for language, each in alert.contents.items()},
            "since": waited.due_at - CONFIRMED_WITHIN,
            "url": f"{self.public_url.rstrip('/')}/alerts/{alert.id}",
        }
        return Line("correction" if alert.ending is Ending.CORRECTION else "warning", values)
