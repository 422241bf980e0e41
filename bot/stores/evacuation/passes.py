"""Passes: secrets that open a printable sheet or a shelter's door page for one person, for a while; kept as digests."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select

from bot.stores.evacuation.pass_tables import codes, pass_sessions, passes
from bot.stores.evacuation.tables import orders
from ground.actor import Actor
from ground.bulk import insert_rows
from ground.clock import DAY
from ground.ids import new_id
from ground.transaction import Transaction

SECRET_BYTES = 16  # of chance: short enough for a text message
SESSION_BYTES = 32
BROWSERS = 5  # that one pass may have open
LASTS = 3 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Whom it is for and what it opens: the sheets of an order's area, or the door of a site."""

    area: int
    person: int
    drill: bool
    order: int | None = None
    site: int | None = None
    address: int | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A pass with the secret that opens it, made before it is kept: words are composed in between."""

    given: Pass
    secret: str = field(repr=False)


def make(given: Pass) -> Made:
    return Made(given, secrets.token_urlsafe(SECRET_BYTES))


async def keep(tx: Transaction, actor: Actor, made: Sequence[Made], at: int) -> None:
    """Keep passes; each opens from now on, until its time is over."""
    actor.require_hub()
    rows = [
        {
            "id": new_id(),
            "digest": _digest(each.secret),
            "order_id": each.given.order,
            "area_id": each.given.area,
            "site_id": each.given.site,
            "drill": each.given.drill,
            "person_id": each.given.person,
            "address_id": each.given.address,
            "made_at": at,
            "until_at": at + LASTS,
        }
        for each in made
    ]
    await insert_rows(tx, passes, rows)


async def behind(tx: Transaction, actor: Actor, secret: str, at: int) -> Pass | None:
    """Return what a secret opens; None if nothing: unknown, too old, or its order is closed."""
    actor.require_hub()
    wanted = select(passes).outerjoin(orders, orders.c.id == passes.c.order_id)
    row = await tx.row(
        wanted.where(passes.c.digest == _digest(secret), passes.c.until_at > at, orders.c.lifted_at.is_(None))
    )
    return row and Pass(
        area=row.area_id,
        person=row.person_id,
        drill=row.drill,
        order=row.order_id,
        site=row.site_id,
        address=row.address_id,
        id=row.id,
    )


async def open_session(tx: Transaction, actor: Actor, pass_id: str, at: int) -> str:
    """Return the secret of a browser that opened a pass; of many the oldest are shown out."""
    actor.require_hub()
    session = secrets.token_urlsafe(SESSION_BYTES)
    mine = pass_sessions.c.pass_id == pass_id
    newest = select(pass_sessions.c.digest).where(mine).order_by(pass_sessions.c.opened_at.desc()).limit(BROWSERS - 1)
    kept = list(await tx.values(newest))
    await tx.execute(delete(pass_sessions).where(mine, pass_sessions.c.digest.not_in(kept)))
    await tx.execute(insert(pass_sessions).values(digest=_digest(session), pass_id=pass_id, opened_at=at))
    return session


async def of_session(tx: Transaction, actor: Actor, session: str, at: int) -> Pass | None:
    """Return the pass that a browser opened, if its time is not over."""
    actor.require_hub()
    joined = select(passes).join(pass_sessions, pass_sessions.c.pass_id == passes.c.id)
    row = await tx.row(joined.where(pass_sessions.c.digest == _digest(session), passes.c.until_at > at))
    return row and Pass(
        area=row.area_id, person=row.person_id, drill=row.drill, site=row.site_id, address=row.address_id, id=row.id
    )


async def forget_before(tx: Transaction, actor: Actor, before: int) -> None:
    """Drop passes whose time was over before (story time), and the codes of orders that were closed before."""
    actor.require_hub()
    old = select(passes.c.id).where(passes.c.until_at < before)
    await tx.execute(delete(pass_sessions).where(pass_sessions.c.pass_id.in_(old)))
    await tx.execute(delete(passes).where(passes.c.until_at < before))
    closed = select(orders.c.id).where(orders.c.lifted_at < before)
    await tx.execute(delete(codes).where(codes.c.order_id.in_(closed)))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
