"""Public notices: opened when an assessment is published, found by the code on the poster, ended after their days."""

from collections.abc import Sequence

from sqlalchemy import insert, select, update

from bot.cases.assistance_errors import FiguresMissing, UnknownNotice
from bot.cases.assistance_values import Application, Notice
from bot.cases.tracking import new_code
from bot.stores.assistance import applications
from bot.stores.assistance.rows import notice_of
from bot.stores.assistance.tables import assistance_notices
from ground.actor import Actor
from ground.transaction import Transaction

notices = assistance_notices.c


async def publish(
    tx: Transaction, actor: Actor, application: Application, step_id: int, from_at: int, until_at: int
) -> Notice:
    """Put up a notice with the figures as they are assessed now."""
    actor.require_hub()
    if application.grade is None or application.rooms is None or application.amount is None:
        raise FiguresMissing
    code = new_code()
    row = {
        "application_id": application.id,
        "step_id": step_id,
        "code": code,
        "grade": application.grade.value,
        "rooms": application.rooms,
        "amount": application.amount,
        "from_at": from_at,
        "until_at": until_at,
    }
    await tx.execute(insert(assistance_notices).values(row))
    return await by_code(tx, actor, code)


async def by_code(tx: Transaction, actor: Actor, code: str) -> Notice:
    """Return the notice that a poster leads to: for everybody, so it is the hub that looks."""
    actor.require_hub()
    row = await tx.row(select(assistance_notices).where(notices.code == code.strip().upper()))
    if row is None:
        raise UnknownNotice(code=code)
    return notice_of(row)


async def of_application(tx: Transaction, actor: Actor, application_id: int) -> Sequence[Notice]:
    """Return every notice that an application ever had, the oldest first."""
    await applications.load(tx, actor, application_id)
    mine = select(assistance_notices).where(notices.application_id == application_id).order_by(notices.id)
    return [notice_of(row) for row in await tx.rows(mine)]


async def end(tx: Transaction, actor: Actor, application_id: int, at: int) -> None:
    """Take down what still hangs of an application."""
    actor.require_hub()
    hanging = (notices.application_id == application_id) & notices.ended_at.is_(None)
    await tx.execute(update(assistance_notices).where(hanging).values(ended_at=at))
