"""From a row to a door task."""

from typing import Any

from sqlalchemy import Row

from bot.cases.door_task import Kind, Outcome, Reason, Rung, State
from bot.cases.door_values import DoorTask


def task_of(row: Row[Any]) -> DoorTask:
    return DoorTask(
        key=row.id,
        id=row.public_id,
        origin=row.origin,
        kind=Kind(row.kind),
        reason=Reason(row.reason),
        level=row.level,
        drill=row.drill,
        person=row.person_id,
        household=row.household_id,
        area=row.area_id,
        village=row.village_id,
        frail=row.frail,
        alert=row.alert_id,
        notice=row.notice_id,
        run=row.run_id,
        state=State(row.state),
        rung=Rung(row.rung),
        holder=row.holder_id,
        office=row.office_id,
        batch=row.batch,
        due_at=row.due_at,
        accepted_by=row.accepted_by,
        accepted_at=row.accepted_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        claimed=Outcome(row.claimed) if row.claimed else None,
        answered=row.answered,
        answered_at=row.answered_at,
        opened_at=row.opened_at,
        done_at=row.done_at,
    )
