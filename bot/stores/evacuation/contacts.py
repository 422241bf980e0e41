"""Signs of life: receipts, answers, reports and heartbeats of each village of an order, and when the last one came."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Integer, delete, func, select

from audiences.stores.tables import area_closure, gateways
from bot.stores.evacuation.orders import Order
from bot.stores.evacuation.tables import contacts, groups, reports
from broadcast.deliveries import State
from broadcast.stores.tables import counters, notices
from ground.actor import Actor
from ground.bulk import insert_rows
from ground.transaction import Transaction

SIGNS: Final = (State.DELIVERED.value, "answered")
CONVERSATIONS: Final = ("evacuation", "roll", "safe")


@dataclass(frozen=True, slots=True)
class Contact:
    """A village: what its signs count, its newest heartbeat, and the story instant of the last sign."""

    area: int
    signs: int
    heard_at: int
    sign_at: int


async def look(tx: Transaction, actor: Actor, order: Order, now: int) -> Sequence[Contact]:
    """Count the signs of every village anew; where they are more than before, the village has just been heard."""
    actor.require_hub()
    known = {row.area_id: row for row in await tx.rows(select(contacts).where(contacts.c.order_id == order.key))}
    signs, beats = await _signs(tx, order), await _heartbeats(tx, order)
    found = []
    for village in await _villages(tx, order):
        count, beat, before = signs.get(village, 0), beats.get(village, 0), known.get(village)
        same = before is not None and (before.signs, before.heard_at) == (count, beat)
        at = before.sign_at if before is not None and same else now
        found.append(Contact(village, count, beat, at))
    await tx.execute(delete(contacts).where(contacts.c.order_id == order.key))
    rows = [
        {
            "order_id": order.key,
            "area_id": each.area,
            "signs": each.signs,
            "heard_at": each.heard_at,
            "sign_at": each.sign_at,
        }
        for each in found
    ]
    await insert_rows(tx, contacts, rows)
    return found


async def _villages(tx: Transaction, order: Order) -> Sequence[int]:
    mine = select(groups.c.village_id).distinct().where(groups.c.order_id == order.key)
    return await tx.values(mine.order_by(groups.c.village_id))


async def _signs(tx: Transaction, order: Order) -> Mapping[int, int]:
    """Count what came back: by the counters of the warning's and the order's notices, and by reports."""
    origins = [f"{name}:{order.id}" for name in CONVERSATIONS] + ([f"alert:{order.alert}"] if order.alert else [])
    told = notices.c.origin.in_(origins) | notices.c.origin.startswith(f"roll:{order.id}", autoescape=True)
    villages = select(groups.c.village_id).where(groups.c.order_id == order.key)
    up = area_closure.c.ancestor_id.in_(villages)
    came = (
        select(area_closure.c.ancestor_id, func.sum(counters.c.n).cast(Integer).label("n"))
        .join(counters, counters.c.area_id == area_closure.c.descendant_id)
        .join(notices, notices.c.id == counters.c.notice_id)
        .where(up, told, counters.c.state.in_(SIGNS))
        .group_by(area_closure.c.ancestor_id)
    )
    said = (
        select(area_closure.c.ancestor_id, func.count().label("n"))
        .join(reports, reports.c.area_id == area_closure.c.descendant_id)
        .where(up, reports.c.order_id == order.key)
        .group_by(area_closure.c.ancestor_id)
    )
    total: dict[int, int] = {}
    for row in [*await tx.rows(came), *await tx.rows(said)]:
        total[row.ancestor_id] = total.get(row.ancestor_id, 0) + (row.n or 0)
    return total


async def _heartbeats(tx: Transaction, order: Order) -> Mapping[int, int]:
    villages = select(groups.c.village_id).where(groups.c.order_id == order.key)
    newest = (
        select(area_closure.c.ancestor_id, func.max(gateways.c.heard_at).label("beat"))
        .join(gateways, gateways.c.area_id == area_closure.c.descendant_id)
        .where(area_closure.c.ancestor_id.in_(villages), gateways.c.gone_at.is_(None))
        .group_by(area_closure.c.ancestor_id)
    )
    return {row.ancestor_id: row.beat or 0 for row in await tx.rows(newest)}
