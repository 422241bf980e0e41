"""One-time codes: printed on the terminal, exchanged once for a token; without an operator they make the first."""

from sqlalchemy import delete, insert, select, update

from app.errors import AdminExists, CodeRefused
from app.security.secrets import CODE, digest, new_secret
from app.security.tables import one_time_codes
from app.security.tokens import FreshToken, make_token
from audiences.errors import UnknownOperator
from audiences.stores.scope import within
from audiences.stores.tables import operators
from ground.actor import Actor, Role, system
from ground.audit import record_deed
from ground.clock import DAY, HOUR, machine_now
from ground.ids import new_id
from ground.transaction import Transaction

LIFETIME = 12 * HOUR


async def make_first_code(tx: Transaction, actor: Actor) -> str:
    """Return a code that makes the first administrator; refused once there is one. An older such code ends."""
    actor.require(Role.ADMIN)
    roles = await tx.values(select(operators.c.roles).where(operators.c.disabled_at.is_(None)))
    if any(Role.ADMIN in each for each in roles):
        raise AdminExists
    await tx.execute(delete(one_time_codes).where(one_time_codes.c.operator_id.is_(None)))
    return await _keep(tx, None)


async def make_code(tx: Transaction, actor: Actor, operator_id: str) -> str:
    """Return a code that gives its finder a token of this operator."""
    actor.require(Role.ADMIN)
    here = (operators.c.id == operator_id) & within(actor, operators.c.area_id) & operators.c.disabled_at.is_(None)
    if await tx.value(select(operators.c.id).where(here)) is None:
        raise UnknownOperator(operator=operator_id)
    return await _keep(tx, operator_id)


async def redeem(tx: Transaction, code: str, label: str, now: int) -> FreshToken:
    """Exchange a code for a token, once; of two at the same time one is refused."""
    moment = machine_now()
    mine = (one_time_codes.c.digest == digest(code)) & one_time_codes.c.used_at.is_(None)
    used = await tx.execute(
        update(one_time_codes).where(mine, one_time_codes.c.until_at > moment).values(used_at=moment)
    )
    if used.rowcount != 1:
        raise CodeRefused
    terminal = system("terminal")
    chosen = select(one_time_codes.c.operator_id).where(one_time_codes.c.digest == digest(code))
    operator_id = await tx.value(chosen) or await _first_admin(tx, terminal, now)
    return await make_token(tx, terminal, operator_id, label, now)


async def forget_old_codes(tx: Transaction) -> None:
    await tx.execute(delete(one_time_codes).where(one_time_codes.c.until_at < machine_now() - DAY))


async def _keep(tx: Transaction, operator_id: str | None) -> str:
    code, moment = new_secret(CODE), machine_now()
    row = {"digest": digest(code), "operator_id": operator_id, "made_at": moment, "until_at": moment + LIFETIME}
    await tx.execute(insert(one_time_codes).values(row))
    return code


async def _first_admin(tx: Transaction, terminal: Actor, now: int) -> str:
    """The code came from the terminal of the machine itself: its finder administers the whole deployment."""
    row = {"id": new_id(), "title": "first administrator", "area_id": None, "roles": [Role.ADMIN], "made_at": now}
    await tx.execute(insert(operators).values(row))
    await record_deed(tx, terminal, "operator.made", f"operator:{row['id']}", now, roles=row["roles"])
    return str(row["id"])
