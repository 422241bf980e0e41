"""Alarms as they are kept: each is due at an instant, told once, and open until somebody has dealt with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, select, update

from audiences.stores.scope import within
from bot.cases.errors import ReasonNeeded, UnknownAlarm
from bot.cases.evacuation import AlarmKind
from bot.stores.evacuation.orders import ORDERERS
from bot.stores.evacuation.tables import alarms, orders
from ground.actor import Actor
from ground.audit import record_deed
from ground.bulk import among, insert_rows
from ground.transaction import Dialect, Transaction


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm to be raised once, whatever happens again. `key` says what it is once for."""

    order: int
    key: str
    kind: AlarmKind
    area: int
    due_at: int
    line: int | None = None
    site: int | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm as it is kept."""

    id: int
    order: int
    key: str
    kind: AlarmKind
    area: int
    line: int | None
    site: int | None
    due_at: int
    told_at: int | None
    done_at: int | None
    done_by: str | None
    why: str


async def raise_all(tx: Transaction, actor: Actor, raised: Sequence[Raised]) -> None:
    """Raise alarms; those that were raised before stay as they are."""
    actor.require_hub()
    rows = [
        {
            "order_id": each.order,
            "key": each.key[:80],
            "kind": each.kind,
            "area_id": each.area,
            "line_id": each.line,
            "site_id": each.site,
            "due_at": each.due_at,
        }
        for each in raised
    ]
    await insert_rows(tx, alarms, rows, ignore_known=True)


async def due(tx: Transaction, actor: Actor, now: int, limit: int) -> Sequence[int]:
    """Return which alarms of open orders are due and were not told yet."""
    actor.require_hub()
    wanted = select(alarms.c.id).join(orders, orders.c.id == alarms.c.order_id).where(_waiting(now))
    return list(await tx.values(wanted.order_by(alarms.c.due_at, alarms.c.id).limit(limit)))


def _waiting(now: int) -> ColumnElement[bool]:
    ripe = and_(alarms.c.told_at.is_(None), alarms.c.done_at.is_(None), alarms.c.due_at <= now)
    return and_(ripe, orders.c.lifted_at.is_(None))


async def take(tx: Transaction, actor: Actor, alarm_ids: Sequence[int], now: int) -> Sequence[Alarm]:
    """Return those of these alarms that are still due, for this worker alone."""
    actor.require_hub()
    wanted = select(alarms).join(orders, orders.c.id == alarms.c.order_id)
    wanted = wanted.where(_waiting(now), among(tx, alarms.c.id, alarm_ids)).order_by(alarms.c.due_at, alarms.c.id)
    if tx.dialect is Dialect.POSTGRESQL:
        wanted = wanted.with_for_update(of=alarms, skip_locked=True)
    return [_alarm(row) for row in await tx.rows(wanted)]


async def put_off(tx: Transaction, actor: Actor, alarm_ids: Sequence[int], until: int) -> None:
    """Let others have their turn before those that could not be told."""
    actor.require_hub()
    await tx.execute(update(alarms).where(among(tx, alarms.c.id, alarm_ids)).values(due_at=until))


async def told(tx: Transaction, actor: Actor, alarm_id: int, at: int) -> None:
    actor.require_hub()
    await tx.execute(update(alarms).where(alarms.c.id == alarm_id).values(told_at=at))


async def over(tx: Transaction, actor: Actor, alarm_id: int, why: str, at: int) -> None:
    """End an alarm whose reason is gone before anybody had to be told."""
    actor.require_hub()
    ended = update(alarms).where(alarms.c.id == alarm_id, alarms.c.done_at.is_(None))
    await tx.execute(ended.values(done_at=at, done_by=actor.name, why=why))


async def over_by_key(tx: Transaction, actor: Actor, order_id: int, key: str, why: str, at: int) -> None:
    """End one alarm of an order by what it was raised for."""
    actor.require_hub()
    mine = (alarms.c.order_id == order_id) & (alarms.c.key == key) & alarms.c.done_at.is_(None)
    await tx.execute(update(alarms).where(mine).values(done_at=at, done_by=actor.name, why=why))


async def heard_again(tx: Transaction, actor: Actor, order_id: int, area_ids: Sequence[int], at: int) -> None:
    """End the alarms of villages that were out of contact and are heard again."""
    actor.require_hub()
    lost = (alarms.c.order_id == order_id) & (alarms.c.kind == AlarmKind.OUT_OF_CONTACT) & alarms.c.done_at.is_(None)
    ended = update(alarms).where(lost, among(tx, alarms.c.area_id, area_ids))
    await tx.execute(ended.values(done_at=at, done_by=actor.name, why="heard again"))


async def settle(tx: Transaction, actor: Actor, alarm_id: int, reason: str, at: int) -> None:
    """Say that an alarm was dealt with, and how."""
    actor.require(*ORDERERS)
    if not reason.strip():
        raise ReasonNeeded
    mine = (alarms.c.id == alarm_id) & alarms.c.done_at.is_(None) & within(actor, alarms.c.area_id)
    ended = update(alarms).where(mine).values(done_at=at, done_by=actor.name, why=reason[:400])
    if (await tx.execute(ended)).rowcount == 0:
        raise UnknownAlarm(alarm=alarm_id)
    await record_deed(tx, actor, "evacuation.alarm_settled", f"alarm:{alarm_id}", at, why=reason[:400])


async def listed(tx: Transaction, actor: Actor, order_id: int, *, now: int, done_too: bool = False) -> Sequence[Alarm]:
    """Return the alarms of an order that are due, the oldest first."""
    mine = (alarms.c.order_id == order_id) & (alarms.c.due_at <= now) & within(actor, alarms.c.area_id)
    wanted = select(alarms).where(mine).order_by(alarms.c.due_at, alarms.c.id)
    if not done_too:
        wanted = wanted.where(alarms.c.done_at.is_(None))
    return [_alarm(row) for row in await tx.rows(wanted)]


def _alarm(row: Row[Any]) -> Alarm:
    return Alarm(
        row.id,
        row.order_id,
        row.key,
        AlarmKind(row.kind),
        row.area_id,
        row.line_id,
        row.site_id,
        row.due_at,
        row.told_at,
        row.done_at,
        row.done_by,
        row.why,
    )
