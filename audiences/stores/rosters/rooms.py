"""Duty rooms: the organisations that must have somebody, their landlines, and who is on shift in each."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, insert, or_, select, update

from audiences.addresses import VOICE
from audiences.rosters.policy import roster_policy
from audiences.rosters.shift import OnShift, Room
from audiences.stores.rosters.shifts import on_shift
from audiences.stores.scope import within
from audiences.stores.tables import addresses, area_closure, organisation_addresses, organisations, shifts
from ground.actor import Actor, Role
from ground.bulk import among, insert_rows
from ground.transaction import Transaction

TOWNSHIP_OFFICE = "township_office"
LARGEST_LOOK = 2_000


def needed() -> ColumnElement[bool]:
    """Say that an organisation is a room that must have somebody."""
    return organisations.c.kind.in_(roster_policy().kinds) & organisations.c.gone_at.is_(None)


def keeps_roster(now: int) -> ColumnElement[bool]:
    """Say that an organisation has, or had not long ago, a shift."""
    recent = shifts.c.until_at > now - roster_policy().kept_within
    theirs = (shifts.c.organisation_id == organisations.c.id) & shifts.c.gone_at.is_(None)
    return exists().where(theirs, recent).correlate(organisations)


async def rooms_of(tx: Transaction, actor: Actor, areas: Sequence[int], at: int) -> Mapping[int, Room]:
    """Return the duty rooms of all townships at and below the areas, by organisation, with who is on shift at `at`."""
    inside = select(area_closure.c.descendant_id).where(among(tx, area_closure.c.ancestor_id, areas))
    chosen = organisations.c.area_id.in_(inside) & (organisations.c.kind == TOWNSHIP_OFFICE)
    return await _rooms(tx, actor, chosen & organisations.c.gone_at.is_(None), at)


async def needed_in(
    tx: Transaction, actor: Actor, area: int, at: int, *, after: int = 0, limit: int = 100
) -> Sequence[Room]:
    """Return the rooms of an area and below that must have somebody or keep a roster, a page in the order of ids."""
    inside = select(area_closure.c.descendant_id).where(area_closure.c.ancestor_id == area)
    chosen = organisations.c.area_id.in_(inside) & or_(needed(), keeps_roster(at)) & organisations.c.gone_at.is_(None)
    return list((await _rooms(tx, actor, chosen & (organisations.c.id > after), at, limit)).values())


async def phones(tx: Transaction, actor: Actor, organisation_ids: Sequence[int]) -> Mapping[int, tuple[int, str]]:
    """Return the landline of each room as (address, number), closed ones too; who has none is left out."""
    link = organisation_addresses.c
    mine = among(tx, link.organisation_id, organisation_ids) & link.until_at.is_(None)
    joined = organisation_addresses.join(addresses, addresses.c.id == link.address_id).join(
        organisations, organisations.c.id == link.organisation_id
    )
    found = select(link.organisation_id, addresses.c.id, addresses.c.value).select_from(joined)
    rows = await tx.rows(found.where(mine, within(actor, organisations.c.area_id)).order_by(link.id))
    return {row.organisation_id: (row.id, row.value or "") for row in rows}


async def set_phones(tx: Transaction, actor: Actor, numbers: Mapping[int, str], *, source: str, at: int) -> None:
    """Give rooms their landlines; another number ends the one before, "" leaves a room without."""
    actor.require(Role.ADMIN)
    present = await phones(tx, actor, list(numbers))
    mine = among(tx, organisations.c.id, list(numbers)) & within(actor, organisations.c.area_id)
    own = set(await tx.values(select(organisations.c.id).where(mine)))
    changed = {
        room: number for room, number in numbers.items() if room in own and number != present.get(room, (0, ""))[1]
    }
    if not changed:
        return
    link = organisation_addresses.c
    ending = among(tx, link.organisation_id, list(changed)) & link.until_at.is_(None)
    await tx.execute(update(organisation_addresses).where(ending).values(until_at=at))
    places = await _places(tx, sorted({number for number in changed.values() if number}))
    rows = [
        {"organisation_id": room, "address_id": places[number], "source": source, "from_at": at}
        for room, number in changed.items()
        if number
    ]
    if rows:
        await tx.execute(insert(organisation_addresses), rows)


async def _places(tx: Transaction, numbers: Sequence[str]) -> Mapping[str, int]:
    """Return the ids of the numbers on the channel voice, made or opened again where needed."""
    await insert_rows(tx, addresses, [{"channel": VOICE, "value": each} for each in numbers], ignore_known=True)
    mine = and_(addresses.c.channel == VOICE, among(tx, addresses.c.value, numbers))
    fresh = {"closed_at": None, "closed_why": None, "verified_at": None, "verified_how": None}
    await tx.execute(update(addresses).where(mine, addresses.c.closed_at.is_not(None)).values(fresh))
    rows = await tx.rows(select(addresses.c.id, addresses.c.value).where(mine))
    return {row.value: row.id for row in rows}


async def _rooms(
    tx: Transaction, actor: Actor, chosen: ColumnElement[bool], at: int, limit: int = LARGEST_LOOK
) -> Mapping[int, Room]:
    columns = (organisations.c.id, organisations.c.kind, organisations.c.name, organisations.c.area_id)
    page = select(*columns).where(chosen, within(actor, organisations.c.area_id))
    rows = await tx.rows(page.order_by(organisations.c.id).limit(limit))
    ids = [row.id for row in rows]
    numbers, sitting = await phones(tx, actor, ids), await on_shift(tx, actor, ids, at)
    return {row.id: _room(row, numbers.get(row.id), sitting.get(row.id, ())) for row in rows}


def _room(row: Row[Any], number: tuple[int, str] | None, sitting: Sequence[OnShift]) -> Room:
    address, phone = number or (None, None)
    return Room(row.id, row.kind, row.name, row.area_id, address, phone, tuple(sitting))
