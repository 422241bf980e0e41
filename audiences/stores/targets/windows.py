"""Windows: the next few candidates of a directory too large for one transaction, found by key and never by counting.

A window is a run of keys after a cursor. Candidates are people in the order of (area, id), speakers likewise, and
people with a duty in the order of their id.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, ScalarSelect, Select, and_, case, false, or_, select, union

from audiences.stores.tables import areas, people, posts, terms
from audiences.targeting.sql.reach import Roots, homes_of
from audiences.targeting.sql.standpoint import Standpoint, holds_now, lies_below
from audiences.targeting.target import Target
from ground.transaction import Transaction

LAST_KEY = 2**63 - 1


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """How far somebody has come in the order of (area, id); the area of duty holders, ordered by id alone, is 0."""

    area: int
    id: int


START = Place(0, 0)


@dataclass(frozen=True, slots=True)
class Window:
    """Candidates after one place up to and including another; `until` is None where nobody comes after them."""

    after: Place
    until: Place | None


async def next_by_area(tx: Transaction, table: FromClause, roots: Roots, after: Place, size: int) -> Window:
    """Return the window of at most `size` rows of `table` (people or gateways) in the subtrees of `roots`."""
    rest = by_area(select(areas.c.id.label("area_id"), table.c.id), table, roots, Window(after, None))
    last = await tx.row(rest.order_by(areas.c.id, table.c.id).offset(size - 1).limit(1))
    return Window(after, Place(last.area_id, last.id) if last else None)


def by_area(chosen: Select[Any], table: FromClause, roots: Roots, window: Window) -> Select[Any]:
    """Bound a SELECT to a window, area after area, so that areas out of reach cost one look each.

    `+ 0` keeps the planner from walking the rows and looking up their areas: whole provinces of them are out of reach.
    """
    after, until = window.after, window.until or Place(LAST_KEY, LAST_KEY)
    return chosen.select_from(areas.join(table, table.c.area_id == areas.c.id + 0)).where(
        areas.c.id >= after.area,
        table.c.id > case((areas.c.id == after.area, after.id), else_=0),
        areas.c.id <= until.area,
        table.c.id <= case((areas.c.id == until.area, until.id), else_=LAST_KEY),
        or_(false(), *(lies_below(root, areas.c.id) for root in sorted(roots, key=str))),
    )


async def next_on_duty(tx: Transaction, after: Place, size: int) -> Window:
    """Return the window of at most `size` people who are in any term as holder or deputy."""
    step = (size + 1) // 2  # each of the two can fill it, and together they stay within the size
    row = await tx.row(select(_nth(terms.c.holder_id, after, step), _nth(terms.c.deputy_id, after, step)))
    ends = [end for end in row or () if end is not None]
    return Window(after, Place(0, min(ends)) if ends else None)


def on_duty(standpoint: Standpoint, window: Window, person: ColumnElement[int]) -> ColumnElement[bool]:
    """Say that the person is in the window and holds or deputises a post in the scope."""
    held, deputised = (_at_posts(column, standpoint, window) for column in (terms.c.holder_id, terms.c.deputy_id))
    return person.in_(union(held, deputised))


def everybody_in_reach(target: Target, standpoint: Standpoint) -> ColumnElement[bool]:
    """Say that the person of `people` can match at all: lives in reach of the target, or has a duty in the scope."""
    whole = Window(START, None)
    person = people.alias()
    living = by_area(select(person.c.id), person, homes_of(target, standpoint), whole)
    held, deputised = (_at_posts(column, standpoint, whole) for column in (terms.c.holder_id, terms.c.deputy_id))
    return people.c.id.in_(union(living, held, deputised))


def _at_posts(column: ColumnElement[int], standpoint: Standpoint, window: Window) -> Select[int]:
    there = and_(holds_now(standpoint.at), lies_below(standpoint.scope, posts.c.area_id))
    until = LAST_KEY if window.until is None else window.until.id
    joined = terms.join(posts, posts.c.id == terms.c.post_id)
    return select(column).select_from(joined).where(column > window.after.id, column <= until, there)


def _nth(column: ColumnElement[int], after: Place, step: int) -> ScalarSelect[int]:
    following = select(column).where(column > after.id).order_by(column)
    return following.offset(step - 1).limit(1).scalar_subquery()
