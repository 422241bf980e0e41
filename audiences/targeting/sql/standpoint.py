"""A standpoint: the scope a target is read in, what its area codes stand for, and the instant at which it holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select, true

from audiences.stores.tables import area_closure, posts, terms


@dataclass(frozen=True, slots=True)
class Standpoint:
    """`scope` is the id of the area that bounds the actor (None: unbounded), `places` maps codes to ids, `at` is ms."""

    scope: int | None
    places: Mapping[str, int]
    at: int

    def root(self, code: str | None) -> int | None:
        """Return the id of the area a term names; None where a term without area reaches everywhere."""
        return self.scope if code is None else self.places[code]


def lies_below(root: int | None, area: ColumnElement[int]) -> ColumnElement[bool]:
    """Say that `area` is in the subtree of `root`: one look-up per row, since rows are asked for in small windows."""
    if root is None:
        return true()
    line = area_closure.alias()
    return exists(select(1).where(line.c.ancestor_id == root, line.c.descendant_id == area))


def holds_now(at: int) -> ColumnElement[bool]:
    """Say that a term of `terms` runs at the instant and its post still exists; for a join of terms and posts."""
    running = (terms.c.from_at <= at) & ((terms.c.until_at > at) | terms.c.until_at.is_(None))
    return running & posts.c.gone_at.is_(None)
