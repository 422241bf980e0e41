"""The people who live in an area and below, a page at a time, with what each can be reached at."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, exists, select

from audiences.people import PhoneKind, Reached, Resident, Whereabouts
from audiences.stores.reach.owners import present
from audiences.stores.reach.usable import usable
from audiences.stores.scope import below, within
from audiences.stores.tables import address_owners, addresses, needs, particulars, people
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

_LINKS = address_owners.join(addresses, addresses.c.id == address_owners.c.address_id)


async def in_area(
    tx: Transaction,
    actor: Actor,
    area: int,
    *,
    now: int,
    need: str | None = None,
    household: int | None = None,
    unreached_by: Sequence[str] | None = None,
    after: int = 0,
    limit: int = 100,
) -> Sequence[Resident]:
    """Return the people of an area in the order of their ids; `unreached_by`: only whom none of these channels reaches.

    Somebody from elsewhere who has a duty here is not listed: homes are what an area is asked for.
    """
    chosen = below(area, people.c.area_id) & within(actor, people.c.area_id) & people.c.gone_at.is_(None)
    chosen &= people.c.id > after
    if need is not None:
        chosen &= people.c.id.in_(select(needs.c.person_id).where(needs.c.code == need))
    if household is not None:
        chosen &= people.c.household_id == household
    if unreached_by is not None:
        chosen &= ~_reached_by(unreached_by, now)
    named = people.outerjoin(particulars, particulars.c.person_id == people.c.id)
    page = select(people, particulars.c.name).select_from(named).where(chosen).order_by(people.c.id).limit(limit)
    rows = await tx.rows(page)
    codes, reached = await _needs_of(tx, rows), await _addresses_of(tx, rows)
    return [_resident(row, codes[row.id], reached[row.id]) for row in rows]


def _reached_by(channels: Sequence[str], now: int) -> ColumnElement[bool]:
    theirs = address_owners.c.person_id == people.c.id
    return exists(select(1).select_from(_LINKS).where(theirs, usable(channels, now)).correlate(people))


async def _needs_of(tx: Transaction, rows: Iterable[Row[Any]]) -> Mapping[int, list[str]]:
    codes: dict[int, list[str]] = defaultdict(list)
    theirs = _of(tx, needs.c.person_id, rows)
    for row in await tx.rows(select(needs).where(theirs).order_by(needs.c.person_id, needs.c.code)):
        codes[row.person_id].append(row.code)
    return codes


async def _addresses_of(tx: Transaction, rows: Iterable[Row[Any]]) -> Mapping[int, list[Reached]]:
    """Return the open addresses, channel by channel in each person's own order."""
    reached: dict[int, list[Reached]] = defaultdict(list)
    link, place = address_owners.c, addresses.c
    lasting = _of(tx, link.person_id, rows) & present() & place.closed_at.is_(None)
    found = select(link.person_id, place.channel, place.value).select_from(_LINKS).where(lasting)
    for row in await tx.rows(found.order_by(link.person_id, place.channel, link.rank, place.id)):
        reached[row.person_id].append(Reached(row.channel, row.value))
    return reached


def _of(tx: Transaction, column: Column[int], rows: Iterable[Row[Any]]) -> ColumnElement[bool]:
    return among(tx, column, [row.id for row in rows])


def _resident(row: Row[Any], codes: Sequence[str], reached: Sequence[Reached]) -> Resident:
    return Resident(
        id=row.id,
        name=row.name,
        area=row.area_id,
        household=row.household_id,
        language=row.language,
        phone_kind=PhoneKind(row.phone_kind),
        whereabouts=Whereabouts(row.whereabouts),
        needs=tuple(codes),
        addresses=tuple(reached),
    )
