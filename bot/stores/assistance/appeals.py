"""Appeals: a decision may be appealed until a day; whether it was, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from bot.cases.assistance import Act
from bot.stores.assistance import applications
from bot.stores.assistance.tables import assistance_appeals
from ground.actor import Actor
from ground.transaction import Transaction

appeals = assistance_appeals.c


@dataclass(frozen=True, slots=True)
class Appeal:
    """The right to appeal one decision, and its use."""

    id: int
    decision_step: int
    until_at: int
    made_at: int | None
    outcome: str | None


async def open_until(tx: Transaction, actor: Actor, application_id: int, decision_step: int, until_at: int) -> None:
    """Let the household appeal a decision until then."""
    actor.require_hub()
    row = {"application_id": application_id, "decision_step_id": decision_step, "until_at": until_at}
    await tx.execute(insert(assistance_appeals).values(row))


async def newest(tx: Transaction, actor: Actor, application_id: int) -> Appeal | None:
    """Return the appeal that the newest decision allows."""
    found = await of_application(tx, actor, application_id)
    return found[-1] if found else None


async def of_application(tx: Transaction, actor: Actor, application_id: int) -> Sequence[Appeal]:
    await applications.load(tx, actor, application_id)
    mine = select(assistance_appeals).where(appeals.application_id == application_id).order_by(appeals.id)
    return [Appeal(row.id, row.decision_step_id, row.until_at, row.made_at, row.outcome) for row in await tx.rows(mine)]


async def make(tx: Transaction, actor: Actor, appeal_id: int, step_id: int, at: int) -> None:
    actor.require_hub()
    await tx.execute(update(assistance_appeals).where(appeals.id == appeal_id).values(made_at=at, made_step_id=step_id))


async def answer(tx: Transaction, actor: Actor, application_id: int, outcome: Act) -> None:
    """Note what came of the newest right to appeal: allow, reject, or lapse."""
    actor.require_hub()
    mine = (appeals.application_id == application_id) & appeals.outcome.is_(None)
    await tx.execute(update(assistance_appeals).where(mine).values(outcome=outcome.value))
