"""Operators' bearer tokens: made by an administrator, revoked at once, known by digest only."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, insert, select, update

from app.errors import UnknownToken
from app.security.secrets import TOKEN, digest, new_secret
from app.security.tables import tokens
from audiences.errors import UnknownOperator
from audiences.stores.scope import within
from audiences.stores.tables import operators
from ground.actor import Actor, Role, operator
from ground.audit import record_deed
from ground.clock import machine_now
from ground.ids import new_id
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class FreshToken:
    """A token as its owner sees it once."""

    id: str
    operator: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A token as it is listed. Instants are machine time."""

    id: str
    operator: str
    label: str
    made_at: int
    until_at: int | None
    revoked_at: int | None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who calls, by which token."""

    actor: Actor
    token: str


async def make_token(
    tx: Transaction, actor: Actor, operator_id: str, label: str, now: int, *, until_at: int | None = None
) -> FreshToken:
    """Make a token for an operator of the actor's area."""
    actor.require(Role.ADMIN)
    here = (operators.c.id == operator_id) & within(actor, operators.c.area_id) & operators.c.disabled_at.is_(None)
    if await tx.value(select(operators.c.id).where(here)) is None:
        raise UnknownOperator(operator=operator_id)
    fresh = FreshToken(new_id(), operator_id, new_secret(TOKEN))
    row = {
        "id": fresh.id,
        "digest": digest(fresh.secret),
        "operator_id": operator_id,
        "label": label,
        "made_at": machine_now(),
        "made_by": actor.name,
        "until_at": until_at,
    }
    await tx.execute(insert(tokens).values(row))
    await record_deed(tx, actor, "token.made", f"operator:{operator_id}", now, token=fresh.id)
    return fresh


async def revoke_token(tx: Transaction, actor: Actor, token_id: str, now: int) -> None:
    """End a token and every session that was opened with it; a revoked one stays revoked."""
    actor.require(Role.ADMIN)
    here = (tokens.c.id == token_id) & tokens.c.operator_id.in_(_operators_of(actor))
    revoked = await tx.execute(
        update(tokens).where(here, tokens.c.revoked_at.is_(None)).values(revoked_at=machine_now())
    )
    if revoked.rowcount == 0 and await tx.value(select(tokens.c.id).where(here)) is None:
        raise UnknownToken(token=token_id)
    await record_deed(tx, actor, "token.revoked", f"token:{token_id}", now)


async def list_tokens(
    tx: Transaction, actor: Actor, operator_id: str | None, after: str, limit: int
) -> Sequence[KnownToken]:
    """Return tokens of the actor's area in the order they were made."""
    actor.require(Role.ADMIN, Role.AUDITOR)
    asked = select(tokens).where(tokens.c.operator_id.in_(_operators_of(actor)), tokens.c.id > after)
    if operator_id is not None:
        asked = asked.where(tokens.c.operator_id == operator_id)
    rows = await tx.rows(asked.order_by(tokens.c.id).limit(limit))
    return [KnownToken(row.id, row.operator_id, row.label, row.made_at, row.until_at, row.revoked_at) for row in rows]


async def holder_of(tx: Transaction, secret: str) -> Holder | None:
    """Return who holds this token now; None if nobody may call with it."""
    return await find_holder(tx, tokens.c.digest == digest(secret))


async def find_holder(tx: Transaction, which: ColumnElement[bool]) -> Holder | None:
    """Return the operator behind one token that is neither revoked nor past its time."""
    row = await tx.row(
        select(tokens.c.id, operators.c.id.label("operator"), operators.c.area_id, operators.c.roles)
        .join(operators, operators.c.id == tokens.c.operator_id)
        .where(which, tokens.c.revoked_at.is_(None), operators.c.disabled_at.is_(None))
        .where(tokens.c.until_at.is_(None) | (tokens.c.until_at > machine_now()))
    )
    return row and Holder(operator(row.operator, row.area_id, map(Role, row.roles)), row.id)


def _operators_of(actor: Actor) -> Select[tuple[str]]:
    return select(operators.c.id).where(within(actor, operators.c.area_id))
