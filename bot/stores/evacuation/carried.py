"""What counts of each person in the order before."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.cases.evacuation import PersonState, Way
from bot.stores.evacuation.orders import Order
from bot.stores.evacuation.reports import Said
from bot.stores.evacuation.tables import lines, reports, states
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction


async def from_before(tx: Transaction, actor: Actor, order: Order, household_ids: Sequence[int]) -> Sequence[Said]:
    """Return it as reports of the new order's lines, with the times and the word of whoever said it."""
    actor.require_hub()
    new, old = lines.alias("new"), lines.alias("old")
    wanted = (
        select(new.c.id.label("new_line"), reports)
        .join(old, (old.c.person_id == new.c.person_id) & (old.c.order_id == order.follows))
        .join(states, states.c.line_id == old.c.id)
        .join(reports, reports.c.id == states.c.report_id)
        .where(new.c.order_id == order.key, among(tx, new.c.household_id, household_ids))
        .order_by(new.c.id)
    )
    return [
        Said(
            line=row.new_line,
            state=PersonState(row.state),
            happened_at=row.happened_at,
            entered_at=row.entered_at,
            by=row.by,
            typed_by=row.typed_by,
            means=Way.CARRIED,
            verified=row.verified,
            shelter=row.shelter_id,
            dedupe=f"carried:{row.id}",
        )
        for row in await tx.rows(wanted)
    ]
