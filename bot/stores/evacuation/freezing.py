"""Freezing the roll: households, people, needs and who answers for them, as they are now; in slices that resume."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, true, tuple_, update

from audiences.stores.scope import below
from audiences.stores.tables import area_closure, areas, audience_members, audiences, needs, people
from audiences.stores.tables import households as homes
from bot.stores.evacuation.orders import Order
from bot.stores.evacuation.tables import groups, households, lines, orders
from ground.actor import Actor
from ground.bulk import among, insert_rows
from ground.transaction import Transaction

AWAY = "away"  # the directory says that they work elsewhere: a hint, no report


async def ready(tx: Transaction, actor: Actor, order: Order) -> bool:
    """Say whether the people whom the warning was for are frozen already; the roll is taken from them."""
    actor.require_hub()
    if order.audience is None:
        return True
    frozen = select(audiences.c.frozen_at).where(audiences.c.id == order.audience)
    return await tx.value(frozen) is not None


async def freeze_slice(tx: Transaction, actor: Actor, order: Order, limit: int) -> Sequence[int]:
    """Take the next households of an order onto its roll; return them, none once all are there."""
    actor.require_hub()
    beyond = tuple_(homes.c.area_id, homes.c.id) > tuple_(*order.cursor)
    wanted = select(homes).where(_meant(order), beyond).order_by(homes.c.area_id, homes.c.id).limit(limit)
    found = await tx.rows(wanted)
    if not found:
        return []
    living = await _living(tx, [row.id for row in found])
    await insert_rows(tx, households, [_household(order, row) for row in found], ignore_known=True)
    await _open_groups(tx, order, sorted({row.area_id for row in found}))
    await _number(tx, actor, order, found, living)
    last = found[-1]
    reached = update(orders).where(orders.c.id == order.key)
    await tx.execute(reached.values(cursor_area_id=last.area_id, cursor_id=last.id))
    return [row.id for row in found]


def _meant(order: Order) -> ColumnElement[bool]:
    here = homes.c.gone_at.is_(None) & below(order.area, homes.c.area_id)
    under = homes.c.site_id == order.site if order.site is not None else true()
    if order.audience is None:
        return here & under
    member = audience_members
    warned = select(people.c.household_id).join(member, member.c.person_id == people.c.id)
    at_home = member.c.area_id == people.c.area_id  # who was warned for a duty elsewhere does not move for it
    return here & under & homes.c.id.in_(warned.where(member.c.audience_id == order.audience, at_home))


async def _living(tx: Transaction, ids: Sequence[int]) -> Mapping[int, Sequence[tuple[int, str]]]:
    """Return household → (person, needs) of everybody who lives there, in the order of their ids."""
    here = among(tx, people.c.household_id, ids) & people.c.gone_at.is_(None)
    rows = await tx.rows(
        select(people.c.id, people.c.household_id, people.c.whereabouts).where(here).order_by(people.c.id)
    )
    codes: dict[int, list[str]] = {row.id: [AWAY] if row.whereabouts == AWAY else [] for row in rows}
    theirs = select(needs.c.person_id, needs.c.code).join(people, people.c.id == needs.c.person_id).where(here)
    for row in await tx.rows(theirs.order_by(needs.c.code)):
        codes[row.person_id].append(row.code)
    found: dict[int, list[tuple[int, str]]] = {}
    for row in rows:
        found.setdefault(row.household_id, []).append((row.id, " ".join(codes[row.id])[:200]))
    return found


async def _open_groups(tx: Transaction, order: Order, area_ids: Sequence[int]) -> None:
    villages = await _villages_above(tx, area_ids)
    rows = [{"order_id": order.key, "area_id": area, "village_id": villages.get(area, area)} for area in area_ids]
    await insert_rows(tx, groups, rows, ignore_known=True)


async def _villages_above(tx: Transaction, area_ids: Sequence[int]) -> Mapping[int, int]:
    """Return the village that each area is or lies in; those in none are left out."""
    up = area_closure.join(areas, areas.c.id == area_closure.c.ancestor_id)
    wanted = select(area_closure.c.descendant_id, areas.c.id).select_from(up)
    here = among(tx, area_closure.c.descendant_id, area_ids) & (areas.c.level == "village")
    return {row.descendant_id: row.id for row in await tx.rows(wanted.where(here))}


async def _number(
    tx: Transaction,
    actor: Actor,
    order: Order,
    found: Sequence[Row[Any]],
    living: Mapping[int, Sequence[tuple[int, str]]],
) -> None:
    """Write a row for each person, numbered on from where the group's roll ends."""
    area_ids = sorted({row.area_id for row in found})
    mine = (groups.c.order_id == order.key) & among(tx, groups.c.area_id, area_ids)
    ends = {row.area_id: row.people for row in await tx.rows(select(groups.c.area_id, groups.c.people).where(mine))}
    rows = []
    for home in found:
        for person, codes in living.get(home.id, ()):
            ends[home.area_id] += 1
            place = {"order_id": order.key, "area_id": home.area_id, "number": ends[home.area_id]}
            rows.append(place | {"person_id": person, "household_id": home.id, "needs": codes})
    await insert_rows(tx, lines, rows, ignore_known=True)
    await count_groups(tx, actor, order.key, area_ids)


async def count_groups(tx: Transaction, actor: Actor, order_id: int, area_ids: Sequence[int]) -> None:
    """Bring the figures of these groups up to their rolls."""
    actor.require_hub()
    last = select(func.coalesce(func.max(lines.c.number), 0))
    last = last.where(lines.c.order_id == groups.c.order_id, lines.c.area_id == groups.c.area_id)
    homes_there = select(func.count()).select_from(households)
    homes_there = homes_there.where(
        households.c.order_id == groups.c.order_id, households.c.area_id == groups.c.area_id
    )
    mine = (groups.c.order_id == order_id) & among(tx, groups.c.area_id, area_ids)
    counted = {"people": last.scalar_subquery(), "households": homes_there.scalar_subquery()}
    await tx.execute(update(groups).where(mine).values(counted))


def _household(order: Order, row: Row[Any]) -> dict[str, Any]:
    return {
        "order_id": order.key,
        "household_id": row.id,
        "area_id": row.area_id,
        "responsible_a_id": row.responsible_a_id,
        "responsible_b_id": row.responsible_b_id,
        "assembly_point": row.assembly_point,
        "shelter_id": row.shelter_id,
        "route": row.route,
    }
