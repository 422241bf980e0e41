"""Objections: the words for those who hear them; who made them apart, and never for the village."""

from collections.abc import Sequence

from sqlalchemy import func, insert, literal, select, update

from audiences.stores import offices
from audiences.stores.scope import within
from bot.cases.assistance import Act
from bot.cases.assistance_errors import ObjectorWithheld, UnknownObjection
from bot.cases.assistance_values import Notice, Objecting, Objection, Objector
from bot.cases.relief import OFFICES, Level
from bot.stores.assistance import applications
from bot.stores.assistance.rows import objection_of
from bot.stores.assistance.tables import (
    assistance_applications,
    assistance_objections,
    assistance_objectors,
)
from bot.stores.assistance.writing import digest
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.ids import new_id
from ground.transaction import Transaction

objections = assistance_objections.c


async def keep(
    tx: Transaction, actor: Actor, notice: Notice, step_id: int, said: Objecting, at: int, now: int
) -> Objection:
    """Keep an objection, and apart from it who made it, as far as they said."""
    actor.require_hub()
    row = {
        "public_id": new_id(),
        "application_id": notice.application,
        "notice_id": notice.id,
        "step_id": step_id,
        "words": said.words,
        "digest": digest(said.words),
        "happened_at": at,
        "learned_at": now,
    }
    made = await tx.row(insert(assistance_objections).values(row).returning(assistance_objections))
    if made is None:
        raise LookupError("an objection that was just written cannot be read")
    if said.name or said.phone or said.person is not None:
        who = {"name": said.name or None, "phone": said.phone or None, "person_id": said.person}
        await tx.execute(insert(assistance_objectors).values(who | {"objection_id": made.id}))
    return objection_of(made)


async def of_application(tx: Transaction, actor: Actor, application_id: int) -> Sequence[Objection]:
    """Return what was objected to an application, oldest first, without who did."""
    await applications.load(tx, actor, application_id)
    mine = select(assistance_objections).where(objections.application_id == application_id).order_by(objections.id)
    return [objection_of(row) for row in await tx.rows(mine)]


async def objector_of(tx: Transaction, actor: Actor, objection: str, now: int) -> Objector:
    """Return who objected; refused to whoever answers for no more than the village. That it was read is kept."""
    actor.require(Role.DUTY, Role.ADMIN)
    joined = assistance_objections.join(
        assistance_applications, assistance_applications.c.id == objections.application_id
    ).outerjoin(assistance_objectors, assistance_objectors.c.objection_id == objections.id)
    area = assistance_applications.c.area_id
    found = select(assistance_objectors, area.label("area")).select_from(joined)
    row = await tx.row(found.where(objections.public_id == objection, within(actor, area)))
    if row is None:
        raise UnknownObjection(objection=objection)
    if not await _stands_above_village(tx, actor, row.area):
        raise ObjectorWithheld
    await record_deed(tx, actor, "objector.read", f"objection:{objection}", now)
    return Objector(row.name, row.phone, row.person_id)


async def count_open(tx: Transaction, actor: Actor, application_id: int) -> int:
    actor.require_hub()
    mine = (objections.application_id == application_id) & objections.outcome.is_(None)
    return int(await tx.value(select(func.count()).select_from(assistance_objections).where(mine)))


async def answer(tx: Transaction, actor: Actor, application_id: int, outcome: Act, step_id: int) -> None:
    """Note what came of every objection that is open: one hearing answers them all."""
    actor.require_hub()
    mine = (objections.application_id == application_id) & objections.outcome.is_(None)
    heard = {"outcome": outcome.value, "heard_step_id": step_id}
    await tx.execute(update(assistance_objections).where(mine).values(heard))


async def _stands_above_village(tx: Transaction, actor: Actor, area: int) -> bool:
    """Say whether the actor's area holds the office above the village."""
    if actor.unbounded:
        return True
    for level in (Level.TOWNSHIP, Level.COUNTY):
        office = await offices.nearest(tx, actor, area, OFFICES[level])
        if office is not None:
            return bool(await tx.value(select(literal(1)).where(within(actor, literal(office.area)))))
    return False
