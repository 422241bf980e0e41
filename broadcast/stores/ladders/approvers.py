"""Whoever may approve a warning, to be called one after the other while it waits."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select, update

from audiences.stores.tables import area_closure, operators
from broadcast.stores.tables import alerts, approval_calls
from ground.actor import Actor, Role
from ground.bulk import insert_rows
from ground.transaction import Dialect, Transaction


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submitted warning, and how many were called about it so far."""

    alert: str
    area: int
    author: str
    turn: int


async def wait_for(tx: Transaction, actor: Actor, alert_id: str, now: int) -> None:
    """Begin to call; of a warning that is submitted again, from the beginning."""
    actor.require_hub()
    await stop(tx, actor, alert_id)
    await insert_rows(tx, approval_calls, [{"alert_id": alert_id, "turn": 0, "wait": 0, "due_at": now}])


async def stop(tx: Transaction, actor: Actor, alert_id: str) -> None:
    """It was decided."""
    actor.require_hub()
    await tx.execute(delete(approval_calls).where(approval_calls.c.alert_id == alert_id))


async def due(tx: Transaction, actor: Actor, now: int, limit: int, alert_id: str | None = None) -> Sequence[Waiting]:
    """Return what waits and whose next call is due, held until the transaction ends; see rows.due for the clock."""
    actor.require_hub()
    ripe = or_(approval_calls.c.due_at <= now, approval_calls.c.due_at - approval_calls.c.wait > now)
    joined = approval_calls.join(alerts, alerts.c.id == approval_calls.c.alert_id)
    wanted: Any = select(alerts.c.id, alerts.c.area_id, alerts.c.author, approval_calls.c.turn).select_from(joined)
    wanted = wanted.where(ripe).order_by(alerts.c.level, approval_calls.c.due_at).limit(limit)
    if alert_id is not None:
        wanted = wanted.where(alerts.c.id == alert_id)
    if tx.dialect is Dialect.POSTGRESQL:
        wanted = wanted.with_for_update(skip_locked=True, of=approval_calls)
    return [Waiting(row.id, row.area_id, row.author, row.turn) for row in await tx.rows(wanted)]


async def called(tx: Transaction, actor: Actor, alert_id: str, now: int, wait: int) -> None:
    """Note that the next one was called; the one after follows when `wait` has passed."""
    actor.require_hub()
    changed = {"turn": approval_calls.c.turn + 1, "wait": wait, "due_at": now + wait}
    await tx.execute(update(approval_calls).where(approval_calls.c.alert_id == alert_id).values(**changed))


async def of(tx: Transaction, actor: Actor, waiting: Waiting) -> Sequence[int]:
    """Return the people who may approve it, those of the nearest area first; never who wrote it."""
    actor.require_hub()
    return await able(tx, actor, waiting.area, (Role.APPROVER,), {waiting.author})


async def able(
    tx: Transaction, actor: Actor, area: int, roles: Collection[Role], beside: Collection[str]
) -> Sequence[int]:
    """Return the people with one of these roles in an area, those of the nearest first; not the actors in `beside`."""
    actor.require_hub()
    above = operators.join(area_closure, area_closure.c.ancestor_id == operators.c.area_id)
    known = operators.c.person_id.is_not(None) & operators.c.disabled_at.is_(None)
    here = area_closure.c.descendant_id == area
    wanted = select(operators.c.id, operators.c.person_id, operators.c.roles).select_from(above)
    rows = await tx.rows(wanted.where(here, known).order_by(area_closure.c.depth, operators.c.id))
    fit = [row for row in rows if set(roles).intersection(row.roles) and f"operator:{row.id}" not in beside]
    return list(dict.fromkeys(row.person_id for row in fit))
