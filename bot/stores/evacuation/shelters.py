"""Shelters: who the roll has there, and the heads that were counted there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from audiences.stores.scope import within
from audiences.stores.tables import sites
from bot.cases.errors import UnknownShelter
from bot.cases.evacuation import PersonState
from bot.stores.evacuation.reports import REPORTERS
from bot.stores.evacuation.tables import head_counts, households, states
from ground.actor import Actor
from ground.bulk import insert_rows
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Shelter:
    """A shelter of an order: how many the roll has there, and the newest count."""

    site: int
    name: str
    area: int
    expected: int
    counted: int | None
    counted_at: int | None


async def of_order(tx: Transaction, actor: Actor, order_id: int) -> Sequence[Shelter]:
    """Return the shelters to which households of an order go, or went."""
    gone = select(states.c.shelter_id).where(states.c.order_id == order_id, states.c.state == PersonState.MOVED)
    meant = select(households.c.shelter_id).where(households.c.order_id == order_id)
    wanted = select(sites.c.id, sites.c.name, sites.c.area_id).where(sites.c.id.in_(gone.union(meant)))
    found = await tx.rows(wanted.where(within(actor, sites.c.area_id)).order_by(sites.c.id))
    there, newest = await _expected(tx, order_id), await _newest(tx, order_id)
    return [
        Shelter(row.id, row.name, row.area_id, there.get(row.id, 0), *newest.get(row.id, (None, None))) for row in found
    ]


async def count(
    tx: Transaction,
    actor: Actor,
    order_id: int,
    site_id: int,
    people: int,
    *,
    happened_at: int,
    dedupe: str,
    at: int,
) -> Shelter:
    """Keep a head count of a shelter."""
    actor.require(*REPORTERS)
    found = {each.site: each for each in await of_order(tx, actor, order_id)}
    if site_id not in found:
        raise UnknownShelter(shelter=site_id)
    row = {
        "order_id": order_id,
        "shelter_id": site_id,
        "area_id": found[site_id].area,
        "people": people,
        "expected": found[site_id].expected,
        "by": actor.name,
        "happened_at": min(happened_at, at),
        "learned_at": at,
        "dedupe": dedupe,
    }
    await insert_rows(tx, head_counts, [row], ignore_known=True)
    return next(each for each in await of_order(tx, actor, order_id) if each.site == site_id)


async def counts_of(tx: Transaction, actor: Actor, order_id: int) -> Sequence[Any]:
    """Return every head count of an order, the oldest first."""
    mine = (head_counts.c.order_id == order_id) & within(actor, head_counts.c.area_id)
    return await tx.rows(select(head_counts).where(mine).order_by(head_counts.c.happened_at, head_counts.c.id))


async def _expected(tx: Transaction, order_id: int) -> Mapping[int, int]:
    there = (states.c.order_id == order_id) & (states.c.state == PersonState.MOVED) & states.c.verified
    counted = select(states.c.shelter_id, func.count().label("n")).where(there).group_by(states.c.shelter_id)
    return {row.shelter_id: row.n for row in await tx.rows(counted)}


async def _newest(tx: Transaction, order_id: int) -> Mapping[int, tuple[int, int]]:
    mine = select(head_counts).where(head_counts.c.order_id == order_id)
    rows = await tx.rows(mine.order_by(head_counts.c.happened_at, head_counts.c.id))
    return {row.shelter_id: (row.people, row.happened_at) for row in rows}
