"""Unsafe calls that may be repeated: the key's answer is kept in the transaction of the call itself.

The key's row is written first. A second call with the same key waits at that row until the first one's transaction
ends: then it finds the answer, or, if the first came to nothing, carries the call out itself.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from sqlalchemy import ColumnElement, Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from app.errors import KeyMalformed, KeyReused, ShownOnce
from app.security.tables import kept_answers
from app.security.tokens import Holder
from ground.clock import DAY, machine_now
from ground.transaction import Dialect, Transaction

HEADER = "Idempotency-Key"
REPEATED = "Idempotent-Replayed"
LONGEST_KEY = 120
VISIBLE = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_KEY}}}")
KEPT_FOR = 14 * DAY


@dataclass(frozen=True, slots=True)
class Call:
    """An unsafe call: `place` is where its answer will be kept, `answer` what it was answered before."""

    place: ColumnElement[bool] | None = None
    answer: Response | None = None


async def keep_place(tx: Transaction, request: Request, holder: Holder | None) -> Call:
    """Take the key's place, or return the answer that is kept there."""
    key = key_of(request)
    if key is None or holder is None:
        return Call()
    digest = digest_of(request, hashlib.sha256(await request.body()))
    place = place_of(holder, key)
    if await take(tx, holder, key, digest):
        return Call(place)
    return Call(answer=answer_in(await tx.row(select(kept_answers).where(place)), digest))


def key_of(request: Request) -> str | None:
    """Return the key that came with a call."""
    key = request.headers.get(HEADER)
    if key is not None and not VISIBLE.fullmatch(key):
        raise KeyMalformed
    return key


def place_of(holder: Holder, key: str) -> ColumnElement[bool]:
    return (kept_answers.c.operator_id == holder.actor.id) & (kept_answers.c.key == key)


async def take(tx: Transaction, holder: Holder, key: str, digest: str) -> bool:
    """Take the key's place; return whether it was free."""
    row = {"operator_id": holder.actor.id, "key": key, "call_digest": digest, "made_at": machine_now()}
    insert = insert_postgresql if tx.dialect is Dialect.POSTGRESQL else insert_sqlite
    return (await tx.execute(insert(kept_answers).values(row).on_conflict_do_nothing())).rowcount == 1


async def keep_answer(tx: Transaction, call: Call, response: Response, *, secret: bool) -> None:
    """Keep the answer in the key's place; one that holds a secret leaves only word that it was given."""
    if call.place is None:
        return
    kept = {
        "status": response.status_code,
        "content_type": None if secret else response.headers.get("Content-Type"),
        "body": None if secret else bytes(response.body),
    }
    await tx.execute(update(kept_answers).where(call.place).values(kept))


async def forget_old_answers(tx: Transaction) -> None:
    await tx.execute(delete(kept_answers).where(kept_answers.c.made_at < machine_now() - KEPT_FOR))


def answer_in(row: Row[Any] | None, digest: str) -> Response:
    """Return the answer that is kept in a place; refuses another call under the same key."""
    if row is None or row.call_digest != digest:
        raise KeyReused
    if row.body is None:
        raise ShownOnce
    return Response(row.body, row.status, {REPEATED: "true"}, row.content_type)


def digest_of(request: Request, body: "hashlib._Hash") -> str:
    """Return what tells this call from any other; the body comes as its SHA-256."""
    call = hashlib.sha256(body.digest())
    for part in (request.method, request.url.path, request.url.query, request.headers.get("Content-Type", "")):
        call.update(len(part.encode()).to_bytes(8, "big") + part.encode())
    return call.hexdigest()
