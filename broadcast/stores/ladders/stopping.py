"""Stopping what a ladder still sends: in the transaction of the answer, on every channel at once."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_, delete, exists, select, update

from broadcast.deliveries import State as DeliveryState
from broadcast.ladders.model import State
from broadcast.stores import counters
from broadcast.stores.tables import deliveries, fallbacks, ladder_steps, ladders, retries
from ground.actor import Actor
from ground.bulk import among, among_pairs
from ground.transaction import Transaction


async def stop(tx: Transaction, actor: Actor, chain: str, ladder_ids: Sequence[int], people: Sequence[int]) -> int:
    """Send nothing more of these ladders to these people; return how many sendings are under way and cannot be held.

    Whoever is still called on another ladder of the chain goes on being called.
    """
    actor.require_hub()
    spared = await _still_called(tx, chain, ladder_ids, people)
    meant = [each for each in people if each not in spared]
    theirs = await _sendings(tx, ladder_ids, meant) if meant else []
    await _forget_waits(tx, retries, [each for each in theirs if each.tried_again])
    await _forget_waits(tx, fallbacks, [each for each in theirs if each.taken_over])
    planned = [each for each in theirs if each.state == DeliveryState.PLANNED]
    held = await _hold_back(tx, actor, planned) if planned else 0
    claimed = [each for each in theirs if each.state == DeliveryState.CLAIMED]
    return len(claimed) + len(planned) - held  # one that a worker claimed meanwhile is under way, too


async def _still_called(tx: Transaction, chain: str, ladder_ids: Sequence[int], people: Sequence[int]) -> set[int]:
    """Return who has an open ladder besides these, or whose turn it is on one."""
    others = and_(ladders.c.chain == chain, ladders.c.state == State.OPEN, ~among(tx, ladders.c.id, ladder_ids))
    own, turn = (  # apart: each by its own index
        select(whose).where(others, among(tx, whose, people)) for whose in (ladders.c.person_id, ladders.c.target_id)
    )
    return set(await tx.values(own.union_all(turn)))


async def _sendings(tx: Transaction, ladder_ids: Sequence[int], people: Sequence[int]) -> Sequence[Row[Any]]:
    """Return what these ladders sent to these people, and whether a next try or a next channel waits."""
    d = deliveries.c
    told = select(ladder_steps.c.notice_id).where(
        among(tx, ladder_steps.c.ladder_id, ladder_ids), ladder_steps.c.notice_id.is_not(None)
    )
    mine = and_(d.notice_id.in_(told), among(tx, d.person_id, people))
    tried_again, taken_over = (_waits(each).label(name) for each, name in _WAITS)
    return await tx.rows(select(d.notice_id, d.seq, d.state, tried_again, taken_over).where(mine))


_WAITS = ((retries, "tried_again"), (fallbacks, "taken_over"))


def _waits(waits: Table) -> ColumnElement[bool]:
    return exists().where(waits.c.notice_id == deliveries.c.notice_id, waits.c.seq == deliveries.c.seq)


async def _forget_waits(tx: Transaction, waits: Table, over: Sequence[Row[Any]]) -> None:
    """No next try and no next channel: both wait by the key of the delivery."""
    if over:
        await tx.execute(delete(waits).where(among_pairs(tx, (waits.c.notice_id, waits.c.seq), _keys(over))))


async def _hold_back(tx: Transaction, actor: Actor, planned: Sequence[Row[Any]]) -> int:
    """Suppress what no worker has claimed by now; return how many."""
    same = among_pairs(tx, (deliveries.c.notice_id, deliveries.c.seq), _keys(planned))
    unsent = (
        update(deliveries)
        .where(same, deliveries.c.state == DeliveryState.PLANNED)
        .values(state=DeliveryState.SUPPRESSED, reason="answered")
        .returning(deliveries.c.notice_id, deliveries.c.channel, deliveries.c.area_id)
    )
    held = await tx.rows(unsent)
    tally: Counter[counters.Place] = Counter()
    counters.move(tally, held, DeliveryState.PLANNED, DeliveryState.SUPPRESSED)
    await counters.add(tx, actor, tally)
    return len(held)


def _keys(rows: Sequence[Row[Any]]) -> list[tuple[int, int]]:
    return [(each.notice_id, each.seq) for each in rows]
