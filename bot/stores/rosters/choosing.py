"""Whom a contact test asks: holders of duties in an area and whoever is on shift there, each once, slice by slice."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Subquery, and_, false, func, literal, select

from audiences.areas import Level
from audiences.stores.rosters.shifts import lasting_at
from audiences.stores.scope import below, lasting, within
from audiences.stores.tables import area_closure, areas, organisations, people, posts, shifts, terms
from bot.cases.contact_test import Asked
from bot.stores.rosters.tables import contact_test_people
from ground.actor import Actor
from ground.bulk import insert_rows
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody to be asked: where the duty is, and the township for which they count."""

    person: int
    area: int
    township: int


async def count(tx: Transaction, actor: Actor, asked: Asked, now: int) -> int:
    both = _everybody(actor, asked, now)
    return int(await tx.value(select(func.count(both.c.person.distinct())).join(people, _present(both))))


async def next_people(
    tx: Transaction, actor: Actor, asked: Asked, now: int, *, after: int, limit: int
) -> Sequence[OnDuty]:
    """Return the next people in the order of their ids, with the nearest township at or above their duty."""
    chosen = _chosen(actor, asked, now)
    township = (
        select(areas.c.id)
        .join(area_closure, area_closure.c.ancestor_id == areas.c.id)
        .where(area_closure.c.descendant_id == chosen.c.area, areas.c.level == Level.TOWNSHIP)
        .order_by(area_closure.c.depth)
        .limit(1)
        .correlate(chosen)
        .scalar_subquery()
    )
    page = select(chosen.c.person, chosen.c.area, func.coalesce(township, chosen.c.area).label("township"))
    rows = await tx.rows(page.where(chosen.c.person > after).order_by(chosen.c.person).limit(limit))
    return [OnDuty(row.person, row.area, row.township) for row in rows]


async def keep(tx: Transaction, actor: Actor, test: int, asked: Sequence[OnDuty], notice: int, now: int) -> None:
    """Write down who was asked by which notice."""
    actor.require_hub()
    rows = [
        {
            "test_id": test,
            "person_id": each.person,
            "area_id": each.area,
            "township_id": each.township,
            "notice_id": notice,
            "asked_at": now,
        }
        for each in asked
    ]
    await insert_rows(tx, contact_test_people, rows)


def _chosen(actor: Actor, asked: Asked, now: int) -> Subquery:
    """Each person once, where a shift is before where a post is: (person, area)."""
    both = _everybody(actor, asked, now)
    pick = func.row_number().over(partition_by=both.c.person, order_by=(both.c.turn, both.c.area)).label("pick")
    picked = select(both.c.person, both.c.area, pick).join(people, _present(both)).subquery("picked")
    return select(picked.c.person, picked.c.area).where(picked.c.pick == 1).subquery("chosen")


def _everybody(actor: Actor, asked: Asked, now: int) -> Subquery:
    """Each shift and each post of those who are meant, shifts first: (person, area, turn)."""
    office = shifts.join(organisations, organisations.c.id == shifts.c.organisation_id)
    here = below(asked.area, organisations.c.area_id) & within(actor, organisations.c.area_id)
    sitting = select(
        shifts.c.person_id.label("person"), organisations.c.area_id.label("area"), literal(0).label("turn")
    )
    on_shift = sitting.select_from(office).where(here, lasting_at(now) if asked.on_shift else false())
    there = below(asked.area, posts.c.area_id) & within(actor, posts.c.area_id) & posts.c.gone_at.is_(None)
    held = select(terms.c.holder_id, posts.c.area_id, literal(1)).select_from(posts.join(terms))
    holding = held.where(there, lasting(now), posts.c.duty.in_(asked.duties))
    return on_shift.union_all(holding).subquery("both")


def _present(both: Subquery) -> ColumnElement[bool]:
    return and_(people.c.id == both.c.person, people.c.gone_at.is_(None))
