"""What an expression means for people: a condition on the row of `people`.

Every term asks by index about the one person (EXISTS), never makes a list: freezing asks in windows of a few
thousand, and a list of a province's duty holders made anew for each window would cost more than the window.
"""

from sqlalchemy import ColumnElement, and_, exists, false, not_, or_, select, true

from audiences.stores.tables import households, needs, organisation_members, organisations, people, sites
from audiences.targeting.expression import (
    Area,
    Difference,
    Duty,
    Expression,
    Gateways,
    Hazard,
    Holders,
    Households,
    Intersection,
    Need,
    Organisation,
    Residents,
    Saved,
    Site,
    Term,
    Union,
)
from audiences.targeting.sql.duties import has_duty
from audiences.targeting.sql.standpoint import Standpoint, lies_below


def is_named(expression: Expression, standpoint: Standpoint) -> ColumnElement[bool]:
    """Say that the expression names the person of `people`."""
    match expression:
        case Union(parts):
            return or_(*(is_named(part, standpoint) for part in parts))
        case Intersection(parts):
            return and_(*(is_named(part, standpoint) for part in parts))
        case Difference(base, without):
            return and_(is_named(base, standpoint), not_(is_named(without, standpoint)))
        case _:
            return _is_meant(expression, standpoint)


def _is_meant(term: Term, standpoint: Standpoint) -> ColumnElement[bool]:
    match term:
        case Area(area) | Residents(area):
            return lies_below(standpoint.root(area), people.c.area_id)
        case Duty() | Holders():
            return has_duty(term, standpoint)
        case Organisation():
            return _is_member(term, standpoint)
        case Need(code, area):
            return and_(lies_below(standpoint.root(area), people.c.area_id), _needs(code))
        case Households() | Hazard() | Site():
            return _is_of_household(term, standpoint)
        case Gateways():
            return false()
        case Saved(name):
            raise LookupError(f'the saved audience "{name}" was not written out')


def _is_member(term: Organisation, standpoint: Standpoint) -> ColumnElement[bool]:
    member = organisation_members.c
    joined = organisation_members.join(organisations, organisations.c.id == member.organisation_id)
    return exists(
        select(1)
        .select_from(joined)
        .where(
            member.person_id == people.c.id,
            member.gone_at.is_(None),
            true() if term.kind is None else organisations.c.kind == term.kind,
            organisations.c.gone_at.is_(None),
            lies_below(standpoint.root(term.area), organisations.c.area_id),
        )
        .correlate(people)
    )


def _needs(code: str) -> ColumnElement[bool]:
    return exists(select(1).where(needs.c.person_id == people.c.id, needs.c.code == code).correlate(people))


def _is_of_household(term: Households | Hazard | Site, standpoint: Standpoint) -> ColumnElement[bool]:
    root = standpoint.root(term.area)
    match term:
        case Households(need):
            chosen = and_(lies_below(root, households.c.area_id), _somebody_needs(need))
        case Hazard(kind):
            threatened = households.c.hazard.is_not(None) if kind is None else households.c.hazard == kind
            chosen = and_(lies_below(root, households.c.area_id), threatened)
        case Site(kind):
            chosen = _is_under_site(kind, root)
    theirs = households.c.id == people.c.household_id
    return exists(select(1).where(theirs, households.c.gone_at.is_(None), chosen).correlate(people))


def _somebody_needs(code: str) -> ColumnElement[bool]:
    housemate = people.alias()
    joined = housemate.join(needs, needs.c.person_id == housemate.c.id)
    lives_here = (housemate.c.household_id == households.c.id) & housemate.c.gone_at.is_(None)
    return exists(select(1).select_from(joined).where(lives_here, needs.c.code == code).correlate(households))


def _is_under_site(kind: str | None, root: int | None) -> ColumnElement[bool]:
    of_kind = true() if kind is None else sites.c.kind == kind
    there = (sites.c.id == households.c.site_id) & sites.c.gone_at.is_(None) & lies_below(root, sites.c.area_id)
    return exists(select(1).where(there, of_kind).correlate(households))
