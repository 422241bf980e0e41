"""Fallbacks: when a channel gives up on a person or stays silent, the person's next address takes over."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    delete,
    exists,
    func,
    literal,
    null,
    select,
)

from audiences.stores.tables import address_owners, addresses, people
from broadcast.deliveries import Key
from broadcast.notices import Notice
from broadcast.stores.sending.keys import keyed
from broadcast.stores.sending.placing import PLACED, asks_the_exposed, channel_rank, usable, words_of
from broadcast.stores.sending.planning import insert_placed
from broadcast.stores.tables import answers, deliveries, delivery_sharers, fallbacks
from ground.actor import Actor
from ground.bulk import among, among_pairs, insert_chosen
from ground.transaction import Transaction

NAMES = ("notice_id", "seq", "due_at", "why")


async def at_once(tx: Transaction, actor: Actor, keys: Sequence[Key], now: int) -> None:
    """The address refused: whoever was to hear it there is due on the next channel now."""
    actor.require_hub()
    if keys:
        await forget(tx, actor, keys)
        mine = among_pairs(tx, (deliveries.c.notice_id, deliveries.c.seq), _pairs(keys))
        await insert_chosen(tx, fallbacks, NAMES, _due(mine, now, "refused"))


async def after_silence(tx: Transaction, actor: Actor, notice: Notice, seqs: Sequence[int], due: int) -> None:
    """Write the deadline (story time) for those who have another address; nobody else's silence can be helped so."""
    actor.require_hub()
    owned = address_owners.alias("owned")
    another = (
        exists()
        .where(owned.c.address_id == deliveries.c.address_id, owned.c.until_at.is_(None))
        .where(address_owners.c.person_id == owned.c.person_id, address_owners.c.until_at.is_(None))
        .where(address_owners.c.address_id != deliveries.c.address_id)  # most have no other: nothing more is looked up
        .where(addresses.c.id == address_owners.c.address_id)
        .where(addresses.c.channel.in_(notice.policy.channels), usable(notice.purpose))
    )
    mine = keyed(tx, notice.id, seqs)
    await insert_chosen(tx, fallbacks, NAMES, _due(mine, due, "silent").where(another))


async def forget(tx: Transaction, actor: Actor, keys: Sequence[Key]) -> None:
    """Nobody needs to take over from these deliveries any more: a receipt or an answer came."""
    actor.require_hub()
    if keys:
        mine = among_pairs(tx, (fallbacks.c.notice_id, fallbacks.c.seq), _pairs(keys))
        await tx.execute(delete(fallbacks).where(mine))


async def forget_notice(tx: Transaction, actor: Actor, notice_id: int) -> None:
    """The notice is closed: nobody takes over any more."""
    actor.require_hub()
    await tx.execute(delete(fallbacks).where(fallbacks.c.notice_id == notice_id))


async def notices_due(tx: Transaction, actor: Actor, now: int, limit: int) -> Sequence[int]:
    """Return the notices that have fallbacks due, by id."""
    actor.require_hub()
    due = select(fallbacks.c.notice_id).where(fallbacks.c.due_at <= now).distinct().limit(limit)
    return list(await tx.values(due))


async def take_over(
    tx: Transaction, actor: Actor, notice: Notice, now: int, limit: int, batches: Mapping[str, int]
) -> int:
    """Plan the next address of up to `limit` people whose fallback is due; return how many deliveries came of it."""
    actor.require_hub()
    mine = and_(fallbacks.c.notice_id == notice.id, fallbacks.c.due_at <= now)
    soonest = select(fallbacks.c.seq).where(mine).order_by(fallbacks.c.due_at, fallbacks.c.seq).limit(limit)
    seqs = list(await tx.values(soonest.with_for_update(skip_locked=True)))
    if not seqs:
        return 0
    waiting = _waiting(tx, notice, seqs).cte("waiting")
    next_ones = _next_addresses(notice, waiting, [each for each in notice.policy.channels if each in batches])
    planned = await insert_placed(tx, actor, notice, next_ones.cte("placed"), batches)
    await insert_chosen(tx, delivery_sharers, ["notice_id", "seq", "person_id", "area_id"], _shared(notice, waiting))
    await forget(tx, actor, [Key(notice.id, seq) for seq in seqs])
    return planned


