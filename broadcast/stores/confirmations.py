"""Confirmations that are waited for: a row with its deadline for everything that one person issued alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select, update

from audiences.stores.scope import within
from broadcast.alerts.confirmation import CLOCKS_DIFFER, CONFIRMED_WITHIN, Confirmation
from broadcast.alerts.lifecycle import State
from broadcast.alerts.model import Alert, Status
from broadcast.alerts.packing import unpacked
from broadcast.stores.alerts import load
from broadcast.stores.tables import alerts, confirmations
from ground.actor import Actor, Role
from ground.audit import record_deeds
from ground.bulk import among, insert_rows
from ground.events import NewsDesk
from ground.transaction import Dialect, Transaction

TOLD_AT_ONCE = 100
SHOWN_AT_ONCE = 20
JOINED = confirmations.join(alerts, alerts.c.id == confirmations.c.alert_id)


async def expect(tx: Transaction, actor: Actor, alert_id: str, at: int) -> None:
    """Wait for a second person to confirm what was issued alone at this instant."""
    actor.require(Role.OFFICER, Role.APPROVER)
    await load(tx, actor, alert_id)
    await insert_rows(tx, confirmations, [{"alert_id": alert_id, "due_at": at + CONFIRMED_WITHIN}])


async def settle(tx: Transaction, actor: Actor, alert_id: str, at: int) -> None:
    """A second person has confirmed it; of what is older than these rows nothing was waited for."""
    actor.require(Role.OFFICER, Role.APPROVER)
    await load(tx, actor, alert_id)
    mine = (confirmations.c.alert_id == alert_id) & confirmations.c.confirmed_at.is_(None)
    await tx.execute(update(confirmations).where(mine).values(confirmed_at=at))


async def of_alerts(tx: Transaction, actor: Actor, alert_ids: Sequence[str]) -> Mapping[str, Confirmation]:
    """Return what is, or was, waited for; a warning that went the usual way has nothing here."""
    mine = (among(tx, confirmations.c.alert_id, list(alert_ids)), within(actor, alerts.c.area_id))
    rows = await tx.rows(select(confirmations).select_from(JOINED).where(*mine))
    return {row.alert_id: _confirmation(row) for row in rows}


async def awaited(tx: Transaction, actor: Actor) -> Sequence[tuple[Alert, Confirmation]]:
    """Return what is in force and nobody has confirmed yet, the longest waiting first."""
    mine = (alerts.c.state == State.ISSUED, confirmations.c.confirmed_at.is_(None), within(actor, alerts.c.area_id))
    columns = (alerts, confirmations.c.alert_id, confirmations.c.due_at, confirmations.c.told_at)
    wanted = select(*columns, confirmations.c.confirmed_at).select_from(JOINED).where(*mine)
    rows = await tx.rows(wanted.order_by(confirmations.c.due_at).limit(SHOWN_AT_ONCE))
    return [(unpacked(row), _confirmation(row)) for row in rows]


async def is_any_late(tx: Transaction, actor: Actor, now: int) -> bool:
    """Say whether there is anything to call unconfirmed."""
    actor.require_hub()
    return await tx.value(select(confirmations.c.alert_id).where(_late(now)).limit(1)) is not None


async def call_unconfirmed(tx: Transaction, actor: Actor, desk: NewsDesk, now: int) -> int:
    """Say once of everything whose time ran out that nobody confirmed it; return of how many."""
    actor.require_hub()
    chosen = select(confirmations.c.alert_id).where(_late(now)).order_by(confirmations.c.due_at).limit(TOLD_AT_ONCE)
    if tx.dialect is Dialect.POSTGRESQL:
        chosen = chosen.with_for_update(skip_locked=True)
    told = update(confirmations).where(confirmations.c.alert_id.in_(chosen), _late(now)).values(told_at=now)
    late = await tx.values(told.returning(confirmations.c.alert_id))
    facts = select(alerts.c.id, alerts.c.area_id, alerts.c.status).where(among(tx, alerts.c.id, late))
    news = [(row.id, {"area": row.area_id, "drill": row.status != Status.ACTUAL}) for row in await tx.rows(facts)]
    await record_deeds(tx, actor, "alert.unconfirmed", late, now)
    await desk.tell_many(tx, "alert.unconfirmed", news, now)
    return len(late)


def _late(now: int) -> ColumnElement[bool]:
    """Say that the time is over; so it is, too, if the deadline lies further ahead than anything ever waits."""
    over = or_(confirmations.c.due_at <= now, confirmations.c.due_at > now + CONFIRMED_WITHIN + CLOCKS_DIFFER)
    return over & confirmations.c.told_at.is_(None) & confirmations.c.confirmed_at.is_(None)


def _confirmation(row: Row[Any]) -> Confirmation:
    return Confirmation(row.alert_id, row.due_at, row.told_at, row.confirmed_at)
