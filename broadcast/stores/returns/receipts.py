"""Receipts as they are kept: append-only, whether they come out of order, repeated, or before our own record."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, select, update

from broadcast.channels.base import Receipt, Word
from broadcast.channels.errors import Gone, Rejected, SendError, Unreachable
from broadcast.deliveries import Key
from broadcast.proofs import Proof
from broadcast.stores.returns import attempts
from broadcast.stores.returns.attempts import ProviderId
from broadcast.stores.tables import receipts
from broadcast.stores.tables.deliveries import LONGEST_DETAIL
from ground.actor import Actor
from ground.bulk import among, insert_rows
from ground.clock import machine_now
from ground.transaction import Transaction


async def keep(tx: Transaction, actor: Actor, arrived: Sequence[Receipt], now: int) -> Sequence[Proof]:
    """Write receipts down and return what they prove of which delivery; whose is unknown yet waits for our record."""
    actor.require_hub()
    unmarked = {(each.account, each.provider_id) for each in arrived if each.key is None}
    owners = await attempts.owners(tx, actor, unmarked)
    found = [(each, each.key or owners.get((each.account, each.provider_id))) for each in arrived]
    learned = machine_now()
    rows = [_kept(receipt, key, now, learned) for receipt, key in found]
    await insert_rows(tx, receipts, rows, ignore_known=True)
    return [_proof(receipt, key) for receipt, key in found if key is not None]


async def claim_waiting(tx: Transaction, actor: Actor, sent: Mapping[ProviderId, Key]) -> Sequence[Proof]:
    """Our record of these sendings is written now: return what receipts that came earlier prove of them."""
    actor.require_hub()
    if not sent:
        return ()
    accounts, ids = sorted({account for account, _ in sent}), [provider_id for _, provider_id in sent]
    ours = and_(among(tx, receipts.c.account, accounts), among(tx, receipts.c.provider_id, ids))
    rows = await tx.rows(select(receipts).where(ours, receipts.c.notice_id.is_(None)))
    waiting = [(row, sent[row.account, row.provider_id]) for row in rows if (row.account, row.provider_id) in sent]
    if waiting:  # a provider that answers faster than we write, and gives no mark back
        found = update(receipts).where(receipts.c.id == bindparam("receipt"))
        now_known = [{"receipt": row.id, "notice": key.notice, "number": key.seq} for row, key in waiting]
        await tx.execute(found.values(notice_id=bindparam("notice"), seq=bindparam("number")), now_known)
    return [_proof_of_row(row, key) for row, key in waiting]


def _kept(receipt: Receipt, key: Key | None, now: int, learned: int) -> dict[str, Any]:
    return {
        "account": receipt.account,
        "provider_id": receipt.provider_id,
        "notice_id": key.notice if key else None,
        "seq": key.seq if key else None,
        "word": receipt.word.value,
        "detail": receipt.detail[:LONGEST_DETAIL],
        "code": receipt.code[:LONGEST_DETAIL],
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
    return Proof(
        key, receipt.word, receipt.detail[:LONGEST_DETAIL], receipt.account, receipt.provider_id, receipt.error
    )


def _proof_of_row(row: Row[Any], key: Key) -> Proof:
    reason = row.code or row.detail
    errors: dict[str, SendError] = {
        "gone": Gone(reason),
        "stopped": Gone(reason, stopped=True),
        "rejected": Rejected(reason),
        "unreachable": Unreachable(reason),
    }
    return Proof(key, Word(row.word), row.detail, row.account, row.provider_id, errors.get(row.fault or ""))
