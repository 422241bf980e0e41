"""Receipts as they are kept: append-only, whether they come out of order, repeated, or before our own record."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, func, select, update

from broadcast.channels.base import Receipt, Word
from broadcast.channels.errors import Gone, Rejected, SendError, Unreachable
from broadcast.deliveries import Key
from broadcast.proofs import Proof
from broadcast.stores.tables import attempts, receipts
from ground.actor import Actor
from ground.bulk import among, insert_rows
from ground.clock import machine_now
from ground.transaction import Transaction

ProviderId = tuple[str, str]
"""Account and the provider's own id within it."""


async def keep(tx: Transaction, actor: Actor, arrived: Sequence[Receipt], now: int) -> Sequence[Proof]:
    """Write receipts down and return what they prove of which delivery; whose is unknown yet waits for our record."""
    actor.require_hub()
    owners = await _owners(tx, [each for each in arrived if each.key is None])
    found = [(each, each.key or owners.get((each.account, each.provider_id))) for each in arrived]
    learned = machine_now()
    rows = [_kept(receipt, key, now, learned) for receipt, key in found]
    await insert_rows(tx, receipts, rows, ignore_known=True)
    return [_proof(receipt, key) for receipt, key in found if key is not None]


async def claim_waiting(tx: Transaction, actor: Actor, sent: Mapping[ProviderId, Key]) -> Sequence[Proof]:
    """Our record of these sendings is written now: return what receipts that came earlier prove of them."""
    actor.require_hub()
    ours = among(tx, receipts.c.provider_id, [provider_id for _, provider_id in sent])
    waiting = [
        row
        for row in await tx.rows(select(receipts).where(ours, receipts.c.notice_id.is_(None)))
        if (row.account, row.provider_id) in sent
    ]
    for row in waiting:  # rare: a provider that answers faster than we write, and gives no mark back
        key = sent[row.account, row.provider_id]
        await tx.execute(update(receipts).where(receipts.c.id == row.id).values(notice_id=key.notice, seq=key.seq))
    return [_proof_of_row(row, sent[row.account, row.provider_id]) for row in waiting]


async def newest_tries(tx: Transaction, actor: Actor, notice_id: int, seqs: Sequence[int]) -> Mapping[int, str]:
    """Return seq → the provider's id of the newest accepted try, to tell a stale failure from a present one."""
    actor.require_hub()
    newest = func.row_number().over(
        partition_by=attempts.c.seq, order_by=(attempts.c.learned_at.desc(), attempts.c.provider_id.desc())
    )
    tries = (
        select(attempts.c.seq, attempts.c.provider_id, newest.label("age"))
        .where(attempts.c.notice_id == notice_id, attempts.c.seq.in_(seqs))
        .subquery()
    )
    return {row.seq: row.provider_id for row in await tx.rows(select(tries).where(tries.c.age == 1))}


async def _owners(tx: Transaction, unmarked: Sequence[Receipt]) -> Mapping[ProviderId, Key]:
    if not unmarked:
        return {}
    known = among(tx, attempts.c.provider_id, [each.provider_id for each in unmarked])
    mine = and_(attempts.c.account.in_({each.account for each in unmarked}), known)
    rows = await tx.rows(select(attempts).where(mine))
    return {(row.account, row.provider_id): Key(row.notice_id, row.seq) for row in rows}


def _kept(receipt: Receipt, key: Key | None, now: int, learned: int) -> dict[str, Any]:
    return {
        "account": receipt.account,
        "provider_id": receipt.provider_id,
        "notice_id": key.notice if key else None,
        "seq": key.seq if key else None,
        "word": receipt.word.value,
        "detail": receipt.detail,
        "code": receipt.code,
        "fault": _fault(receipt.error),
        "happened_at": now if receipt.happened_at is None else receipt.happened_at,
        "learned_at": learned,
    }


def _fault(error: SendError | None) -> str | None:
    match error:
        case None:
            return None
        case Gone(stopped=True):
            return "stopped"
        case _:
            return type(error).__name__.lower()


def _proof(receipt: Receipt, key: Key) -> Proof:
    return Proof(key, receipt.word, receipt.detail, receipt.provider_id, receipt.error)


def _proof_of_row(row: Row[Any], key: Key) -> Proof:
    reason = row.code or row.detail
    errors: dict[str, SendError] = {
        "gone": Gone(reason),
        "stopped": Gone(reason, stopped=True),
        "rejected": Rejected(reason),
        "unreachable": Unreachable(reason),
    }
    return Proof(key, Word(row.word), row.detail, row.provider_id, errors.get(row.fault or ""))
