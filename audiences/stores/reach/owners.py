"""Whose an address is: links opened and ended in batches; an address that nobody owns any more is closed."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, bindparam, select, update

from audiences.addresses import Opening
from audiences.errors import UnknownPerson
from audiences.stores.scope import reachable
from audiences.stores.tables import address_owners, addresses, organisation_addresses, people
from ground.actor import Actor, Role
from ground.bulk import among, insert_rows
from ground.events import NewsDesk
from ground.transaction import Transaction

Place = tuple[str, str]  # channel and value
Link = tuple[int, int]  # address and person


def present() -> ColumnElement[bool]:
    """Say that a link of `address_owners` lasts."""
    return address_owners.c.until_at.is_(None)


async def open_for(
    tx: Transaction, actor: Actor, desk: NewsDesk | None, openings: Sequence[Opening], *, at: int
) -> None:
    """Give people addresses, in a constant number of statements; each new link is told as `address.opened`.

    A known address is shared, a closed one opened again; a link that lasts already stays as it is. Without a desk
    nothing is told: the first address of somebody who is new here concerns no warning that is under way.
    """
    actor.require(Role.ADMIN, Role.DUTY)
    if not openings:
        return
    await refuse_strangers(tx, actor, {each.person for each in openings}, at)
    places = await _open_places(tx, {(each.channel, each.value) for each in openings})
    wanted = {(places[each.channel, each.value], each.person): each for each in openings}
    news = await _link(tx, wanted, at)
    if desk is None:
        return
    told = [(str(address), {"address": address, "person": person}) for address, person in news]
    await desk.tell_many(tx, "address.opened", told, at)


async def end_links(
    tx: Transaction, actor: Actor, desk: NewsDesk, chosen: ColumnElement[bool], why: str, *, at: int
) -> None:
    """End the chosen links; an address nobody owns after that is closed and told as `address.closed`."""
    actor.require(Role.ADMIN, Role.DUTY)
    mine = address_owners.c.person_id.in_(select(people.c.id).where(reachable(actor, at)))
    ended = update(address_owners).where(chosen, present(), mine).values(until_at=at)
    touched = (await tx.execute(ended.returning(address_owners.c.address_id))).scalars().all()
    owned = select(address_owners.c.address_id).where(present())
    rooms = select(organisation_addresses.c.address_id).where(organisation_addresses.c.until_at.is_(None))
    orphaned = among(tx, addresses.c.id, sorted(set(touched))) & addresses.c.id.not_in(owned.union(rooms))
    closing = update(addresses).where(orphaned, addresses.c.closed_at.is_(None)).values(closed_at=at, closed_why=why)
    closed = (await tx.execute(closing.returning(addresses.c.id))).scalars().all()
    await desk.tell_many(tx, "address.closed", [(str(each), {"address": each}) for each in closed], at)


async def end_called(
    tx: Transaction, actor: Actor, desk: NewsDesk, source: str, external_ids: Sequence[str], why: str, *, at: int
) -> None:
    """End the links that a source knows by these ids."""
    if external_ids:
        called = (address_owners.c.source == source) & among(tx, address_owners.c.external_id, external_ids)
        await end_links(tx, actor, desk, called, why, at=at)


async def refuse_strangers(tx: Transaction, actor: Actor, persons: set[int], now: int) -> None:
    """Refuse people who neither live nor serve within the actor's area."""
    seen = select(people.c.id).where(among(tx, people.c.id, sorted(persons)), reachable(actor, now))
    strangers = persons - set(await tx.values(seen))
    if strangers:
        raise UnknownPerson(person=min(strangers))


async def _open_places(tx: Transaction, places: set[Place]) -> Mapping[Place, int]:
    """Return the ids of the addresses, made or opened again where needed; who is reached there anew is unverified."""
    rows = [{"channel": channel, "value": value} for channel, value in sorted(places)]
    await insert_rows(tx, addresses, rows, ignore_known=True)
    listed = among(tx, addresses.c.value, [value for _, value in places])
    known = await tx.rows(select(addresses.c.id, addresses.c.channel, addresses.c.value).where(listed))
    ids = {(row.channel, row.value): row.id for row in known if (row.channel, row.value) in places}
    closed = among(tx, addresses.c.id, sorted(ids.values())) & addresses.c.closed_at.is_not(None)
    fresh = {"closed_at": None, "closed_why": None, "verified_at": None, "verified_how": None}
    await tx.execute(update(addresses).where(closed).values(fresh))
    return ids


async def _link(tx: Transaction, wanted: Mapping[Link, Opening], at: int) -> Sequence[Link]:
    """Make the links that are missing and renew those that ended; return both."""
    links = address_owners.c
    among_ours = among(tx, links.address_id, sorted({address for address, _ in wanted}))
    rows = await tx.rows(select(links.address_id, links.person_id, links.until_at).where(among_ours))
    known = {(row.address_id, row.person_id): row.until_at for row in rows}
    new = [link for link in wanted if link not in known]
    ended = [link for link in wanted if known.get(link) is not None]
    await insert_rows(tx, address_owners, [_link_row(link, wanted[link], at) for link in new])
    if ended:
        this = (links.address_id == bindparam("address")) & (links.person_id == bindparam("person"))
        again = (
            update(address_owners)
            .where(this)
            .values(
                until_at=None,
                from_at=at,
                source=bindparam("by"),
                external_id=bindparam("called"),
                rank=bindparam("place"),
            )
        )
        await tx.execute(again, [_renewal(link, wanted[link]) for link in ended])
    return new + ended


def _link_row(link: Link, opening: Opening, at: int) -> dict[str, int | str | None]:
    return {
        "address_id": link[0],
        "person_id": link[1],
        "rank": opening.rank,
        "source": opening.source,
        "external_id": opening.external_id,
        "from_at": at,
    }


def _renewal(link: Link, opening: Opening) -> dict[str, int | str | None]:
    return {
        "address": link[0],
        "person": link[1],
        "by": opening.source,
        "called": opening.external_id,
        "place": opening.rank,
    }
