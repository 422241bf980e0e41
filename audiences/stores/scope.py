"""The bound of every store call: an actor sees and changes what lies in the subtree of the actor's area."""

from sqlalchemy import ColumnElement, select, true

from audiences.stores.tables import area_closure, people, posts, terms
from ground.actor import Actor


def within(actor: Actor, column: ColumnElement[int]) -> ColumnElement[bool]:
    """Say that the area in `column` lies in the actor's subtree; the unbounded see every area."""
    if actor.area is None:
        return true()
    return below(actor.area, column)


def below(area: int, column: ColumnElement[int]) -> ColumnElement[bool]:
    """Say that the area in `column` is `area` or lies under it, however deep."""
    return column.in_(select(area_closure.c.descendant_id).where(area_closure.c.ancestor_id == area))


def lasting(now: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Say that a term of office lasts at the instant `now` of story time."""
    return (terms.c.from_at <= now) & (terms.c.until_at.is_(None) | (terms.c.until_at > now))


def reachable(actor: Actor, now: int) -> ColumnElement[bool]:
    """Say that a row of `people` lives in the actor's subtree, or holds a duty or stands in for it there."""
    if actor.area is None:
        return true()
    here = posts.join(terms, terms.c.post_id == posts.c.id)
    on_duty = within(actor, posts.c.area_id) & lasting(now)
    return (
        within(actor, people.c.area_id)
        | people.c.id.in_(select(terms.c.holder_id).select_from(here).where(on_duty))
        | people.c.id.in_(select(terms.c.deputy_id).select_from(here).where(on_duty, terms.c.deputy_id.is_not(None)))
    )
