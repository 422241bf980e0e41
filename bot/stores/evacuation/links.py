"""Links to the roll on a phone: unguessable, one per roll and address, kept as digests; they end with the order."""

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from audiences.stores.scope import within
from bot.cases.errors import UnknownLink
from bot.stores.evacuation.reports import REPORTERS
from bot.stores.evacuation.tables import link_sessions, links, orders
from ground.actor import Actor
from ground.audit import record_deed
from ground.bulk import insert_rows
from ground.ids import new_id
from ground.transaction import Transaction

LINK_BYTES = 16  # of chance: short enough for a text message
SESSION_BYTES = 32
BROWSERS = 5  # that one link may have open: a preview of the link in a chat opens it, too


@dataclass(frozen=True, slots=True)
class Link:
    """Whose roll a browser has open: the person acts as the address to which the link was sent."""

    id: str
    order: int
    area: int
    address: int
    person: int


async def make(
    tx: Transaction, actor: Actor, order_id: int, area_id: int, *, address_id: int, person: int, at: int
) -> str:
    """Return the secret of a fresh link; an older one of the same address opens nothing more, what it opened stays."""
    actor.require_hub()
    secret = secrets.token_urlsafe(LINK_BYTES)
    place = {"order_id": order_id, "area_id": area_id, "address_id": address_id}
    row = {"id": new_id(), "person_id": person, "made_at": at, **place}
    await insert_rows(tx, links, [row], ignore_known=True)
    mine = (links.c.order_id == order_id) & (links.c.area_id == area_id) & (links.c.address_id == address_id)
    before = select(links.c.id).where(mine, links.c.person_id != person)
    await tx.execute(delete(link_sessions).where(link_sessions.c.link_id.in_(before)))  # the address changed hands
    fresh = {"digest": _digest(secret), "person_id": person, "made_at": at}
    await tx.execute(update(links).where(mine).values(fresh))
    return secret


async def open_session(tx: Transaction, actor: Actor, secret: str, at: int) -> tuple[Link, str] | None:
    """Exchange a link for a session's secret; None if it opens nothing: unknown, revoked, or the order is closed."""
    actor.require_hub()
    wanted = select(links).join(orders, orders.c.id == links.c.order_id)
    row = await tx.row(wanted.where(links.c.digest == _digest(secret), orders.c.lifted_at.is_(None)))
    if row is None:
        return None
    session = secrets.token_urlsafe(SESSION_BYTES)
    await tx.execute(insert(link_sessions).values(digest=_digest(session), link_id=row.id, opened_at=at))
    mine = link_sessions.c.link_id == row.id
    newest = select(link_sessions.c.digest).where(mine).order_by(link_sessions.c.opened_at.desc()).limit(BROWSERS)
    kept = list(await tx.values(newest))
    await tx.execute(delete(link_sessions).where(mine, link_sessions.c.digest.not_in([*kept, _digest(session)])))
    return Link(row.id, row.order_id, row.area_id, row.address_id, row.person_id), session


async def of_session(tx: Transaction, actor: Actor, link_id: str, session: str) -> Link | None:
    """Return the link that this browser opened, if nobody revoked it. The order may be closed since."""
    actor.require_hub()
    joined = select(links).join(link_sessions, link_sessions.c.link_id == links.c.id)
    row = await tx.row(joined.where(links.c.id == link_id, link_sessions.c.digest == _digest(session)))
    return row and Link(row.id, row.order_id, row.area_id, row.address_id, row.person_id)


async def revoke(tx: Transaction, actor: Actor, order_id: int, person: int, at: int) -> int:
    """End every link of a person to rolls of an order, and what was opened by them; return how many there were."""
    actor.require(*REPORTERS)
    mine = (links.c.order_id == order_id) & (links.c.person_id == person) & within(actor, links.c.area_id)
    found = list(await tx.values(select(links.c.id).where(mine, links.c.digest.is_not(None))))
    if not found:
        raise UnknownLink(person=person)
    await tx.execute(delete(link_sessions).where(link_sessions.c.link_id.in_(found)))
    await tx.execute(update(links).where(links.c.id.in_(found)).values(digest=None))
    await record_deed(tx, actor, "evacuation.links_revoked", f"evacuation:{order_id}", at, person=person)
    return len(found)


async def forget_before(tx: Transaction, actor: Actor, before: int) -> None:
    """Drop the links of orders that were closed before (story time): nothing waits on a phone for so long."""
    actor.require_hub()
    closed = select(orders.c.id).where(orders.c.lifted_at < before)
    old = select(links.c.id).where(links.c.order_id.in_(closed))
    await tx.execute(delete(link_sessions).where(link_sessions.c.link_id.in_(old)))
    await tx.execute(delete(links).where(links.c.order_id.in_(closed)))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