def _due(mine: ColumnElement[bool], due: int, why: str) -> Select[Any]:
    row = (deliveries.c.notice_id, deliveries.c.seq, literal(due, fallbacks.c.due_at.type), literal(why, String))
    return select(*row).where(mine, deliveries.c.person_id.is_not(None))


def _pairs(keys: Sequence[Key]) -> list[tuple[int, int]]:
    return [(key.notice, key.seq) for key in keys]


def _waiting(tx: Transaction, notice: Notice, seqs: Sequence[int]) -> Select[Any]:
    """Everybody behind these deliveries who has not answered: (seq, person_id, area_id, rule)."""
    d, s = deliveries.c, delivery_sharers.c
    of_batch: ColumnElement[bool] = and_(d.notice_id == notice.id, among(tx, d.seq, seqs))
    sharing = and_(s.notice_id == d.notice_id, s.seq == d.seq)
    own = select(d.seq, d.address_id, d.person_id, d.area_id, d.rule).where(of_batch, d.person_id.is_not(None))
    shared = select(d.seq, d.address_id, s.person_id, s.area_id, d.rule).join(delivery_sharers, sharing).where(of_batch)
    everybody = own.union_all(shared).subquery("everybody")
    given = answers.c.notice_id == notice.id
    by_name = exists().where(given, answers.c.person_id == everybody.c.person_id)
    at_hand = exists().where(given, answers.c.address_id == everybody.c.address_id)
    return select(everybody).where(~by_name, ~at_hand)  # two conditions: joined by OR, no index would be of use


def _next_addresses(notice: Notice, waiting: CTE, channels: Sequence[str]) -> Select[Any]:
    """Each person's best address that this notice has not used yet, as rows of PLACED."""
    used = exists().where(deliveries.c.notice_id == notice.id, deliveries.c.address_id == addresses.c.id)
    preferred = (channel_rank(channels), address_owners.c.rank, addresses.c.id)
    ranked = (
        select(
            waiting.c.seq.label("audience_seq"),
            addresses.c.id.label("address_id"),
            waiting.c.person_id,
            waiting.c.area_id,
            addresses.c.channel,
            people.c.language,
            words_of(waiting.c.rule, asks_the_exposed(notice)),
            literal("fallback", String).label("why"),
            func.row_number().over(partition_by=waiting.c.person_id, order_by=preferred).label("pick"),
        )
        .select_from(waiting)
        .join(people, people.c.id == waiting.c.person_id)
        .join(
            address_owners,
            and_(address_owners.c.person_id == waiting.c.person_id, address_owners.c.until_at.is_(None)),
        )
        .join(addresses, addresses.c.id == address_owners.c.address_id)
        .where(addresses.c.channel.in_(channels), usable(notice.purpose), ~used)
        .subquery("ranked")
    )
    columns = [ranked.c[name] if name != "gateway_id" else null().cast(Integer).label(name) for name in PLACED]
    return select(*columns).where(ranked.c.pick == 1)


def _shared(notice: Notice, waiting: CTE) -> Select[Any]:
    """Whose other address carries this notice for a neighbour already: nothing is sent twice there, they share it."""
    return (
        select(deliveries.c.notice_id, deliveries.c.seq, waiting.c.person_id, waiting.c.area_id)
        .select_from(waiting)
        .join(
            address_owners,
            and_(address_owners.c.person_id == waiting.c.person_id, address_owners.c.until_at.is_(None)),
        )
        .join(
            deliveries,
            and_(deliveries.c.notice_id == notice.id, deliveries.c.address_id == address_owners.c.address_id),
        )
        .where(deliveries.c.person_id != waiting.c.person_id)
    )
