"""Calls back: whoever rings up about a ladder is rung back at that number, at most once in two minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import and_, delete, exists, func, insert, or_, select, update

from audiences.stores.tables import address_owners, addresses
from broadcast.deliveries import State as DeliveryState
from broadcast.ladders.model import Ladder, StepKind
from broadcast.stores.ladders.reach import DIALLED
from broadcast.stores.tables import call_backs, deliveries, ladder_steps, ladders
from ground.actor import Actor
from ground.bulk import among
from ground.clock import MINUTE, SECOND
from ground.transaction import Transaction

EVERY: Final = 2 * MINUTE
"""How often one number is rung back: whoever forges it must not keep an old man's telephone ringing all night."""

HANG_UP: Final = 8 * SECOND
"""How long it takes to hear that we ring back, and to put the receiver down: until then the line is busy."""


class Asked(StrEnum):
    """What became of the wish to be rung back; the values name what is said."""

    SOON = "ring_back"
    LATELY = "rung_back"  # within two minutes: the ladder's own next call will do
    NOWHERE = "nowhere"  # that number cannot be called, or is nobody's who is called here


@dataclass(frozen=True, slots=True)
class Wanted:
    """One who is to be rung back."""

    ladder: int
    chain: str
    person: int


async def ask(
    tx: Transaction, actor: Actor, open_ones: Sequence[Ladder], people: Sequence[int], number: str, now: int
) -> Asked:
    """Have the number rung back on the first of these ladders; whose it is among `people`, or the duty room's."""
    actor.require_hub()
    ladder = next(iter(open_ones), None)
    if ladder is None:
        return Asked.NOWHERE
    person = next((each for each in ladder.called if each in people), ladder.person)
    address = await _address(tx, person, ladder.room, number)
    if address is None:
        return Asked.NOWHERE
    mine = and_(call_backs.c.ladder_id == ladder.id, call_backs.c.person_id == person)
    before = select(call_backs).where(or_(mine, call_backs.c.address_id == address))
    last = await tx.row(before.order_by(call_backs.c.due_at.is_(None), call_backs.c.asked_at.desc()).limit(1))
    if last is not None and last.due_at is not None:
        return Asked.SOON
    if last is not None and abs(now - last.asked_at) < EVERY:
        return Asked.LATELY
    await tx.execute(delete(call_backs).where(mine))
    row = {"ladder_id": ladder.id, "person_id": person, "address_id": address, "asked_at": now}
    await tx.execute(insert(call_backs).values(**row, due_at=now + HANG_UP))
    return Asked.SOON


async def due(
    tx: Transaction, actor: Actor, now: int, limit: int, among_ladders: Sequence[int] | None = None
) -> Sequence[Wanted]:
    """Return who is to be rung back now; held until the transaction ends.

    What lies further ahead than it was ever to wait was asked for before the clock jumped back: it is due, too.
    """
    actor.require_hub()
    ready = or_(call_backs.c.due_at <= now, call_backs.c.due_at > now + HANG_UP)
    wanted = select(call_backs.c.ladder_id, ladders.c.chain, call_backs.c.person_id)
    on_ladders = call_backs.join(ladders, ladders.c.id == call_backs.c.ladder_id)
    wanted = wanted.select_from(on_ladders).where(ready)
    if among_ladders is not None:
        wanted = wanted.where(among(tx, call_backs.c.ladder_id, among_ladders))
    soonest = wanted.order_by(call_backs.c.due_at, call_backs.c.ladder_id).limit(limit)
    rows = await tx.rows(soonest.with_for_update(of=call_backs, skip_locked=True))
    return [Wanted(row.ladder_id, row.chain, row.person_id) for row in rows]


async def done(tx: Transaction, actor: Actor, wanted: Sequence[Wanted]) -> None:
    """Note that they are rung back, or need not be: nothing is due any more."""
    actor.require_hub()
    mine = and_(
        among(tx, call_backs.c.ladder_id, sorted({each.ladder for each in wanted})),
        among(tx, call_backs.c.person_id, sorted({each.person for each in wanted})),
    )
    await tx.execute(update(call_backs).where(mine).values(due_at=None))


async def direct(tx: Transaction, actor: Actor, wanted: Sequence[Wanted], after: int) -> None:
    """Let the calls that were planned since notice `after` go to the number that rang up, not to the first he has."""
    actor.require_hub()
    ids = sorted({each.ladder for each in wanted})
    called = and_(
        ladder_steps.c.ladder_id == call_backs.c.ladder_id,
        ladder_steps.c.notice_id == deliveries.c.notice_id,
        ladder_steps.c.kind == StepKind.CALLED,
    )
    rang = select(func.min(call_backs.c.address_id)).select_from(call_backs.join(ladder_steps, called))
    rang = rang.where(among(tx, call_backs.c.ladder_id, ids), call_backs.c.person_id == deliveries.c.person_id)
    number = rang.correlate(deliveries).scalar_subquery()
    told = deliveries.alias("told")
    rings_already = exists().where(told.c.notice_id == deliveries.c.notice_id, told.c.address_id == number)
    new = select(ladder_steps.c.notice_id).where(among(tx, ladder_steps.c.ladder_id, ids))
    planned = and_(
        deliveries.c.notice_id.in_(new.where(ladder_steps.c.notice_id > after)),
        deliveries.c.channel == DIALLED,
        deliveries.c.state == DeliveryState.PLANNED,
        number.is_not(None),
        ~rings_already,
    )
    await tx.execute(update(deliveries).where(planned).values(address_id=number))


async def _address(tx: Transaction, person: int, room: int | None, number: str) -> int | None:
    """Return where that number is called, if it is that person's, or the telephone of his duty room."""
    theirs = exists().where(
        address_owners.c.address_id == addresses.c.id,
        address_owners.c.person_id == person,
        address_owners.c.until_at.is_(None),
    )
    works = and_(addresses.c.closed_at.is_(None), addresses.c.stopped_at.is_(None))
    this = and_(addresses.c.channel == DIALLED, addresses.c.value == number, works)
    found = await tx.value(select(addresses.c.id).where(this, or_(theirs, addresses.c.id == room)))
    return None if found is None else int(found)
