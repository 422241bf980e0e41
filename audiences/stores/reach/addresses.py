"""Addresses as they are kept: opened, verified, stopped by the carrier, closed; shared by whoever owns them now."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Row, and_, bindparam, or_, select, update

from audiences.addresses import Address, StoppedAddress
from audiences.errors import UnknownAddress
from audiences.stores.reach.owners import end_links, present
from audiences.stores.scope import below, reachable, within
from audiences.stores.tables import (
    address_owners,
    addresses,
    gateways,
    organisation_addresses,
    organisations,
    people,
)
from ground.actor import Actor, Role
from ground.bulk import among
from ground.events import NewsDesk
from ground.transaction import Transaction

HELD = (
    select(addresses, address_owners.c.person_id)
    .outerjoin(address_owners, and_(address_owners.c.address_id == addresses.c.id, present()))
    .where(addresses.c.channel == bindparam("channel"), addresses.c.value == bindparam("value"))
    .order_by(address_owners.c.person_id)
    .with_for_update(key_share=True, of=addresses)
)


async def load(tx: Transaction, actor: Actor, address_id: int) -> Address:
    row = await tx.row(select(addresses).where(addresses.c.id == address_id, _in_sight(actor)))
    if row is None:
        raise UnknownAddress(address=address_id)
    owners = select(address_owners.c.person_id).where(address_owners.c.address_id == address_id, present())
    return _address(row, await tx.values(owners.order_by(address_owners.c.person_id)))


async def find(tx: Transaction, actor: Actor, channel: str, value: str) -> Address | None:
    """Return the address of this value on this channel, if the actor may see one."""
    chosen = (addresses.c.channel == channel) & (addresses.c.value == value) & _in_sight(actor)
    address_id = await tx.value(select(addresses.c.id).where(chosen))
    return None if address_id is None else await load(tx, actor, address_id)


async def hold(tx: Transaction, actor: Actor, channel: str, value: str) -> Address | None:
    """As `find`, and nobody else holds the address until the transaction ends; SQLite has one writer anyway."""
    actor.require_hub()
    rows = await tx.rows(HELD, {"channel": channel, "value": value})
    return _address(rows[0], [row.person_id for row in rows if row.person_id is not None]) if rows else None


async def of_person(tx: Transaction, actor: Actor, person_id: int, *, now: int) -> Sequence[Address]:
    """Return the addresses a person owns now, channel by channel in the person's own order, closed ones too."""
    links = addresses.join(address_owners, address_owners.c.address_id == addresses.c.id)
    links = links.join(people, people.c.id == address_owners.c.person_id)
    chosen = (address_owners.c.person_id == person_id) & present() & reachable(actor, now)
    order = (addresses.c.channel, address_owners.c.rank, addresses.c.id)
    rows = await tx.rows(select(addresses).select_from(links).where(chosen).order_by(*order))
    return [_address(row, (person_id,)) for row in rows]


async def verify(tx: Transaction, actor: Actor, address_id: int, how: str, *, at: int) -> None:
    """Note that somebody made sure the address is who it says it is: `how` is a short code (call, visit, reply)."""
    await _change(tx, actor, address_id, verified_at=at, verified_how=how)


async def stop(tx: Transaction, actor: Actor, address_id: int, *, at: int) -> None:
    """Note that the carrier delivers nothing here until the owner lifts it (Twilio 21610: STOP)."""
    await _change(tx, actor, address_id, stopped_at=at)


async def lift_stop(tx: Transaction, actor: Actor, address_id: int) -> None:
    await _change(tx, actor, address_id, stopped_at=None)


async def close(tx: Transaction, actor: Actor, desk: NewsDesk, address_id: int, why: str, *, at: int) -> None:
    """Close an address for all who share it: nothing is sent there until it is opened again."""
    actor.require(Role.ADMIN, Role.DUTY)
    address = await load(tx, actor, address_id)
    if address.closed_at is not None:
        return
    await tx.execute(update(addresses).where(addresses.c.id == address_id).values(closed_at=at, closed_why=why))
    await desk.tell(tx, "address.closed", str(address_id), at, address=address_id)


