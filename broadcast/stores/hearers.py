"""Who heard an earlier notice, or may have: an update tells them too, an ending tells them alone."""

from collections.abc import Mapping

from sqlalchemy import and_, exists, func, literal, select

from broadcast.deliveries import HEARD, State
from broadcast.notices import Notice
from broadcast.stores.planning import PLACED, insert_placed
from broadcast.stores.tables import deliveries, delivery_sharers, notices, ranges
from ground.actor import Actor
from ground.bulk import insert_chosen
from ground.transaction import Transaction

SURE = tuple(state.value for state in HEARD - {State.CLAIMED})


async def plan_hearers(tx: Transaction, actor: Actor, notice: Notice, limit: int, batches: Mapping[str, int]) -> int:
    """Plan up to `limit` addresses at which an earlier notice was (or may have been) heard; return how many.

    Whoever has a delivery of this notice already is passed over, so that it can be called until nothing is left. A
    person in the update's own target is told there; an address that dropped out of it is told here.
    """
    actor.require_hub()
    told = deliveries.alias("told")
    heard = deliveries.alias("heard")
    same_place = (told.c.address_id == heard.c.address_id) | (
        (told.c.person_id == heard.c.person_id) & literal(notice.audience is not None)
    )
    columns = {name: heard.c[name] for name in PLACED[1:-1]}
    placed = (
        select(func.min(heard.c.seq).label("audience_seq"), *columns.values(), literal("heard").label("why"))
        .where(heard.c.notice_id.in_(notice.tells_heard_of), heard.c.state.in_(SURE))
        .where(heard.c.channel.in_(list(batches)))
        .where(~exists().where(told.c.notice_id == notice.id, same_place))
        .group_by(*columns.values())
        .order_by(heard.c.channel, heard.c.address_id)
        .limit(limit)
        .cte("placed")
    )
    planned = await insert_placed(tx, actor, notice, placed, batches)
    await _mark_sharers(tx, notice)
    return planned


async def _mark_sharers(tx: Transaction, notice: Notice) -> None:
    """Whoever shared the earlier message at an address shares this one too."""
    earlier = deliveries.alias("earlier")
    shared = (
        select(deliveries.c.notice_id, deliveries.c.seq, delivery_sharers.c.person_id, delivery_sharers.c.area_id)
        .distinct()
        .join(earlier, earlier.c.address_id == deliveries.c.address_id)
        .join(
            delivery_sharers,
            and_(delivery_sharers.c.notice_id == earlier.c.notice_id, delivery_sharers.c.seq == earlier.c.seq),
        )
        .where(deliveries.c.notice_id == notice.id, earlier.c.notice_id.in_(notice.tells_heard_of))
    )
    names = ["notice_id", "seq", "person_id", "area_id"]
    await insert_chosen(tx, delivery_sharers, names, shared)


async def still_under_claim(tx: Transaction, actor: Actor, notice: Notice) -> int:
    """Return how many ranges of the earlier notices a worker holds now: they are waited for, one lease at most."""
    actor.require_hub()
    held = (ranges.c.notice_id.in_(notice.tells_heard_of)) & (ranges.c.state == "claimed")
    return int(await tx.value(select(func.count()).select_from(ranges).where(held)))


async def endings_that_tell(tx: Transaction, actor: Actor, notice_id: int) -> list[int]:
    """Return the notices under way that tell the hearers of `notice_id`: a late proof adds one more to them."""
    actor.require_hub()
    later = await tx.rows(select(notices.c.id, notices.c.tells_heard_of).where(notices.c.id > notice_id))
    return [row.id for row in later if notice_id in row.tells_heard_of]
