"""Audiences saved by name: an expression, never a list of people, so that it is true on the day it is used."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, delete, insert

from audiences.stores.tables import saved_audiences
from audiences.stores.targets.resolving import own_code, resolve
from audiences.stores.targets.shelf import read_shelf, rows_saved, saved_visible
from audiences.targeting import json_form
from audiences.targeting.errors import UnknownSaved
from audiences.targeting.expression import Expression
from audiences.targeting.expression import Saved as SavedTerm
from audiences.targeting.shelf import SavedAudience
from audiences.targeting.target import Rule, Target
from ground.actor import Actor, Role
from ground.transaction import Transaction

KEEPERS = (Role.OFFICER, Role.PUBLICITY, Role.ADMIN)


async def save(tx: Transaction, actor: Actor, name: str, expression: Expression, now: int) -> SavedAudience:
    """Keep the expression under the name in the actor's area, in place of what stood there; refuse what cannot work."""
    actor.require(*KEEPERS)
    json_form.text(name, "the name")
    home = await own_code(tx, actor)
    entry = SavedAudience(name, home, expression, now, actor.name)
    shelf = (await read_shelf(tx, actor, [expression])).having(entry)
    await resolve(tx, actor, Target((Rule(name, SavedTerm(name, home)),)), now, shelf)
    await tx.execute(delete(saved_audiences).where(_saved_here(actor, name)))
    row = {"name": name, "area_id": actor.area, "expression": json_form.write(expression)}
    await tx.execute(insert(saved_audiences).values(row | {"saved_at": now, "saved_by": actor.name}))
    return entry


async def load(tx: Transaction, actor: Actor, name: str, area: str | None = None) -> SavedAudience:
    """Return the audience of that name; `area` says where it was saved, needed only if there are several."""
    term = SavedTerm(name, area)
    return (await read_shelf(tx, actor, [term])).find(term, await own_code(tx, actor))


async def listed(tx: Transaction, actor: Actor) -> Sequence[SavedAudience]:
    """Return what is saved in the actor's area and below, by name."""
    return await rows_saved(tx, saved_visible(actor))


async def remove(tx: Transaction, actor: Actor, name: str) -> None:
    """Forget what the actor's own area has saved under the name; audiences frozen from it stay as they are."""
    actor.require(*KEEPERS)
    if (await tx.execute(delete(saved_audiences).where(_saved_here(actor, name)))).rowcount == 0:
        raise UnknownSaved(name=name, nearest="Only what your own area has saved can be removed by you.")


def _saved_here(actor: Actor, name: str) -> ColumnElement[bool]:
    return and_(saved_audiences.c.name == name, saved_audiences.c.area_id.is_not_distinct_from(actor.area))
