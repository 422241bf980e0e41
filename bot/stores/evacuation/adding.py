"""People who are found on the spot and stand on no list: a row of their own at the end of the group's roll."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select

from audiences.stores.scope import within
from bot.cases.errors import OrderLifted, UnknownGroup
from bot.cases.evacuation import AddedKind
from bot.stores.evacuation import codes
from bot.stores.evacuation.freezing import count_groups
from bot.stores.evacuation.reports import REPORTERS
from bot.stores.evacuation.tables import added_names, groups, lines, orders
from ground.actor import Actor, system
from ground.bulk import among, insert_rows
from ground.transaction import Transaction

ROLL = system("roll")


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who was found. `dedupe` is whoever-found-them's own key."""

    name: str = field(repr=False)
    kind: AddedKind
    dedupe: str
    household: int | None = None  # with whom they stay


async def add(tx: Transaction, actor: Actor, order_id: int, area_id: int, found: Sequence[Found]) -> Mapping[str, int]:
    """Add people to a group's roll; return dedupe → line. Who was added before under the same key is the same line."""
    actor.require(*REPORTERS)
    row = await tx.row(_held(actor, order_id, area_id))
    if row is None:
        raise UnknownGroup(order=order_id, area=area_id)
    if row.lifted_at is not None:
        raise OrderLifted(order=row.public_id)
    keys = [each.dedupe for each in found]
    before = await known(tx, actor, order_id, keys)
    new = list({each.dedupe: each for each in found if each.dedupe not in before}.values())
    rows = [
        {
            "order_id": order_id,
            "area_id": area_id,
            "number": row.people + place,
            "household_id": each.household,
            "needs": "",
            "added": each.kind.value,
            "dedupe": each.dedupe,
        }
        for place, each in enumerate(new, 1)
    ]
    await insert_rows(tx, lines, rows)
    after = await known(tx, actor, order_id, keys)
    await insert_rows(tx, added_names, [{"line_id": after[each.dedupe], "name": each.name[:120]} for each in new])
    await count_groups(tx, ROLL, order_id, [area_id])
    await codes.give_to_found(tx, ROLL, order_id, area_id)
    return after


async def known(tx: Transaction, actor: Actor, order_id: int, keys: Sequence[str]) -> dict[str, int]:
    """Return those of the keys under which somebody was added before, with their lines."""
    mine = (lines.c.order_id == order_id) & among(tx, lines.c.dedupe, keys) & within(actor, lines.c.area_id)
    return {row.dedupe: row.id for row in await tx.rows(select(lines.c.dedupe, lines.c.id).where(mine))}


def _held(actor: Actor, order_id: int, area_id: int) -> Select[Any]:
    """Lock the group's row: numbers are given one after the other."""
    wanted = select(groups.c.people, orders.c.lifted_at, orders.c.public_id).join(
        orders, orders.c.id == groups.c.order_id
    )
    here = (groups.c.order_id == order_id) & (groups.c.area_id == area_id) & within(actor, groups.c.area_id)
    return wanted.where(here).with_for_update(of=groups)
