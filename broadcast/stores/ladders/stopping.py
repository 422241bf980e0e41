"""Stopping what a ladder still sends: in the transaction of the answer, on every channel at once."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update

from broadcast.deliveries import State as DeliveryState
from broadcast.ladders.model import State
from broadcast.stores import counters
from broadcast.stores.tables import deliveries, fallbacks, ladder_steps, ladders, retries
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction


async def stop(tx: Transaction, actor: Actor, chain: str, ladder_ids: Sequence[int], people: Sequence[int]) -> int:
    """Send nothing more of these ladders to these people; return how many sendings are under way and cannot be held.

    Whoever is still called on another ladder of the chain goes on being called.
    """
    actor.require_hub()
    spared = await _still_called(tx, chain, ladder_ids, people)
    meant = [each for each in people if each not in spared]
    told = select(ladder_steps.c.notice_id).where(
        among(tx, ladder_steps.c.ladder_id, ladder_ids), ladder_steps.c.notice_id.is_not(None)
    )
    notice_ids = await tx.values(told.distinct())
    if not meant or not notice_ids:
        return 0
    theirs = and_(among(tx, deliveries.c.notice_id, notice_ids), among(tx, deliveries.c.person_id, meant))
    await _forget_waits(tx, theirs)
    unsent = (
        update(deliveries)
        .where(theirs, deliveries.c.state == DeliveryState.PLANNED)
        .values(state=DeliveryState.SUPPRESSED, reason="answered")
        .returning(deliveries.c.notice_id, deliveries.c.channel, deliveries.c.area_id)
    )
    tally: Counter[counters.Place] = Counter()
    counters.move(tally, await tx.rows(unsent), DeliveryState.PLANNED, DeliveryState.SUPPRESSED)
    await counters.add(tx, actor, tally)
    under_way = select(func.count()).select_from(deliveries).where(theirs, deliveries.c.state == DeliveryState.CLAIMED)
    return int(await tx.value(under_way))


async def _still_called(tx: Transaction, chain: str, ladder_ids: Sequence[int], people: Sequence[int]) -> set[int]:
    """Return who has an open ladder besides these, or whose turn it is on one."""
    others = and_(ladders.c.chain == chain, ladders.c.state == State.OPEN, ~among(tx, ladders.c.id, ladder_ids))
    whose = or_(among(tx, ladders.c.person_id, people), among(tx, ladders.c.target_id, people))
    rows = await tx.rows(select(ladders.c.person_id, ladders.c.target_id).where(others, whose))
    return {each for row in rows for each in (row.person_id, row.target_id) if each is not None}


async def _forget_waits(tx: Transaction, theirs: ColumnElement[bool]) -> None:
    """No next try and no next channel: both wait by the key of the delivery."""
    for waits in (fallbacks, retries):
        same = and_(deliveries.c.notice_id == waits.c.notice_id, deliveries.c.seq == waits.c.seq)
        await tx.execute(delete(waits).where(exists().where(same, theirs)))
