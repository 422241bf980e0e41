"""Attempts: every accept by a provider, append-only, by which later receipts find their delivery."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import and_, select

from broadcast.deliveries import Key
from broadcast.stores.tables import attempts
from ground.actor import Actor
from ground.bulk import among, among_pairs, insert_columns
from ground.clock import machine_now
from ground.transaction import Transaction

ProviderId = tuple[str, str]
"""Account and the provider's own id within it."""


async def keep(tx: Transaction, actor: Actor, accepted: Mapping[ProviderId, Key], now: int) -> None:
    """Write down what providers took (`now` is story time); what is known already stays as it was."""
    actor.require_hub()
    if not accepted:
        return
    columns = zip(*((*sent, *key) for sent, key in sorted(accepted.items())), strict=True)
    given = dict(zip(("account", "provider_id", "notice_id", "seq"), columns, strict=True))
    alike = {name: given.pop(name)[0] for name in ("account", "notice_id") if len(set(given[name])) == 1}
    await insert_columns(tx, attempts, alike | {"at": now, "learned_at": machine_now()}, given, ignore_known=True)


async def owners(tx: Transaction, actor: Actor, sent: Collection[ProviderId]) -> Mapping[ProviderId, Key]:
    """Return whose sendings these were, as far as they are recorded."""
    actor.require_hub()
    if not sent:
        return {}
    accounts, ids = sorted({account for account, _ in sent}), sorted({provider_id for _, provider_id in sent})
    mine = and_(among(tx, attempts.c.account, accounts), among(tx, attempts.c.provider_id, ids))
    rows = await tx.rows(select(attempts).where(mine))
    return {(row.account, row.provider_id): Key(row.notice_id, row.seq) for row in rows}


async def of_deliveries(tx: Transaction, actor: Actor, keys: Collection[Key]) -> Mapping[Key, Sequence[str]]:
    """Return the provider's ids of each delivery's recorded tries, newest first."""
    actor.require_hub()
    if not keys:
        return {}
    pairs = sorted((key.notice, key.seq) for key in keys)
    theirs = among_pairs(tx, (attempts.c.notice_id, attempts.c.seq), pairs)
    newest_first = (attempts.c.learned_at.desc(), attempts.c.at.desc(), attempts.c.provider_id.desc())
    tries: defaultdict[Key, list[str]] = defaultdict(list)
    for row in await tx.rows(select(attempts).where(theirs).order_by(*newest_first)):
        tries[Key(row.notice_id, row.seq)].append(row.provider_id)
    return tries
