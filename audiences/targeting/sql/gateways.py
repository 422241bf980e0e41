"""What an expression means for speakers: a condition on the row of `gateways`."""

from sqlalchemy import ColumnElement, and_, false, not_, or_

from audiences.stores.tables import gateways
from audiences.targeting.expression import Area, Difference, Expression, Gateways, Intersection, Union
from audiences.targeting.sql.standpoint import Standpoint, lies_below


def is_speaker_named(expression: Expression, standpoint: Standpoint) -> ColumnElement[bool]:
    """Say that the expression names the speaker of `gateways`."""
    match expression:
        case Union(parts):
            return or_(*(is_speaker_named(part, standpoint) for part in parts))
        case Intersection(parts):
            return and_(*(is_speaker_named(part, standpoint) for part in parts))
        case Difference(base, without):
            return and_(is_speaker_named(base, standpoint), not_(is_speaker_named(without, standpoint)))
        case Area(area) | Gateways(area):
            return lies_below(standpoint.root(area), gateways.c.area_id)
        case _:
            return false()
