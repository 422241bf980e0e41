"""What the pages say of the second person: how far they are, and whether whoever looks may be the one."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.pages.view import headline_of
from broadcast.alerts.confirmation import Confirmation, Standing, may_confirm
from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import Alert, Ending
from broadcast.stores import alert_steps, alerts, confirmations
from ground.actor import Actor
from ground.clock import BEIJING, moment
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class SecondPerson:
    """How far the second person is for one warning, ready to be laid out."""

    standing: Standing
    minutes_left: int
    due: str
    confirmed: str
    correction: bool
    may: bool = False
    own: bool = False  # whoever looks issued it


@dataclass(frozen=True, slots=True)
class Awaited:
    """One line of the list of what nobody has confirmed yet."""

    alert: Alert
    headline: str
    second: SecondPerson


async def of_warning(tx: Transaction, who: Actor, alert_id: str, now: int) -> SecondPerson | None:
    """Return how far the second person is; None for a warning that went the usual way."""
    waited = (await confirmations.of_alerts(tx, who, [alert_id])).get(alert_id)
    if waited is None:
        return None
    alert = await alerts.load(tx, who, alert_id)
    issuers = [step.actor for step in await alert_steps.steps_of(tx, who, alert_id) if step.to_state is State.ISSUED]
    open_ = waited.confirmed_at is None
    return _second(alert, waited, now, may=open_ and may_confirm(who, alert, issuers), own=who.name in issuers)


async def awaited_here(tx: Transaction, who: Actor, language: str, now: int) -> Sequence[Awaited]:
    """Return what is in force and unconfirmed in the area of whoever looks, the longest waiting first."""
    found = await confirmations.awaited(tx, who)
    return [Awaited(each, headline_of(each, language), _second(each, waited, now)) for each, waited in found]


async def standings(tx: Transaction, who: Actor, listed: Sequence[Alert], now: int) -> dict[str, Standing]:
    """Return how far the second person is for those of these warnings that one person issued alone."""
    found = await confirmations.of_alerts(tx, who, [each.id for each in listed])
    return {alert: waited.standing(now) for alert, waited in found.items()}


def _second(alert: Alert, waited: Confirmation, now: int, *, may: bool = False, own: bool = False) -> SecondPerson:
    return SecondPerson(
        standing=waited.standing(now),
        minutes_left=waited.minutes_left(now),
        due=_time(waited.due_at),
        confirmed=_time(waited.confirmed_at) if waited.confirmed_at is not None else "",
        correction=alert.ending is Ending.CORRECTION,
        may=may,
        own=own,
    )


def _time(at: int) -> str:
    return f"{moment(at, BEIJING):%H:%M}"
