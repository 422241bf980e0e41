"""Numbers of a contact test: read from deliveries and answers while it runs, from what was written down once over.

Set-based: the same few statements for one person and for a page of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, and_, case, func, null, or_, select

from audiences.stores.scope import within
from audiences.stores.tables import address_owners, addresses, particulars
from bot.cases.contact_test import Outcome, Seen, Stage
from bot.stores.rosters.contact_tests import ContactTest
from bot.stores.rosters.tables import contact_test_people, contact_test_results
from broadcast.stores.tables import answers, deliveries
from ground.actor import Actor
from ground.bulk import among, insert_rows
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Number:
    """One number of a person, and what became of it. `address` 0: the person has none."""

    person: int
    address: int
    area: int
    township: int
    channel: str
    outcome: Outcome
    reached: bool
    seconds: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Particulars:
    """Names and numbers behind a page; erased ones are left out."""

    names: Mapping[int, str] = field(repr=False)
    values: Mapping[int, str] = field(repr=False)


async def of_test(
    tx: Transaction, actor: Actor, test: ContactTest, *, after: int = 0, limit: int = 100
) -> Sequence[Number]:
    """Return all numbers of the next `limit` people of the actor's area, person by person."""
    here = contact_test_people.c
    mine = (here.test_id == test.key) & within(actor, here.area_id) & (here.person_id > after)
    page = select(here.person_id).where(mine).order_by(here.person_id).limit(limit)
    ids = list(await tx.values(page))
    if test.stage is Stage.OVER:
        kept = contact_test_results.c
        told = select(contact_test_results).where(kept.test_id == test.key, among(tx, kept.person_id, ids))
        return [_kept(row) for row in await tx.rows(told.order_by(kept.person_id, kept.address_id))]
    return await _live(tx, test, ids, over=False)


async def write_down(tx: Transaction, actor: Actor, test: ContactTest, *, limit: int) -> int | None:
    """Write down what became of the numbers of the next people; return the last of them, None if there are no more."""
    actor.require_hub()
    here = contact_test_people.c
    mine = (here.test_id == test.key) & (here.person_id > test.cursor)
    ids = list(await tx.values(select(here.person_id).where(mine).order_by(here.person_id).limit(limit)))
    if not ids:
        return None
    rows = [
        {
            "test_id": test.key,
            "person_id": each.person,
            "address_id": each.address,
            "area_id": each.area,
            "township_id": each.township,
            "channel": each.channel,
            "outcome": each.outcome,
            "reached": each.reached,
            "seconds": each.seconds,
            "reason": each.reason,
            "at": test.deadline_at,
        }
        for each in await _live(tx, test, ids, over=True)
    ]
    await insert_rows(tx, contact_test_results, rows)
    return int(ids[-1])


async def particulars_of(tx: Transaction, actor: Actor, test: ContactTest, numbers: Sequence[Number]) -> Particulars:
    """Return the names and numbers behind a page of `of_test`; only of people of the actor's area who were asked."""
    here = contact_test_people.c
    mine = (here.test_id == test.key) & within(actor, here.area_id)
    mine &= among(tx, here.person_id, sorted({each.person for each in numbers}))
    named = select(particulars.c.person_id, particulars.c.name).join(
        contact_test_people, here.person_id == particulars.c.person_id
    )
    owned = contact_test_people.join(address_owners, address_owners.c.person_id == here.person_id)
    valued = select(addresses.c.id, addresses.c.value).select_from(
        owned.join(addresses, addresses.c.id == address_owners.c.address_id)
    )
    names = {row.person_id: row.name for row in await tx.rows(named.where(mine))}
    return Particulars(names, {row.id: row.value for row in await tx.rows(valued.where(mine)) if row.value})


def seen(test: ContactTest) -> Select[Any]:
    """Everybody's numbers as sending and answers have them; a number that was replaced meanwhile was tried, too."""
    here, link = contact_test_people.c, address_owners.c
    owned = and_(link.person_id == here.person_id, or_(link.until_at.is_(None), link.until_at > here.asked_at))
    sent = and_(deliveries.c.notice_id == here.notice_id, deliveries.c.address_id == link.address_id)
    said = (
        select(answers.c.notice_id, answers.c.address_id, func.min(answers.c.happened_at).label("at"))
        .where(answers.c.notice_id.in_(select(here.notice_id).where(here.test_id == test.key)))
        .group_by(answers.c.notice_id, answers.c.address_id)
        .subquery("said")
    )
    heard = and_(said.c.notice_id == here.notice_id, said.c.address_id == link.address_id)
    joined = contact_test_people.outerjoin(address_owners, owned)
    joined = joined.outerjoin(addresses, addresses.c.id == link.address_id)
    joined = joined.outerjoin(deliveries, sent).outerjoin(said, heard)
    since = func.coalesce(deliveries.c.accepted_at, here.asked_at)
    return (
        select(
            here.person_id,
            here.area_id,
            here.township_id,
            func.coalesce(link.address_id, 0).label("address_id"),
            func.coalesce(addresses.c.channel, "").label("channel"),
            or_(addresses.c.closed_at.is_not(None), addresses.c.stopped_at.is_not(None)).label("closed"),
            deliveries.c.state,
            func.coalesce(deliveries.c.reason, addresses.c.closed_why, "").label("reason"),
            deliveries.c.delivered_at,
            case((said.c.at <= test.deadline_at, said.c.at - since), else_=null()).label("after"),
        )
        .select_from(joined)
        .where(here.test_id == test.key)
    )


async def _live(tx: Transaction, test: ContactTest, ids: Sequence[int], *, over: bool) -> Sequence[Number]:
    page = seen(test).where(among(tx, contact_test_people.c.person_id, ids))
    rows = await tx.rows(page.order_by(contact_test_people.c.person_id, address_owners.c.address_id))
    return [_number(row, over=over) for row in rows]


def _number(row: Row[Any], *, over: bool) -> Number:
    delivered = row.delivered_at is not None
    found = Seen(row.address_id, bool(row.closed), row.state, row.reason, delivered, row.after)
    outcome = found.outcome(over=over)
    reached = delivered or outcome is Outcome.ANSWERED
    where = (row.area_id, row.township_id, row.channel)
    return Number(row.person_id, row.address_id, *where, outcome, reached, found.seconds, row.reason[:60])


def _kept(row: Row[Any]) -> Number:
    where = (row.area_id, row.township_id, row.channel)
    outcome = Outcome(row.outcome)
    return Number(row.person_id, row.address_id, *where, outcome, bool(row.reached), row.seconds, row.reason)
