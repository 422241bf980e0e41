"""Void numbers: where a carrier says that a number reaches nobody, the ladder that turned to it goes on at once."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select

from audiences.stores.tables import address_owners, addresses
from broadcast.deliveries import Key
from broadcast.deliveries import State as DeliveryState
from broadcast.ladders.model import State, StepKind
from broadcast.notices import Purpose
from broadcast.stores.ladders import rows, steps
from broadcast.stores.ladders.steps import Step
from broadcast.stores.sending.placing import usable
from broadcast.stores.tables import deliveries, delivery_sharers, ladder_steps, ladders
from broadcast.stores.tables.deliveries import LONGEST_DETAIL
from ground.actor import Actor
from ground.bulk import among_pairs
from ground.transaction import Transaction

UNDER_WAY: Final = (DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.ACCEPTED)


async def move_on(tx: Transaction, actor: Actor, lost: Mapping[Key, str], now: int) -> int:
    """Let ladders whose call or text found a number void (delivery → why) be due now; return how many.

    One whose turn is another's by now is left alone, as is one where another number of the same person is tried in the
    same step. What somebody else holds this moment, an answer or a step, moves anyway.
    """
    actor.require_hub()
    found = {row.id: row for row in await tx.rows(_waiting(tx, lost))} if lost else {}
    await rows.set_all(tx, actor, list(found), due_at=now, wait=0)
    await steps.write(tx, actor, [_step(row, lost, actor, now) for row in found.values()])
    return len(found)


def _step(row: Row[Any], lost: Mapping[Key, str], actor: Actor, now: int) -> Step:
    return Step(
        ladder=row.id,
        kind=StepKind.VOID,
        at=now,
        by=actor.name,
        person=row.person_id,
        address=row.address_id,
        notice=row.notice_id,
        result=lost[Key(row.notice_id, row.seq)][:LONGEST_DETAIL],
    )


def _waiting(tx: Transaction, lost: Mapping[Key, str]) -> Select[Any]:
    """The open ladders that wait for somebody to answer at what was lost.

    A row that an answer holds is passed over rather than waited for: it locks ladders before deliveries, and we after.
    """
    shared = exists().where(
        delivery_sharers.c.notice_id == deliveries.c.notice_id,
        delivery_sharers.c.seq == deliveries.c.seq,
        delivery_sharers.c.person_id == ladder_steps.c.person_id,
    )
    told = and_(
        ladder_steps.c.notice_id == deliveries.c.notice_id,
        or_(ladder_steps.c.person_id == deliveries.c.person_id, shared),
    )
    joined = deliveries.join(ladder_steps, told).join(ladders, ladders.c.id == ladder_steps.c.ladder_id)
    turn = func.coalesce(ladders.c.target_id, ladders.c.person_id) == ladder_steps.c.person_id
    pairs = sorted((key.notice, key.seq) for key in lost)
    mine = among_pairs(tx, (deliveries.c.notice_id, deliveries.c.seq), pairs)
    columns = (
        ladders.c.id,
        ladder_steps.c.person_id,
        deliveries.c.notice_id,
        deliveries.c.seq,
        deliveries.c.address_id,
    )
    return (
        select(*columns)
        .select_from(joined)
        .where(mine, ladders.c.state == State.OPEN, turn, ~_tried_beside(), ~_tried_next())
        .order_by(ladders.c.id)
        .with_for_update(of=ladders, skip_locked=True)
    )


def _tried_beside() -> ColumnElement[bool]:
    """Say that another number is being tried in the same step: the second telephone, or that of the duty room."""
    other = deliveries.alias("other")
    return exists().where(
        other.c.notice_id == deliveries.c.notice_id,
        other.c.seq != deliveries.c.seq,
        other.c.person_id == deliveries.c.person_id,
        other.c.state.in_(UNDER_WAY),
    )


def _tried_next() -> ColumnElement[bool]:
    """Say that another number of the kind takes over at once."""
    used = deliveries.alias("used")
    tried = exists().where(used.c.notice_id == deliveries.c.notice_id, used.c.address_id == addresses.c.id)
    return exists().where(
        address_owners.c.person_id == ladder_steps.c.person_id,
        address_owners.c.until_at.is_(None),
        addresses.c.id == address_owners.c.address_id,
        addresses.c.channel == deliveries.c.channel,
        addresses.c.value.is_not(None),
        usable(Purpose.REPLIES),
        ~tried,
    )
