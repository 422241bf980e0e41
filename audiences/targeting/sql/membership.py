"""Who is a member of a target's audience, by which rule and of which area: what freezing and preview select from."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from audiences.stores.tables import gateways, people
from audiences.targeting.expression import Duty, Holders, naming_terms
from audiences.targeting.sql.duties import DutyTerm, in_scope, place_of_duty
from audiences.targeting.sql.gateways import is_speaker_named
from audiences.targeting.sql.people import is_named
from audiences.targeting.sql.standpoint import Standpoint, lies_below
from audiences.targeting.target import Target


def people_of(target: Target, standpoint: Standpoint) -> Select[Any]:
    """SELECT person_id, home_id, area_id, rule: the people in the scope who match, gone ones never."""
    return anybody_of(target, standpoint).where(or_(*_named(target, standpoint)))


def anybody_of(target: Target, standpoint: Standpoint) -> Select[Any]:
    """Select as `people_of` does, but everybody in the scope; who matches no rule is given the first one's words."""
    at_home = lies_below(standpoint.scope, people.c.area_id)
    return select(
        people.c.id.label("person_id"),
        people.c.area_id.label("home_id"),
        _area_of_member(target, standpoint, at_home).label("area_id"),
        _first(_named(target, standpoint)).label("rule"),
    ).where(people.c.gone_at.is_(None), or_(at_home, in_scope(standpoint)))


def speakers_of(target: Target, standpoint: Standpoint) -> Select[Any]:
    """SELECT gateway_id, area_id, rule: the speakers in the scope that match."""
    named = [is_speaker_named(expression, standpoint) for expression in target.expressions]
    standing = and_(gateways.c.gone_at.is_(None), lies_below(standpoint.scope, gateways.c.area_id))
    columns = (gateways.c.id.label("gateway_id"), gateways.c.area_id, _first(named).label("rule"))
    return select(*columns).where(standing, or_(*named))


def _named(target: Target, standpoint: Standpoint) -> list[ColumnElement[bool]]:
    return [is_named(expression, standpoint) for expression in target.expressions]


def _first(named: list[ColumnElement[bool]]) -> ColumnElement[int]:
    return case(*((condition, index) for index, condition in enumerate(named)), else_=0)


def _area_of_member(target: Target, standpoint: Standpoint, at_home: ColumnElement[bool]) -> ColumnElement[Any]:
    """Home, if it is in an area of the target; else the place of the duty that brought the person in, so that
    progress, scope and evidence stand where the duty is.
    """
    naming = [term for expression in target.expressions for term in naming_terms(expression)]
    duties: list[DutyTerm] = [term for term in naming if isinstance(term, Duty | Holders)]
    roots = {standpoint.root(term.area) for term in naming}
    targeted = or_(*(lies_below(root, people.c.area_id) for root in sorted(roots, key=str)))
    elsewhere = case((at_home, people.c.area_id), else_=place_of_duty([Duty()], standpoint))
    brought_by = func.coalesce(place_of_duty(duties, standpoint), elsewhere) if duties else elsewhere
    return case((targeted, people.c.area_id), else_=brought_by)
