"""Identity numbers (D03002) of the heads of households: sealed, masked in every listing, read whole by few."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from audiences.stores.scope import within
from bot.cases.identity import LENGTH, masked_number, read_number
from bot.cases.relief_errors import UnknownIdentityNumber
from bot.stores.relief import requests as request_store
from bot.stores.relief.tables import relief_identity_numbers, relief_requests
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.bulk import among
from ground.clock import BEIJING, moment
from ground.sealing import Sealed, Seals
from ground.transaction import Dialect, Transaction

numbers = relief_identity_numbers.c
UNREADABLE: Final = "*" * LENGTH  # its key is not set any more
SLICE: Final = 200


async def enter(tx: Transaction, actor: Actor, seals: Seals, request_id: int, number: str, now: int) -> str:
    """Keep the number of a request's household, sealed, in place of an earlier one; return it masked."""
    actor.require(Role.DUTY, Role.OFFICER)
    await request_store.load(tx, actor, request_id)
    read = read_number(number, moment(now, BEIJING).date())
    sealed = seals.seal(read, _place(request_id))
    kept = {"sealed": sealed.words, "sealed_by": sealed.key, "actor": actor.name, "happened_at": now, "learned_at": now}
    insert = insert_sqlite if tx.dialect is Dialect.SQLITE else insert_postgresql
    row = insert(relief_identity_numbers).values(kept | {"request_id": request_id})
    await tx.execute(row.on_conflict_do_update(index_elements=[numbers.request_id], set_=kept))
    await record_deed(tx, actor, "identity_number.entered", f"relief:{request_id}", now)
    return masked_number(read)


async def masked_of(tx: Transaction, actor: Actor, seals: Seals, request_ids: Sequence[int]) -> Mapping[int, str]:
    """Return the masked numbers of those of the requests in the actor's area that have one."""
    sealed = await _sealed(tx, actor, request_ids)
    return {
        request: masked_number(seals.open(each, _place(request))) if each.key in seals.known else UNREADABLE
        for request, each in sealed.items()
    }


async def whole_of(
    tx: Transaction, actor: Actor, seals: Seals, request_ids: Sequence[int], now: int
) -> Mapping[int, str]:
    """Return the numbers themselves, to an administrator alone; that they were read is kept."""
    actor.require(Role.ADMIN)
    sealed = await _sealed(tx, actor, request_ids)
    if sealed:
        await record_deed(tx, actor, "identity_numbers.read", "relief", now, requests=sorted(sealed))
    return {request: seals.open(each, _place(request)) for request, each in sealed.items()}


async def erase(tx: Transaction, actor: Actor, request_id: int, now: int) -> None:
    """Forget the number of a request; that there was one stays."""
    actor.require(Role.ADMIN, Role.DUTY)
    await request_store.load(tx, actor, request_id)
    mine = (numbers.request_id == request_id) & numbers.sealed.is_not(None)
    if (await tx.execute(update(relief_identity_numbers).where(mine).values(sealed=None))).rowcount == 0:
        raise UnknownIdentityNumber(request=request_id)
    await record_deed(tx, actor, "identity_number.erased", f"relief:{request_id}", now)


async def reseal(tx: Transaction, actor: Actor, seals: Seals) -> int:
    """Seal anew, with the newest key, a slice of what an older one sealed that is still known; return how many."""
    actor.require_hub()
    older = list(seals.known[1:])
    waiting = among(tx, numbers.sealed_by, older) & numbers.sealed.is_not(None)
    rows = await tx.rows(select(relief_identity_numbers).where(waiting).limit(SLICE)) if older else []
    still = (numbers.request_id == bindparam("mine")) & (numbers.sealed == bindparam("before"))
    changed = update(relief_identity_numbers).where(still)
    if rows:
        again = changed.values(sealed=bindparam("after"), sealed_by=seals.newest)
        await tx.execute(again, [_resealed(seals, row.request_id, Sealed(row.sealed, row.sealed_by)) for row in rows])
    return len(rows)


def _resealed(seals: Seals, request: int, before: Sealed) -> Mapping[str, int | str]:
    place = _place(request)
    return {"mine": request, "before": before.words, "after": seals.seal(seals.open(before, place), place).words}


async def _sealed(tx: Transaction, actor: Actor, request_ids: Sequence[int]) -> Mapping[int, Sealed]:
    seen = select(relief_requests.c.id).where(within(actor, relief_requests.c.area_id))
    chosen = among(tx, numbers.request_id, request_ids) & numbers.request_id.in_(seen) & numbers.sealed.is_not(None)
    rows = await tx.rows(select(relief_identity_numbers).where(chosen))
    return {row.request_id: Sealed(row.sealed, row.sealed_by) for row in rows}


def _place(request_id: int) -> str:
    return f"relief_identity_numbers:{request_id}"
