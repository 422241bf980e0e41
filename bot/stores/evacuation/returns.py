"""Returning: a group may go back after somebody looked at the place; nothing else lets anybody return."""

from sqlalchemy import update

from audiences.stores.scope import within
from bot.cases.errors import NotLooked, UnknownGroup
from bot.stores.evacuation import roll
from bot.stores.evacuation.orders import ORDERERS
from bot.stores.evacuation.roll import Group
from bot.stores.evacuation.tables import groups
from ground.actor import Actor
from ground.audit import record_deed
from ground.transaction import Transaction


async def check(tx: Transaction, actor: Actor, order_id: int, area_id: int, at: int) -> Group:
    """Note that somebody looked at the place and found it safe, and when."""
    actor.require(*ORDERERS)
    return await _note(tx, actor, order_id, area_id, checked_at=at, checked_by=actor.name)


async def allow(tx: Transaction, actor: Actor, order_id: int, area_id: int, at: int) -> Group:
    """Let a group return; refused until the place was checked."""
    actor.require(*ORDERERS)
    group = await of_group(tx, actor, order_id, area_id)
    if group.checked_at is None:
        raise NotLooked
    if group.return_at is not None:
        return group
    return await _note(tx, actor, order_id, area_id, return_at=at, return_by=actor.name)


async def of_group(tx: Transaction, actor: Actor, order_id: int, area_id: int) -> Group:
    found = [each for each in await roll.groups_of(tx, actor, order_id, under=area_id) if each.area == area_id]
    if not found:
        raise UnknownGroup(order=order_id, area=area_id)
    return found[0]


async def _note(tx: Transaction, actor: Actor, order_id: int, area_id: int, **values: int | str) -> Group:
    mine = (groups.c.order_id == order_id) & (groups.c.area_id == area_id) & within(actor, groups.c.area_id)
    if (await tx.execute(update(groups).where(mine).values(**values))).rowcount == 0:
        raise UnknownGroup(order=order_id, area=area_id)
    at = next(value for name, value in values.items() if name.endswith("_at"))
    deed = "evacuation.place_checked" if "checked_at" in values else "evacuation.return_allowed"
    await record_deed(tx, actor, deed, f"evacuation:{order_id}", int(at), area=area_id)
    return await of_group(tx, actor, order_id, area_id)
