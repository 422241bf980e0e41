"""The order of a staged tree: parents before children, and which rows hang on nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, or_, select, update

from audiences.stores.intake.staging import Run, require_own
from audiences.stores.scope import within
from audiences.stores.tables import area_closure, areas, import_rows
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

DEEPEST = 30  # levels of one file: more is a circle or a mistake


@dataclass(frozen=True, slots=True)
class Loose:
    """A row that hangs on nothing, the code of its parent, and whether the file has that parent at all."""

    line: int
    above: str
    in_file: bool


_OTHER = import_rows.alias("other")


async def rooted(tx: Transaction, actor: Actor, run: Run, *, after: int, limit: int) -> Sequence[int]:
    """Return the next rows that hang on nothing in the file: roots, and those whose parent is kept already."""
    require_own(actor, run)
    ready = or_(_root(actor), _below_kept(actor, run))
    lines = select(import_rows.c.line).where(_unhung(run), import_rows.c.line > after, ready)
    return await tx.values(lines.order_by(import_rows.c.line).limit(limit))


async def hung(
    tx: Transaction, actor: Actor, run: Run, depth: int, *, after: int, limit: int
) -> Sequence[tuple[int, str]]:
    """Return the next rows of a depth, as (line, code)."""
    require_own(actor, run)
    there = (import_rows.c.run_id == run.id) & (import_rows.c.depth == depth) & (import_rows.c.line > after)
    page = select(import_rows.c.line, import_rows.c.external_id).where(there).order_by(import_rows.c.line).limit(limit)
    return [(row.line, row.external_id) for row in await tx.rows(page)]


async def hanging_on(tx: Transaction, actor: Actor, run: Run, codes: Sequence[str]) -> Sequence[int]:
    """Return the rows that hang on these areas, and have no depth of their own yet."""
    require_own(actor, run)
    return await tx.values(select(import_rows.c.line).where(_unhung(run), among(tx, import_rows.c.above, codes)))


async def hang(tx: Transaction, actor: Actor, run: Run, lines: Sequence[int], depth: int) -> None:
    require_own(actor, run)
    these = (import_rows.c.run_id == run.id) & among(tx, import_rows.c.line, lines)
    await tx.execute(update(import_rows).where(these).values(depth=depth))


async def loose(tx: Transaction, actor: Actor, run: Run, limit: int) -> Sequence[Loose]:
    """Return good rows that hang on nothing, because no good row of the file is their parent."""
    require_own(actor, run)
    parent = _OTHER.c.external_id == import_rows.c.above
    in_file = exists(select(_OTHER.c.line).where(_OTHER.c.run_id == run.id, parent)).label("in_file")
    rows = select(import_rows.c.line, import_rows.c.above, in_file).where(_unhung(run), ~exists(_staged(run, parent)))
    page = rows.order_by(import_rows.c.line).limit(limit)
    return [Loose(row.line, row.above or "", bool(row.in_file)) for row in await tx.rows(page)]


async def circling(tx: Transaction, actor: Actor, run: Run, limit: int) -> Sequence[Loose]:
    """Return good rows that hang on nothing though each has its parent in the file, once no loose row is left."""
    require_own(actor, run)
    rows = select(import_rows.c.line, import_rows.c.above).where(_unhung(run)).order_by(import_rows.c.line).limit(limit)
    return [Loose(row.line, row.above or "", in_file=True) for row in await tx.rows(rows)]


def _unhung(run: Run) -> ColumnElement[bool]:
    good = (import_rows.c.run_id == run.id) & import_rows.c.faulty.is_(False)
    return good & import_rows.c.depth.is_(None)


def _root(actor: Actor) -> ColumnElement[bool]:
    """Only the unbounded may plant a root; a bounded actor may name again the root they are bounded by."""
    if actor.unbounded:
        return import_rows.c.above.is_(None)
    own = select(areas.c.id).where(areas.c.id == actor.area, areas.c.parent_id.is_(None))
    return import_rows.c.above.is_(None) & exists(own.where(areas.c.code == import_rows.c.external_id))


def _below_kept(actor: Actor, run: Run) -> ColumnElement[bool]:
    """The parent is kept already, not in the file, and nothing above it still has to find its place."""
    above = areas.alias("above")
    upwards = area_closure.join(above, above.c.id == area_closure.c.ancestor_id)
    waiting = upwards.join(_OTHER, _OTHER.c.external_id == above.c.code)
    moving = select(above.c.id).select_from(waiting).where(area_closure.c.descendant_id == areas.c.id)
    moving = moving.where(_OTHER.c.run_id == run.id, _OTHER.c.faulty.is_(False), _OTHER.c.depth.is_(None))
    kept = areas.c.gone_at.is_(None) & ~exists(_staged(run, _OTHER.c.external_id == areas.c.code)) & ~exists(moving)
    here = select(areas.c.id).where(areas.c.code == import_rows.c.above, kept, within(actor, areas.c.id))
    return exists(here)


def _staged(run: Run, chosen: ColumnElement[bool]) -> Select[tuple[int]]:
    return select(_OTHER.c.line).where(_OTHER.c.run_id == run.id, _OTHER.c.faulty.is_(False), chosen)
