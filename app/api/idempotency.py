"""Unsafe calls that may be repeated: the key's answer is kept in the transaction of the call itself.

The key's row is written first. A second call with the same key waits at that row until the first one's transaction
ends: then it finds the answer, or, if the first came to nothing, carries the call out itself.
"""

import hashlib
import re
from dataclasses import dataclass

from fastapi import Request, Response
from sqlalchemy import ColumnElement, delete, select, update
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
    key = request.headers.get(HEADER)
    if key is None or holder is None:
        return Call()
    if not VISIBLE.fullmatch(key):
        raise KeyMalformed
    place = (kept_answers.c.operator_id == holder.actor.id) & (kept_answers.c.key == key)
    digest = await _digest(request)
    row = {"operator_id": holder.actor.id, "key": key, "call_digest": digest, "made_at": machine_now()}
    insert = insert_postgresql if tx.dialect is Dialect.POSTGRESQL else insert_sqlite
    taken = await tx.execute(insert(kept_answers).values(row).on_conflict_do_nothing())
    if taken.rowcount == 1:
        return Call(place)
    return Call(answer=await _kept(tx, place, digest))


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


async def _kept(tx: Transaction, place: ColumnElement[bool], digest: str) -> Response:
    row = await tx.row(select(kept_answers).where(place))
    if row is None or row.call_digest != digest:
        raise KeyReused
    if row.body is None:
        raise ShownOnce
    return Response(row.body, row.status, {REPEATED: "true"}, row.content_type)


async def _digest(request: Request) -> str:
    call = hashlib.sha256()
    parts = (request.method.encode(), request.url.path.encode(), request.url.query.encode())
    for part in (*parts, request.headers.get("Content-Type", "").encode(), await request.body()):
        call.update(len(part).to_bytes(8, "big") + part)
    return call.hexdigest()
