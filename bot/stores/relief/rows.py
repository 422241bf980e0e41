"""How rows of relief become values."""

from typing import Any

from sqlalchemy import ColumnElement, Row, select

from audiences.stores.scope import within
from bot.cases.relief import Count, ForWhom, Level, State
from bot.cases.relief_errors import UnknownRequest
from bot.cases.relief_values import Request
from bot.stores.relief.tables import relief_requests
from ground.actor import Actor
from ground.transaction import Transaction

requests = relief_requests.c


async def one(tx: Transaction, actor: Actor, chosen: ColumnElement[bool], called: object) -> Request:
    """Return the request of the actor's area that the condition chooses; UnknownRequest, as it was called, if none."""
    row = await tx.row(select(relief_requests).where(chosen, within(actor, requests.area_id)))
    if row is None:
        raise UnknownRequest(request=called)
    return request_of(row)


def request_of(row: Row[Any]) -> Request:
    """Read a row of `relief_requests`."""
    counted = {count: getattr(row, count.value) for count in Count}
    return Request(
        id=row.id,
        public_id=row.public_id,
        code=row.code,
        area=row.area_id,
        household=row.household_id,
        address=row.address_id,
        person=row.person_id,
        for_whom=ForWhom(row.for_whom),
        drill=row.drill,
        hazard=row.hazard,
        state=State(row.state),
        urgent=row.urgent,
        level=Level(row.level),
        office=row.office_id,
        assigned_to=row.assigned_to,
        merged_into=row.merged_into,
        beside=row.beside,
        happened_at=row.happened_at,
        filed_at=row.filed_at,
        learned_at=row.learned_at,
        counts={count: value for count, value in counted.items() if value is not None},
    )
