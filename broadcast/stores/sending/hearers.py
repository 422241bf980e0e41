"""Who heard an earlier notice, or may have: an update tells them too, an ending tells them alone.

The earlier deliveries are looked through by windows of their dense keys, so that a slice costs the same however many
there are. A first look tells at once whoever is known to have heard; once no claim is under way, a second one finds
those whose claim has ended meanwhile.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, case, exists, func, literal, or_, select, update

from audiences.stores.tables import audience_members
from broadcast.deliveries import HEARD, Key, State
from broadcast.notices import Kind, Notice
from broadcast.stores.sending.placing import PLACED
from broadcast.stores.sending.planning import insert_placed
from broadcast.stores.tables import deliveries, delivery_sharers, hearer_looks, notices, ranges
from ground.actor import Actor
from ground.bulk import among, insert_chosen, insert_rows
from ground.transaction import Transaction

SURE = tuple(state.value for state in HEARD - {State.CLAIMED})


def may_have_heard(delivery: FromClause) -> ColumnElement[bool]:
    """Say that it went out, or that a try may have, whatever became of the delivery afterwards."""
    return or_(delivery.c.state.in_(SURE), delivery.c.maybe_twice > 0)


async def plan_hearers(tx: Transaction, actor: Actor, notice: Notice, limit: int, batches: Mapping[str, int]) -> bool:
    """Plan the hearers among the next `limit` earlier deliveries; False once all were looked at.

    Whoever has a delivery of this notice already is passed over. A person in the update's own target is told there;
    an address that dropped out of it is told here.
    """
    actor.require_hub()
    unread = [{"notice_id": notice.id, "earlier_id": earlier} for earlier in notice.tells_heard_of]
    await insert_rows(tx, hearer_looks, unread, ignore_known=True)
    look = hearer_looks.c
    mine = (
        select(look.earlier_id, look.through, notices.c.size)
        .join(notices, notices.c.id == look.earlier_id)
        .where(look.notice_id == notice.id, look.through < notices.c.size)
        .order_by(look.earlier_id)
    )
    window = await tx.row(mine.limit(1))
    if window is None:
        return False
    last = min(window.through + limit, window.size)
    placed = _placed(notice, window.earlier_id, window.through + 1, last, list(batches))
    await insert_placed(tx, actor, notice, placed.cte("placed"), batches)
    await _mark_sharers(tx, notice, window.earlier_id, window.through + 1, last)
    this = and_(look.notice_id == notice.id, look.earlier_id == window.earlier_id)
    await tx.execute(update(hearer_looks).where(this).values(through=last))
    return True


async def look_again(tx: Transaction, actor: Actor, notice: Notice) -> bool:
    """Begin the second look, now that no claim is under way; False if it was made already."""
    actor.require_hub()
    unsettled = and_(hearer_looks.c.notice_id == notice.id, hearer_looks.c.settled.is_(False))
    return (await tx.execute(update(hearer_looks).where(unsettled).values(through=0, settled=True))).rowcount > 0


async def still_under_claim(tx: Transaction, actor: Actor, notice: Notice) -> int:
    """Return how many ranges of the earlier notices a worker holds now: they are waited for, one lease at most.

    A claim that saw the notice open but has not committed yet is waited for at the row it locks.
    """
    actor.require_hub()
    earlier = among(tx, ranges.c.notice_id, notice.tells_heard_of)
    at_hand = and_(earlier, ranges.c.state.in_(("planned", "published")))
    await tx.rows(select(ranges.c.id).where(at_hand).order_by(ranges.c.id).with_for_update())
    held = and_(earlier, ranges.c.state == "claimed")
    return int(await tx.value(select(func.count()).select_from(ranges).where(held)))


async def heard_after_all(tx: Transaction, actor: Actor, keys: Collection[Key]) -> list[int]:
    """A late proof shows that these were heard: return the notices that must look at them again."""
    actor.require_hub()
    first = {key.notice: min(each.seq for each in keys if each.notice == key.notice) for key in keys}
    later = and_(notices.c.id > min(first), notices.c.kind != Kind.REPLY)
    rows = await tx.rows(select(notices.c.id, notices.c.tells_heard_of).where(later))
    telling = [row.id for row in rows if not first.keys().isdisjoint(row.tells_heard_of)]
    if telling:
        look = hearer_looks.c
        before = case({earlier: seq - 1 for earlier, seq in first.items()}, value=look.earlier_id)
        mine = and_(among(tx, look.notice_id, telling), among(tx, look.earlier_id, sorted(first)))
        await tx.execute(update(hearer_looks).where(mine, look.through > before).values(through=before))
    return telling


def _placed(notice: Notice, earlier: int, first: int, last: int, channels: list[str]) -> Any:
    heard, told, shared = deliveries.alias("heard"), deliveries.alias("told"), delivery_sharers.alias("shared")
    member = audience_members.c
    at_hand = exists().where(told.c.notice_id == notice.id, told.c.address_id == heard.c.address_id)
    placed = (
        select(
            heard.c.seq.label("audience_seq"), *(heard.c[name] for name in PLACED[1:-1]), literal("heard").label("why")
        )
        .where(heard.c.notice_id == earlier, heard.c.seq.between(first, last))
        .where(may_have_heard(heard), heard.c.channel.in_(channels), ~at_hand)
    )
    if notice.audience is None:
        return placed
    targeted = exists().where(member.audience_id == notice.audience, member.person_id == heard.c.person_id)
    alone = ~exists().where(shared.c.notice_id == heard.c.notice_id, shared.c.seq == heard.c.seq)
    return placed.where(~and_(targeted, alone))


async def _mark_sharers(tx: Transaction, notice: Notice, earlier: int, first: int, last: int) -> None:
    """Whoever shared the earlier message at an address shares this one too."""
    before = deliveries.alias("before")
    sharing = and_(delivery_sharers.c.notice_id == before.c.notice_id, delivery_sharers.c.seq == before.c.seq)
    here = and_(deliveries.c.notice_id == notice.id, deliveries.c.address_id == before.c.address_id)
    shared = (
        select(deliveries.c.notice_id, deliveries.c.seq, delivery_sharers.c.person_id, delivery_sharers.c.area_id)
        .select_from(before)
        .join(delivery_sharers, sharing)
        .join(deliveries, here)
        .where(before.c.notice_id == earlier, before.c.seq.between(first, last))
    )
    await insert_chosen(tx, delivery_sharers, ["notice_id", "seq", "person_id", "area_id"], shared)
