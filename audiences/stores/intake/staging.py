"""Where a file waits row by row until it is checked whole; nothing here is live, and all of it goes in the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Row, delete, func, insert, select, tuple_, update

from audiences.errors import ImportUnderWay, UnknownImport
from audiences.stores.scope import within
from audiences.stores.tables import import_rows, import_runs
from ground.actor import Actor, ActorKind, Role
from ground.bulk import among, insert_rows, refresh_statistics
from ground.clock import machine_now
from ground.transaction import Transaction

CHECKING, APPLYING = "checking", "applying"


class Place(NamedTuple):
    """How far a run has come: rows are taken in the order of depth, then line."""

    depth: int
    line: int


START = Place(0, 0)


@dataclass(frozen=True, slots=True)
class Run:
    """An import under way; `actor` is who began it, or the hub itself going on for them within the same area."""

    id: int
    kind: str
    source: str
    actor: Actor
    retires: bool = False
    place: Place = START


@dataclass(frozen=True, slots=True)
class StagedRow:
    """One row of the file; `above` is the parent's code of an area, `depth` its order among the others."""

    line: int
    external_id: str
    content: Mapping[str, Any] = field(repr=False)
    faulty: bool = False
    above: str | None = None
    depth: int | None = 0


async def begin(tx: Transaction, actor: Actor, kind: str, source: str, *, mark: str | None = None) -> Run:
    """Open a run; one of the same kind and source that is being taken over must be finished first.

    By its `mark` the caller finds it again for as long as it is under way.
    """
    actor.require(Role.ADMIN)
    same = (import_runs.c.kind == kind) & (import_runs.c.source == source) & (import_runs.c.state == APPLYING)
    if await tx.value(select(import_runs.c.id).where(same)) is not None:
        raise ImportUnderWay(kind=kind, source=source)
    row = {
        "kind": kind,
        "source": source,
        "actor": actor.name,
        "area_id": actor.area,
        "retires": False,
        "state": CHECKING,
        "mark": mark,
        "started_at": machine_now(),
    }
    run_id = int(await tx.value(insert(import_runs).values(row).returning(import_runs.c.id)))
    return Run(run_id, kind, source, actor)


async def is_under_way(tx: Transaction, actor: Actor, mark: str) -> bool:
    """Say whether a run of the actor's area that bears this mark is not over yet."""
    actor.require(Role.ADMIN)
    marked = (import_runs.c.mark == mark) & within(actor, import_runs.c.area_id)
    return await tx.value(select(import_runs.c.id).where(marked)) is not None


async def stage(tx: Transaction, actor: Actor, run: Run, rows: Sequence[StagedRow]) -> None:
    require_own(actor, run)
    staged = [
        {
            "run_id": run.id,
            "line": row.line,
            "external_id": row.external_id,
            "above": row.above,
            "depth": row.depth,
            "faulty": row.faulty,
            "content": dict(row.content),
        }
        for row in rows
    ]
    await insert_rows(tx, import_rows, staged)


async def count_anew(tx: Transaction, actor: Actor) -> None:
    """Tell the planner how large the staging table has grown."""
    actor.require(Role.ADMIN)
    await refresh_statistics(tx, import_rows)


async def read(tx: Transaction, actor: Actor, run: Run, after: Place, limit: int) -> Sequence[StagedRow]:
    """Return the next good rows, all of one depth: so that what they hang on was taken before."""
    require_own(actor, run)
    good = (import_rows.c.run_id == run.id) & import_rows.c.faulty.is_(False)
    ahead = good & (tuple_(import_rows.c.depth, import_rows.c.line) > tuple_(after.depth, after.line))
    order = (import_rows.c.depth, import_rows.c.line)
    rows = await tx.rows(select(import_rows).where(ahead).order_by(*order).limit(limit))
    return [_staged(row) for row in rows if row.depth == rows[0].depth]


async def mark_faulty(tx: Transaction, actor: Actor, run: Run, lines: Sequence[int]) -> None:
    require_own(actor, run)
    these = (import_rows.c.run_id == run.id) & among(tx, import_rows.c.line, lines)
    await tx.execute(update(import_rows).where(these).values(faulty=True))


async def first_lines(tx: Transaction, actor: Actor, run: Run, external_ids: Sequence[str]) -> Mapping[str, int]:
    """Return the first good row of the file that bears each id."""
    require_own(actor, run)
    these = (import_rows.c.run_id == run.id) & among(tx, import_rows.c.external_id, external_ids)
    first = func.min(import_rows.c.line).label("first")
    good = select(import_rows.c.external_id, first).where(these, import_rows.c.faulty.is_(False))
    return {row.external_id: row.first for row in await tx.rows(good.group_by(import_rows.c.external_id))}


async def present(tx: Transaction, actor: Actor, run: Run, external_ids: Sequence[str]) -> set[str]:
    """Return those of the ids that stand in the file, in bad rows too."""
    require_own(actor, run)
    these = (import_rows.c.run_id == run.id) & among(tx, import_rows.c.external_id, external_ids)
    return set(await tx.values(select(import_rows.c.external_id).where(these)))


async def decide(tx: Transaction, actor: Actor, run: Run, *, retires: bool) -> None:
    """Note that the file was found good and is taken over from here on, whatever happens to this process."""
    require_own(actor, run)
    decided = {"state": APPLYING, "retires": retires}
    await tx.execute(update(import_runs).where(import_runs.c.id == run.id).values(decided))


async def advance(tx: Transaction, actor: Actor, run: Run, place: Place) -> None:
    """Note in the transaction of a slice that the file is taken over through here."""
    require_own(actor, run)
    through = {"depth": place.depth, "line": place.line}
    await tx.execute(update(import_runs).where(import_runs.c.id == run.id).values(through))


async def discard(tx: Transaction, actor: Actor, run: Run, limit: int) -> bool:
    """Throw away the next rows, and the run itself with the last; return whether that was all."""
    require_own(actor, run)
    mine = import_rows.c.run_id == run.id
    lines = await tx.values(select(import_rows.c.line).where(mine).order_by(import_rows.c.line).limit(limit))
    if lines:
        await tx.execute(delete(import_rows).where(mine, import_rows.c.line <= lines[-1]))
    if len(lines) == limit:
        return False
    await tx.execute(delete(import_runs).where(import_runs.c.id == run.id))
    return True


async def unfinished(tx: Transaction, actor: Actor, *, applying: bool) -> Sequence[Run]:
    """Return the runs that a crash left behind: those being taken over, or those still being checked."""
    actor.require(Role.ADMIN)
    state = APPLYING if applying else CHECKING
    left = (import_runs.c.state == state) & within(actor, import_runs.c.area_id)
    rows = await tx.rows(select(import_runs).where(left).order_by(import_runs.c.id))
    return [_run(row) for row in rows]


def require_own(actor: Actor, run: Run) -> None:
    """Refuse whoever may not import, and a run of another area."""
    actor.require(Role.ADMIN)
    if not actor.unbounded and actor.area != run.actor.area:
        raise UnknownImport(run=run.id)


def _run(row: Row[tuple[int]]) -> Run:
    heir = Actor(ActorKind.SYSTEM, "import", row.area_id)
    place = Place(row.depth, row.line)
    return Run(row.id, row.kind, row.source, heir, row.retires, place)


def _staged(row: Row[tuple[int]]) -> StagedRow:
    return StagedRow(row.line, row.external_id, row.content, row.faulty, row.above, row.depth)
