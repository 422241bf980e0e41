"""Saved audiences, read for an expression that names some."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, select

from audiences.stores.scope import within
from audiences.stores.tables import areas, saved_audiences
from audiences.targeting import json_form
from audiences.targeting.expression import DEEPEST, Expression, Saved, refuse_beyond, terms_of
from audiences.targeting.shelf import SavedAudience, Shelf
from ground.actor import Actor
from ground.transaction import Transaction


async def read_shelf(tx: Transaction, actor: Actor, expressions: Iterable[Expression]) -> Shelf:
    """Return the saved audiences that the expressions name and, one statement a level, those that these name."""
    found: dict[tuple[str, str | None], SavedAudience] = {}
    known: set[str] = set()
    wanted, level = _names_in(expressions), 0
    while wanted:
        level += 1
        refuse_beyond("saved audiences inside one another", level, DEEPEST)
        known |= wanted
        read = await rows_saved(tx, saved_visible(actor).where(saved_audiences.c.name.in_(sorted(wanted))))
        found.update({(entry.name, entry.area): entry for entry in read})
        wanted = _names_in(entry.expression for entry in read) - known
    return Shelf(found)


def saved_visible(actor: Actor) -> Select[str, str, Any, int, str]:
    """SELECT the saved audiences in the actor's area, with the code of the area each was saved in."""
    column = saved_audiences.c
    joined = saved_audiences.outerjoin(areas, areas.c.id == column.area_id)
    chosen = select(column.name, areas.c.code, column.expression, column.saved_at, column.saved_by)
    return chosen.select_from(joined).where(within(actor, column.area_id)).order_by(column.name, areas.c.code)


async def rows_saved(tx: Transaction, chosen: Select[str, str, Any, int, str]) -> list[SavedAudience]:
    rows = await tx.rows(chosen)
    return [
        SavedAudience(row.name, row.code, json_form.read(row.expression), row.saved_at, row.saved_by) for row in rows
    ]


def _names_in(expressions: Iterable[Expression]) -> set[str]:
    return {term.name for each in expressions for term in terms_of(each) if isinstance(term, Saved)}
