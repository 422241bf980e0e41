"""Whether somebody may take a step: the office it is for, its members, and neither family nor the first assessors."""

from sqlalchemy import literal, select

from audiences.stores import offices
from audiences.stores.offices import Office
from audiences.stores.scope import within
from bot.cases.assistance import JUDGING, LEVELS, Judged, barred
from bot.cases.assistance_errors import (
    AssessorsMissing,
    DecidedBefore,
    NotOfTheOffice,
    OfficeAbove,
    OfTheFamily,
)
from bot.cases.assistance_values import Application, Deed
from bot.cases.relief import OFFICES
from bot.cases.relief_errors import NoOffice
from bot.stores.assistance import family
from ground.actor import Actor, ActorKind
from ground.transaction import Transaction


async def require_able(
    tx: Transaction, actor: Actor, application: Application, deed: Deed, story: tuple[Judged, ...]
) -> None:
    """Refuse a step of an office to whoever is not of it, is of the family, or judged before."""
    level = LEVELS.get(deed.part)
    if level is None:
        return
    office = await offices.nearest(tx, actor, application.area, OFFICES[level])
    if office is None:
        raise NoOffice
    if not await _holds(tx, actor, office):
        raise OfficeAbove(level=level.value)
    me = [int(actor.id)] if actor.kind is ActorKind.PERSON else []
    for person in (*deed.assessors, *me):
        if person not in office.members:
            raise NotOfTheOffice(person=person)
    if deed.act in JUDGING:
        await _require_impartial(tx, actor, application, deed, story)


async def _require_impartial(
    tx: Transaction, actor: Actor, application: Application, deed: Deed, story: tuple[Judged, ...]
) -> None:
    if not deed.assessors:
        raise AssessorsMissing
    related = await family.of_application(tx, actor, application.id)
    for person in deed.assessors:
        if person in related:
            raise OfTheFamily(person=person)
    past = barred(story, deed.act, deed.part)
    for who in (*(f"person:{person}" for person in deed.assessors), actor.name):
        if who in past:
            raise DecidedBefore(who=who)


async def _holds(tx: Transaction, actor: Actor, office: Office) -> bool:
    """Say whether the office lies in the actor's area: a village does nothing for its township."""
    return bool(await tx.value(select(literal(1)).where(within(actor, literal(office.area)))))
