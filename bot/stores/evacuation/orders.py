"""Evacuation orders as they are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from audiences.stores import areas
from audiences.stores.scope import within
from bot.cases.errors import OrderLifted, ReasonNeeded, UnknownOrder
from bot.cases.evacuation import OrderKind
from bot.stores.evacuation.tables import orders
from broadcast.content.message import Audio
from broadcast.stores import stops
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.clock import machine_now
from ground.ids import new_id
from ground.transaction import Dialect, Transaction

ORDERERS = (Role.OFFICER, Role.APPROVER, Role.DUTY)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """What it takes to order an evacuation."""

    kind: OrderKind
    drill: bool
    area: int
    site: int | None = None
    alert: str | None = None
    audience: int | None = None
    level: int = 1
    follows: int | None = None
    recording: Audio | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(OrderDraft):
    """An order as it is kept; `id` outside, `key` inside."""

    id: str
    key: int
    by: str
    at: int
    stage: str
    cursor: tuple[int, int]
    sound_notice: int | None
    sound_stopped_at: int | None
    warning_ended_at: int | None
    lifted_at: int | None

    @property
    def open(self) -> bool:
        return self.lifted_at is None


async def keep(tx: Transaction, actor: Actor, draft: OrderDraft, at: int) -> Order:
    """Keep an order; its roll is frozen afterwards, in slices."""
    actor.require(*ORDERERS)
    await areas.load(tx, actor, draft.area)
    row = {
        "public_id": new_id(),
        "kind": draft.kind,
        "drill": draft.drill,
        "area_id": draft.area,
        "site_id": draft.site,
        "alert_id": draft.alert,
        "audience_id": draft.audience,
        "level": draft.level,
        "follows_id": draft.follows,
        "recording": _packed(draft.recording),
        "ordered_by": actor.name,
        "ordered_at": at,
        "learned_at": machine_now(),
        "stage": "freezing",
    }
    order_id = int(await tx.value(insert(orders).values(row).returning(orders.c.id)))
    await record_deed(tx, actor, "evacuation.ordered", f"evacuation:{row['public_id']}", at, kind=draft.kind)
    return await by_key(tx, actor, order_id)


async def load(tx: Transaction, actor: Actor, public_id: str) -> Order:
    row = await tx.row(select(orders).where(orders.c.public_id == public_id, within(actor, orders.c.area_id)))
    if row is None:
        raise UnknownOrder(order=public_id)
    return _order(row)


async def by_key(tx: Transaction, actor: Actor, order_id: int) -> Order:
    row = await tx.row(select(orders).where(orders.c.id == order_id, within(actor, orders.c.area_id)))
    if row is None:
        raise UnknownOrder(order=order_id)
    return _order(row)


async def listed(
    tx: Transaction, actor: Actor, *, lifted_too: bool = True, before: str | None = None, limit: int = 50
) -> Sequence[Order]:
    """Return the orders of the actor's area, the newest first."""
    wanted = select(orders).where(within(actor, orders.c.area_id)).order_by(orders.c.public_id.desc()).limit(limit)
    if not lifted_too:
        wanted = wanted.where(orders.c.lifted_at.is_(None))
    if before:
        wanted = wanted.where(orders.c.public_id < before)
    return [_order(row) for row in await tx.rows(wanted)]


async def lift(tx: Transaction, actor: Actor, order_id: int, reason: str, at: int) -> Order:
    """Close an order: nothing is asked or counted any more. Who may return is said group by group, never by this."""
    actor.require(*ORDERERS)
    open_one = (orders.c.id == order_id) & orders.c.lifted_at.is_(None) & within(actor, orders.c.area_id)
    ended = update(orders).where(open_one).values(lifted_at=at, lifted_by=actor.name, reason=reason[:400])
    if (await tx.execute(ended)).rowcount == 0:
        present = await by_key(tx, actor, order_id)
        raise OrderLifted(order=present.id)
    await record_deed(tx, actor, "evacuation.lifted", f"evacuation:{order_id}", at, reason=reason[:400])
    return await by_key(tx, actor, order_id)


async def hush(tx: Transaction, actor: Actor, order_id: int, reason: str, at: int) -> None:
    """End what loudspeakers play of an order: what is unsent is held, what plays is told to stop."""
    actor.require(*ORDERERS)
    if not reason.strip():
        raise ReasonNeeded
    order = await by_key(tx, actor, order_id)
    if order.sound_notice is not None:
        await stops.stop_notice(tx, actor, order.sound_notice, reason[:400], at)
    await tx.execute(update(orders).where(orders.c.id == order_id).values(sound_stopped_at=at))
    await record_deed(tx, actor, "evacuation.hushed", f"evacuation:{order.id}", at, reason=reason[:400])


async def open_ones(tx: Transaction, actor: Actor) -> Sequence[Order]:
    """Return every open order, the oldest first."""
    actor.require_hub()
    return [
        _order(row) for row in await tx.rows(select(orders).where(orders.c.lifted_at.is_(None)).order_by(orders.c.id))
    ]


async def hold(tx: Transaction, actor: Actor, order_id: int) -> Order | None:
    """Return an open order for one worker alone to go on with; None if another has it."""
    actor.require_hub()
    wanted = select(orders).where(orders.c.id == order_id, orders.c.lifted_at.is_(None))
    if tx.dialect is Dialect.POSTGRESQL:
        wanted = wanted.with_for_update(skip_locked=True, key_share=True)
    row = await tx.row(wanted)
    return None if row is None else _order(row)


async def note(tx: Transaction, actor: Actor, order_id: int, **values: Any) -> None:
    """Note how far an order came."""
    actor.require_hub()
    await tx.execute(update(orders).where(orders.c.id == order_id).values(**values))


async def of_alerts(tx: Transaction, actor: Actor, alert_ids: Sequence[str]) -> Sequence[Order]:
    """Return the open orders that came out of these warnings."""
    actor.require_hub()
    mine = orders.c.alert_id.in_(alert_ids) & orders.c.lifted_at.is_(None)
    return [_order(row) for row in await tx.rows(select(orders).where(mine).order_by(orders.c.id))]


async def to_silence(tx: Transaction, actor: Actor) -> Sequence[tuple[int, int]]:
    """Return (order, notice) of the recordings that somebody stopped and that may still be playing."""
    actor.require_hub()
    stopped = orders.c.sound_stopped_at.is_not(None) & orders.c.sound_notice_id.is_not(None)
    rows = await tx.rows(select(orders.c.id, orders.c.sound_notice_id).where(stopped).order_by(orders.c.id))
    return [(row.id, row.sound_notice_id) for row in rows]


def _packed(audio: Audio | None) -> Mapping[str, Any] | None:
    if audio is None:
        return None
    return {name: getattr(audio, name) for name in ("digest", "mime_type", "bytes", "duration_ms")}


def _order(row: Row[Any]) -> Order:
    return Order(
        id=row.public_id,
        key=row.id,
        kind=OrderKind(row.kind),
        drill=row.drill,
        area=row.area_id,
        site=row.site_id,
        alert=row.alert_id,
        audience=row.audience_id,
        level=row.level,
        follows=row.follows_id,
        recording=Audio(**row.recording) if row.recording else None,
        by=row.ordered_by,
        at=row.ordered_at,
        stage=row.stage,
        cursor=(row.cursor_area_id, row.cursor_id),
        sound_notice=row.sound_notice_id,
        sound_stopped_at=row.sound_stopped_at,
        warning_ended_at=row.warning_ended_at,
        lifted_at=row.lifted_at,
    )
