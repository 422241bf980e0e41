"""Who answers for a township right now: whoever is on shift, else the leader on duty, else duty holders by order."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, Select, String, and_, case, literal, null, select

from audiences.duties import Duty
from audiences.rosters.shift import Answerer, By, ShiftRole
from audiences.stores.rosters.rooms import TOWNSHIP_OFFICE
from audiences.stores.rosters.shifts import lasting_at
from audiences.stores.scope import lasting, within
from audiences.stores.tables import organisation_addresses, organisations, posts, shifts, terms
from ground.actor import Actor
from ground.bulk import among
from ground.tables import Key
from ground.transaction import Transaction

HOLDERS = (Duty.LEADER_ON_DUTY, Duty.DUTY_OFFICER, Duty.ADMINISTRATIVE)


async def township_answerers(
    tx: Transaction, actor: Actor, area_ids: Sequence[int], at: int
) -> Mapping[int, Sequence[Answerer]]:
    """Return for each township, by its area, who answers for it, the first to be turned to first; each person once.

    One statement. Whoever is on shift stands before the leader on duty, the leader before other holders of a duty
    there; a township for which nobody answers is left out.
    """
    found = _on_shift(tx, actor, area_ids, at).union_all(_holding(tx, actor, area_ids, at)).subquery("found")
    place = case({each.value: number for number, each in enumerate(By)}, value=found.c.by)
    order = (found.c.area_id, place, found.c.standing, found.c.person)
    answering: dict[int, dict[int, Answerer]] = {}
    for row in await tx.rows(select(found).order_by(*order)):
        answering.setdefault(row.area_id, {}).setdefault(row.person, Answerer(row.person, By(row.by), row.phone))
    return {area: tuple(people.values()) for area, people in answering.items()}


def _on_shift(tx: Transaction, actor: Actor, area_ids: Sequence[int], at: int) -> Select[Any]:
    landline = and_(
        organisation_addresses.c.organisation_id == organisations.c.id, organisation_addresses.c.until_at.is_(None)
    )
    joined = shifts.join(organisations, organisations.c.id == shifts.c.organisation_id)
    here = among(tx, organisations.c.area_id, area_ids) & within(actor, organisations.c.area_id)
    office = (organisations.c.kind == TOWNSHIP_OFFICE) & organisations.c.gone_at.is_(None)
    by = case((shifts.c.role == ShiftRole.LEADER_ON_DUTY, By.LEADER.value), else_=By.SHIFT.value).label("by")
    columns = (organisations.c.area_id, shifts.c.person_id.label("person"), by, literal(0, Integer).label("standing"))
    phone = organisation_addresses.c.address_id.label("phone")
    sitting = select(*columns, phone).select_from(joined.outerjoin(organisation_addresses, landline))
    return sitting.where(here, office, lasting_at(at))


def _holding(tx: Transaction, actor: Actor, area_ids: Sequence[int], at: int) -> Select[Any]:
    """Holders of the duties of the place itself: a post at a site answers for the site."""
    here = among(tx, posts.c.area_id, area_ids) & within(actor, posts.c.area_id) & posts.c.site_id.is_(None)
    by = case((posts.c.duty == Duty.LEADER_ON_DUTY, By.LEADER.value), else_=literal(By.DUTY.value, String)).label("by")
    columns = (posts.c.area_id, terms.c.holder_id.label("person"), by, (posts.c.rank + 1).label("standing"))
    held = select(*columns, null().cast(Key).label("phone")).select_from(posts.join(terms))
    return held.where(here, posts.c.gone_at.is_(None), posts.c.duty.in_(HOLDERS), lasting(at))
