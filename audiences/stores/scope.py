"""The bound of every store call: an actor sees and changes what lies in the subtree of the actor's area."""

from sqlalchemy import ColumnElement, select, true

from audiences.stores.tables import area_closure
from ground.actor import Actor


def within(actor: Actor, column: ColumnElement[int]) -> ColumnElement[bool]:
    """Say that the area in `column` lies in the actor's subtree; the unbounded see every area."""
    if actor.area is None:
        return true()
    return below(actor.area, column)


def below(area: int, column: ColumnElement[int]) -> ColumnElement[bool]:
    """Say that the area in `column` is `area` or lies under it, however deep."""
    return column.in_(select(area_closure.c.descendant_id).where(area_closure.c.ancestor_id == area))
