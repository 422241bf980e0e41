"""Sessions of the live page: a browser's cookie in place of a token, for a working day at most."""

from sqlalchemy import delete, insert, select

from app.security.secrets import SESSION, digest, new_secret
from app.security.tables import sessions, tokens
from app.security.tokens import Holder, find_holder
from ground.clock import HOUR, machine_now
from ground.transaction import Transaction

LIFETIME = 12 * HOUR


async def open_session(tx: Transaction, holder: Holder) -> str:
    """Return the secret of a new session for this holder; it ends with the token."""
    secret, moment = new_secret(SESSION), machine_now()
    row = {"digest": digest(secret), "token_id": holder.token, "made_at": moment, "until_at": moment + LIFETIME}
    await tx.execute(insert(sessions).values(row))
    return secret


async def session_holder(tx: Transaction, secret: str) -> Holder | None:
    """Return whose session this is now."""
    mine = (sessions.c.digest == digest(secret)) & (sessions.c.until_at > machine_now())
    return await find_holder(tx, tokens.c.id == select(sessions.c.token_id).where(mine).scalar_subquery())


async def close_session(tx: Transaction, secret: str) -> None:
    await tx.execute(delete(sessions).where(sessions.c.digest == digest(secret)))


async def forget_old_sessions(tx: Transaction) -> None:
    await tx.execute(delete(sessions).where(sessions.c.until_at < machine_now()))
