"""The reach of a target: areas outside of which nobody can match, so that the rest of the directory is not asked.

None stands for the whole scope. People with a duty in the scope are found by their duty and need no reach.
"""

from collections.abc import Iterable

from audiences.targeting.expression import (
    Area,
    Difference,
    Duty,
    Expression,
    Gateways,
    Holders,
    Intersection,
    Need,
    Residents,
    Union,
)
from audiences.targeting.sql.standpoint import Standpoint
from audiences.targeting.target import Target

Roots = frozenset[int | None]
NOWHERE: Roots = frozenset()


def homes_of(target: Target, standpoint: Standpoint) -> Roots:
    """Return the areas below which everybody lives who matches and has no duty in the scope."""
    return NOWHERE.union(*(_homes(expression, standpoint) for expression in target.expressions))


def speakers_of(target: Target, standpoint: Standpoint) -> Roots:
    """Return the areas below which every speaker stands that matches."""
    return NOWHERE.union(*(_speakers(expression, standpoint) for expression in target.expressions))


def _homes(expression: Expression, standpoint: Standpoint) -> Roots:
    match expression:
        case Union(parts):
            return NOWHERE.union(*(_homes(part, standpoint) for part in parts))
        case Intersection(parts):
            return _narrowest((_homes(part, standpoint) for part in parts), standpoint)
        case Difference(base, _):
            return _homes(base, standpoint)
        case Area(area) | Residents(area) | Need(_, area):
            return frozenset({standpoint.root(area)})
        case Duty() | Holders() | Gateways():
            return NOWHERE
        case _:  # a household or an organisation may have people who live elsewhere
            return frozenset({standpoint.scope})


def _speakers(expression: Expression, standpoint: Standpoint) -> Roots:
    match expression:
        case Union(parts):
            return NOWHERE.union(*(_speakers(part, standpoint) for part in parts))
        case Intersection(parts):
            return _narrowest((_speakers(part, standpoint) for part in parts), standpoint)
        case Difference(base, _):
            return _speakers(base, standpoint)
        case Area(area) | Gateways(area):
            return frozenset({standpoint.root(area)})
        case _:
            return NOWHERE


def _narrowest(reaches: Iterable[Roots], standpoint: Standpoint) -> Roots:
    """Any part bounds an intersection; take one that is less than the whole scope, if there is one."""
    return min(reaches, key=lambda roots: (standpoint.scope in roots, len(roots)))
