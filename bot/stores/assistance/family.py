"""Who may not judge an application for being of the household or a relative of it."""

from sqlalchemy import or_, select, union

from audiences.stores.tables import people, relatives
from bot.stores.assistance import applications
from ground.actor import Actor
from ground.transaction import Transaction


async def of_application(tx: Transaction, actor: Actor, application_id: int) -> frozenset[int]:
    """Return the ids of the household's people and of their relatives, in either direction, in one statement."""
    application = await applications.load(tx, actor, application_id)
    own = select(people.c.id.label("id")).where(
        or_(
            (people.c.household_id == application.household) & people.c.household_id.is_not(None),
            people.c.id == application.person,
        )
    )
    home = own.subquery("home")
    ids, present = select(home.c.id), relatives.c.gone_at.is_(None)
    everybody = union(
        own,
        select(relatives.c.relative_id).where(relatives.c.person_id.in_(ids), present),
        select(relatives.c.person_id).where(relatives.c.relative_id.in_(ids), present),
    )
    return frozenset(await tx.values(everybody))
