"""Numbers to repair: what contact tests found broken and no later one found working, as long as it is still kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, Subquery, and_, exists, func, or_, select

from audiences.stores.scope import below, within
from audiences.stores.tables import address_owners, addresses, areas, particulars, people
from bot.cases.contact_test import BROKEN, WORKING, Outcome
from bot.stores.rosters.tables import contact_test_results
from ground.actor import Actor
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Repair:
    """A number that does not work: whose, in which village, what was found, and since when."""

    person: int
    name: str | None = field(repr=False)
    address: int
    value: str | None = field(repr=False)
    channel: str
    area: int
    area_name: str
    outcome: Outcome
    since: int
    tests: int


async def to_repair(
    tx: Transaction, actor: Actor, area: int | None = None, *, after: tuple[int, int] = (0, 0), limit: int = 100
) -> Sequence[Repair]:
    """Return what is to be repaired in the actor's area, by person and number; one statement.

    A number that was replaced is off the list at once, one that works again with the next test.
    """
    kept, later = contact_test_results, contact_test_results.alias("later")
    same = and_(later.c.person_id == kept.c.person_id, later.c.address_id == kept.c.address_id)
    worked = exists().where(same, later.c.test_id > kept.c.test_id, later.c.outcome.in_(WORKING))
    mine = within(actor, kept.c.area_id) & kept.c.outcome.in_(BROKEN) & ~worked & _still_kept()
    if area is not None:
        mine &= below(area, kept.c.area_id)
    person, address = after
    mine &= or_(kept.c.person_id > person, and_(kept.c.person_id == person, kept.c.address_id > address))
    found = _by_number(mine, limit)
    joined = found.join(areas, areas.c.id == found.c.area_id)
    joined = joined.outerjoin(particulars, particulars.c.person_id == found.c.person_id)
    joined = joined.outerjoin(addresses, addresses.c.id == found.c.address_id)
    named = select(found, areas.c.name.label("area_name"), particulars.c.name, addresses.c.value).select_from(joined)
    return [_repair(row) for row in await tx.rows(named.order_by(found.c.person_id, found.c.address_id))]


def _by_number(mine: ColumnElement[bool], limit: int) -> Subquery:
    kept = contact_test_results
    where = (kept.c.person_id, kept.c.address_id)
    counted = select(
        *where,
        func.max(kept.c.area_id).label("area_id"),
        func.max(kept.c.channel).label("channel"),
        func.max(kept.c.outcome).label("outcome"),
        func.min(kept.c.at).label("since"),
        func.count().label("tests"),
    )
    return counted.where(mine).group_by(*where).order_by(*where).limit(limit).subquery("found")


def _repair(row: Row[Any]) -> Repair:
    return Repair(
        person=row.person_id,
        name=row.name,
        address=row.address_id,
        value=row.value,
        channel=row.channel,
        area=row.area_id,
        area_name=row.area_name,
        outcome=Outcome(row.outcome),
        since=row.since,
        tests=row.tests,
    )


def _still_kept() -> ColumnElement[bool]:
    """The number is still the person's; who had none still has none, and nobody was erased."""
    kept, link = contact_test_results.c, address_owners.c
    owned = exists().where(link.person_id == kept.person_id, link.until_at.is_(None))
    this = owned.where(link.address_id == kept.address_id)
    present = exists().where(people.c.id == kept.person_id, people.c.gone_at.is_(None))
    return and_(present, or_(this, and_(kept.address_id == 0, ~owned)))
