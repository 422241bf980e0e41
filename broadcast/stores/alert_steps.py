"""The steps of a warning's life as they are kept: each taken once, by whom, with its evidence and its news."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, insert, select, update

from audiences.stores.scope import within
from broadcast.alerts.confirmation import confirmers
from broadcast.alerts.lifecycle import STEPS, State, Step, next_state
from broadcast.alerts.model import Alert
from broadcast.errors import AuthorMayNotApprove, NotACorrection, SamePersonMayNotConfirm, StaleEdit
from broadcast.stores import confirmations
from broadcast.stores.alerts import load, unconfirmed_yet
from broadcast.stores.tables import alert_steps, alerts
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.bulk import insert_rows
from ground.clock import machine_now
from ground.events import NewsDesk
from ground.transaction import Dialect, Transaction

MADE = ""  # where a draft comes from
WRITING = (MADE, State.DRAFT.value)
EXPIRED_AT_ONCE = 500
ALONE = frozenset({Step.ISSUE_ALONE, Step.CORRECT})  # a second person confirms afterwards
NEWS = {Step.ISSUE_ALONE: Step.ISSUE}  # whoever hears of a warning need not know who stood behind it


@dataclass(frozen=True, slots=True)
class Taken:
    """One step that was taken."""

    from_state: str
    to_state: State
    actor: str
    reason: str
    at: int


async def take(
    tx: Transaction,
    actor: Actor,
    desk: NewsDesk,
    alert: Alert,
    step: Step,
    at: int,
    reason: str = "",
    **changes: Any,
) -> Alert:
    """Take one step from the state in which `alert` was read; of two who race, the second is told what is now."""
    actor.require(*STEPS[step].roles)
    to = next_state(alert.state, step)
    mine = (alerts.c.id == alert.id) & (alerts.c.state == alert.state) & (alerts.c.version == alert.version)
    moved = update(alerts).where(mine, within(actor, alerts.c.area_id)).values(state=to, **changes)
    if (await tx.execute(moved)).rowcount == 0:
        present = await load(tx, actor, alert.id)
        next_state(present.state, step)
        raise StaleEdit(given=alert.version, present=present.version)
    await _record(tx, actor, desk, alert, step, at, reason, to)
    if step in ALONE:
        await confirmations.expect(tx, actor, alert.id, at)
    return await load(tx, actor, alert.id)


async def write_down(
    tx: Transaction, actor: Actor, desk: NewsDesk, alert: Alert, at: int, *, made: bool, reason: str = ""
) -> None:
    """Record who wrote on a draft: made it, or edited it."""
    actor.require(Role.OFFICER, Role.APPROVER)
    await load(tx, actor, alert.id)
    from_state = MADE if made else State.DRAFT.value
    await _insert_step(tx, actor, alert.id, from_state, State.DRAFT, at, reason)
    deed = "alert.drafted" if made else "alert.edited"
    await record_deed(tx, actor, deed, alert.id, at, version=alert.version)
    if made:
        await desk.tell(tx, deed, alert.id, at, area=alert.area, drill=alert.drill)


async def require_no_writer(tx: Transaction, actor: Actor, alert_id: str) -> None:
    """Refuse whoever wrote a word of the warning: the second person must be another."""
    actor.require(Role.APPROVER)
    wrote = (alert_steps.c.alert_id == alert_id) & alert_steps.c.from_state.in_(WRITING)
    wrote &= (alert_steps.c.to_state == State.DRAFT) & (alert_steps.c.actor == actor.name)
    if await tx.value(select(func.count()).select_from(alert_steps).where(wrote)):
        raise AuthorMayNotApprove


def wrote(actor: Actor, taken: Sequence[Taken]) -> bool:
    """Say whether somebody wrote a word of the warning of which these steps were taken."""
    return any(
        each.actor == actor.name and each.from_state in WRITING and each.to_state is State.DRAFT for each in taken
    )


async def steps_of(tx: Transaction, actor: Actor, alert_id: str) -> Sequence[Taken]:
    """Return what was done to a warning, in order."""
    wanted = (
        select(alert_steps)
        .join(alerts, alerts.c.id == alert_steps.c.alert_id)
        .where(alert_steps.c.alert_id == alert_id, within(actor, alerts.c.area_id))
        .order_by(alert_steps.c.id)
    )
    return [Taken(row.from_state, State(row.to_state), row.actor, row.reason, row.at) for row in await tx.rows(wanted)]


async def confirm(tx: Transaction, actor: Actor, desk: NewsDesk, alert_id: str, at: int) -> Alert:
    """Have a second person confirm what one person issued alone; a warning needs an approver for that."""
    actor.require(Role.OFFICER, Role.APPROVER)
    alone = await load(tx, actor, alert_id)
    waiting = and_(alerts.c.id == alert_id, unconfirmed_yet(), within(actor, alerts.c.area_id))
    if await tx.value(select(alerts.c.id).where(waiting)) is None:
        raise NotACorrection(alert=alert_id)
    actor.require(*confirmers(alone))
    issued = alert_steps.c.to_state == State.ISSUED
    by = await tx.values(select(alert_steps.c.actor).where(alert_steps.c.alert_id == alert_id, issued))
    if actor.name in {alone.author, *by}:
        raise SamePersonMayNotConfirm
    confirmed = update(alerts).where(waiting)
    if (await tx.execute(confirmed.values(confirmer=actor.name))).rowcount == 0:
        raise NotACorrection(alert=alert_id)
    await confirmations.settle(tx, actor, alert_id, at)
    await record_deed(tx, actor, "alert.confirmed", alert_id, at)
    await desk.tell(tx, "alert.confirmed", alert_id, at, area=alone.area, drill=alone.drill)
    return await load(tx, actor, alert_id)


async def expire_due(tx: Transaction, actor: Actor, desk: NewsDesk, now: int) -> int:
    """Turn up to EXPIRED_AT_ONCE warnings that have run out to `expired`; return how many."""
    actor.require_hub()
    due = (alerts.c.state == State.ISSUED) & (alerts.c.expires <= now)
    chosen = select(alerts.c.id).where(due).order_by(alerts.c.expires).limit(EXPIRED_AT_ONCE)
    if tx.dialect is Dialect.POSTGRESQL:
        chosen = chosen.with_for_update(skip_locked=True)
    expired = update(alerts).where(alerts.c.id.in_(chosen)).values(state=State.EXPIRED)
    rows = await tx.rows(expired.returning(alerts.c.id, alerts.c.area_id, alerts.c.expires))
    written = [_step(actor, row.id, State.ISSUED, State.EXPIRED, row.expires, "") for row in rows]
    await insert_rows(tx, alert_steps, written)
    await desk.tell_many(tx, "alert.expired", [(row.id, {"area": row.area_id}) for row in rows], now)
    return len(rows)


async def lock_identifiers(tx: Transaction, actor: Actor, office: str) -> None:
    """Let nobody else of this office choose an identifier before this transaction ends."""
    actor.require(Role.OFFICER, Role.APPROVER)
    if tx.dialect is Dialect.POSTGRESQL:
        await tx.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"identifier:{office}"))))


async def _record(
    tx: Transaction, actor: Actor, desk: NewsDesk, alert: Alert, step: Step, at: int, reason: str, to: State
) -> None:
    await _insert_step(tx, actor, alert.id, alert.state, to, at, reason)
    facts = {"area": alert.area, "drill": alert.drill, "ending": alert.ending, "replaces": alert.replaces}
    await record_deed(tx, actor, f"alert.{step}", alert.id, at, version=alert.version)
    await desk.tell(tx, f"alert.{NEWS.get(step, step)}", alert.id, at, **facts)


async def _insert_step(
    tx: Transaction, actor: Actor, alert_id: str, from_state: str, to: State, at: int, reason: str
) -> None:
    await tx.execute(insert(alert_steps).values(_step(actor, alert_id, from_state, to, at, reason)))


def _step(actor: Actor, alert_id: str, from_state: str, to: State, at: int, reason: str) -> dict[str, Any]:
    return {
        "alert_id": alert_id,
        "from_state": from_state,
        "to_state": to,
        "actor": actor.name,
        "reason": reason[:400],
        "at": at,
        "learned_at": machine_now(),
    }
