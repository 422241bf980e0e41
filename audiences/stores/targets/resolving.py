"""A target made ready for SQL: saved audiences written out, area codes turned into ids, all in the actor's area."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from sqlalchemy import or_, select

from audiences.stores.scope import within
from audiences.stores.tables import areas
from audiences.stores.targets.shelf import read_shelf
from audiences.targeting.errors import UnknownPlace
from audiences.targeting.expression import Saved, terms_of
from audiences.targeting.shelf import Shelf, write_out
from audiences.targeting.sql.standpoint import Standpoint
from audiences.targeting.target import Target
from ground.actor import Actor, system
from ground.transaction import Transaction

SIBLING_DIGITS = 3  # codes that differ only in their last three digits are mostly neighbours


@dataclass(frozen=True, slots=True)
class Resolved:
    """A target in which every term has its area, and the standpoint from which it is read."""

    target: Target
    standpoint: Standpoint


async def resolve(tx: Transaction, actor: Actor, target: Target, at: int, shelf: Shelf | None = None) -> Resolved:
    """Return the target as the actor means it at the instant; refuse what is unknown or outside their area."""
    home = await own_code(tx, actor)
    shelf = await read_shelf(tx, actor, target.expressions) if shelf is None else shelf
    written = write_out(target, shelf, home)
    places = await _places(tx, actor, written)
    for code in _codes_in(written):
        if code not in places:
            raise UnknownPlace(code=code, nearest=await _nearest(tx, actor, code))
    return Resolved(written, Standpoint(actor.area, places, at))


async def own_code(tx: Transaction, actor: Actor) -> str | None:
    """Return the code of the area that bounds the actor; None for the unbounded."""
    if actor.area is None:
        return None
    return str(await tx.value(select(areas.c.code).where(areas.c.id == actor.area)))


async def resolve_again(tx: Transaction, rules: object, scope: int | None, at: int) -> Resolved:
    """Return a target that was resolved once and kept as JSON: its areas were in scope then, and are never deleted."""
    target = Target.from_json(rules)
    return Resolved(target, Standpoint(scope, await _places(tx, system("freezing"), target), at))


async def _places(tx: Transaction, actor: Actor, target: Target) -> Mapping[str, int]:
    chosen = select(areas.c.code, areas.c.id).where(areas.c.code.in_(_codes_in(target)), within(actor, areas.c.id))
    return {row.code: row.id for row in await tx.rows(chosen)}


def _codes_in(target: Target) -> list[str]:
    terms = [term for expression in target.expressions for term in terms_of(expression)]
    return sorted({term.area for term in terms if term.area is not None and not isinstance(term, Saved)})


async def _nearest(tx: Transaction, actor: Actor, code: str) -> str:
    """Say which areas might have been meant: neighbours by code, or those with such a name."""
    stem = code[: max(len(code) - SIBLING_DIGITS, 1)]
    like = or_(areas.c.code.startswith(stem, autoescape=True), areas.c.name.contains(code, autoescape=True))
    rows = await tx.rows(select(areas.c.code, areas.c.name).where(like, within(actor, areas.c.id)).limit(500))
    known = {word: row for row in rows for word in (row.code, row.name)}
    nearest = dict.fromkeys(known[word] for word in get_close_matches(code, known, n=3))
    if not nearest:
        return "Look the area up by its name first."
    return f"Nearest: {', '.join(f'{row.name} ({row.code})' for row in nearest)}."