async def stopped(
    tx: Transaction, actor: Actor, area: int, *, after: int = 0, limit: int = 100
) -> Sequence[StoppedAddress]:
    """Return the addresses of people of an area to whom the carrier delivers nothing, for the village to ask them."""
    lives = below(area, people.c.area_id) & within(actor, people.c.area_id) & people.c.gone_at.is_(None)
    joined = address_owners.join(people, people.c.id == address_owners.c.person_id)
    owned_here = select(address_owners.c.address_id).select_from(joined).where(lives, present())
    chosen = addresses.c.stopped_at.is_not(None) & addresses.c.closed_at.is_(None) & (addresses.c.id > after)
    page = select(addresses).where(chosen, addresses.c.id.in_(owned_here)).order_by(addresses.c.id).limit(limit)
    rows = await tx.rows(page)
    pairs = select(address_owners.c.address_id, address_owners.c.person_id).select_from(joined)
    shared = await tx.rows(
        pairs.where(among(tx, address_owners.c.address_id, [row.id for row in rows]), lives, present())
    )
    whose: dict[int, list[int]] = {row.id: [] for row in rows}
    for link in shared:
        whose[link.address_id].append(link.person_id)
    return [StoppedAddress(row.id, row.channel, row.stopped_at, tuple(sorted(whose[row.id]))) for row in rows]


async def forget_owner(tx: Transaction, actor: Actor, desk: NewsDesk, person_id: int, *, at: int) -> Sequence[str]:
    """End every link of a person who is erased; what nobody else owns loses its value, and is returned."""
    actor.require(Role.ADMIN)
    mine = select(address_owners.c.address_id).where(address_owners.c.person_id == person_id)
    chosen = (people.c.id == person_id) & within(actor, people.c.area_id)
    if await tx.value(select(people.c.id).where(chosen)) is None:
        return []
    await end_links(tx, actor, desk, address_owners.c.person_id == person_id, "erased", at=at)
    forgotten = update(address_owners).where(address_owners.c.person_id == person_id).values(external_id=None)
    await tx.execute(forgotten)
    others = select(address_owners.c.address_id).where(address_owners.c.person_id != person_id, present())
    rooms = select(organisation_addresses.c.address_id)
    alone = addresses.c.id.in_(mine) & addresses.c.id.not_in(others.union(rooms))
    known = await tx.values(select(addresses.c.value).where(alone, addresses.c.value.is_not(None)))
    await tx.execute(update(addresses).where(alone).values(value=None))
    return known


async def _change(tx: Transaction, actor: Actor, address_id: int, **values: int | str | None) -> None:
    actor.require(Role.ADMIN, Role.DUTY)
    changed = await tx.execute(update(addresses).where(addresses.c.id == address_id, _in_sight(actor)).values(values))
    if changed.rowcount == 0:
        raise UnknownAddress(address=address_id)


def _in_sight(actor: Actor) -> ColumnElement[bool]:
    """An address is seen where one of its people lives or lived, where its gateway stands, or its office."""
    if actor.unbounded:
        return within(actor, addresses.c.id)
    owned = address_owners.join(people, people.c.id == address_owners.c.person_id)
    by_people = select(address_owners.c.address_id).select_from(owned).where(within(actor, people.c.area_id))
    by_gateways = select(gateways.c.address_id).where(within(actor, gateways.c.area_id))
    offices = organisation_addresses.join(organisations, organisations.c.id == organisation_addresses.c.organisation_id)
    of_offices = select(organisation_addresses.c.address_id).select_from(offices)
    by_offices = of_offices.where(within(actor, organisations.c.area_id))
    return or_(*(addresses.c.id.in_(each) for each in (by_people, by_gateways, by_offices)))


def _address(row: Row[tuple[int]], owners: Sequence[int]) -> Address:
    return Address(
        id=row.id,
        channel=row.channel,
        value=row.value,
        verified_at=row.verified_at,
        verified_how=row.verified_how,
        closed_at=row.closed_at,
        closed_why=row.closed_why,
        stopped_at=row.stopped_at,
        owners=tuple(owners),
    )
