"""What people answered to warnings between an order and the moment at which its roll was frozen."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, or_, select

from audiences.stores.tables import address_owners
from bot.cases.evacuation import PersonState, Way
from bot.stores.evacuation.orders import Order
from bot.stores.evacuation.reports import Said
from bot.stores.evacuation.tables import lines, reports
from broadcast.answers import AnswerKind
from broadcast.stores.tables import answers, notices
from ground.actor import Actor
from ground.transaction import Transaction

MEANT = {AnswerKind.SAFE.value: PersonState.SAFE, AnswerKind.NEED_HELP.value: PersonState.NEED_HELP}


async def answered_since(tx: Transaction, actor: Actor, order: Order, limit: int) -> Sequence[Said]:
    """Return answers since the order was given as reports of its rows, but for those that are reports already.

    From a telephone that several share it is said of all of them, as it is when the roll is there to be found.
    """
    actor.require_hub()
    own = _untaken(order).where(answers.c.person_id == lines.c.person_id)
    owners = and_(
        address_owners.c.address_id == answers.c.address_id,
        address_owners.c.person_id == lines.c.person_id,
        address_owners.c.until_at.is_(None),
    )
    shared = _untaken(order).join(address_owners, owners).where(answers.c.person_id.is_(None))
    found = own.union(shared).subquery()
    rows = await tx.rows(select(found).order_by(found.c.answer_id, found.c.line_id).limit(limit))
    return [
        Said(
            line=row.line_id,
            state=MEANT[row.kind],
            happened_at=row.happened_at,
            by=f"person:{row.person_id}" if row.person_id is not None else f"address:{row.address_id}",
            means=Way.ANSWER,
            dedupe=row.dedupe,
            verified=False,
        )
        for row in rows
    ]


def _untaken(order: Order) -> Select[Any]:
    """Select the answers that mean something here, beside the order's rows; whose they are is said by a WHERE."""
    columns = (answers.c.kind, answers.c.happened_at, answers.c.person_id, answers.c.address_id, answers.c.dedupe)
    known = select(reports.c.id).where(reports.c.line_id == lines.c.id, reports.c.dedupe == answers.c.dedupe)
    still = or_(notices.c.expires.is_(None), notices.c.expires > order.at)
    open_then = select(notices.c.id).where(notices.c.asks_answer, notices.c.drill == order.drill, still)
    said = answers.join(lines, lines.c.order_id == order.key)
    return (
        select(lines.c.id.label("line_id"), answers.c.id.label("answer_id"), *columns)
        .select_from(said)
        .where(
            answers.c.notice_id.in_(open_then),
            answers.c.happened_at >= order.at,
            answers.c.kind.in_(MEANT),
            ~known.exists(),
        )
    )
