"""Areas parents first: what hangs on nothing, or round in a circle, is a fault of its row."""

from collections.abc import Awaitable, Callable, Sequence

from audiences.importing.errors import InCircle, ParentNotKnown, ParentRefused, Refused
from audiences.importing.kind import OrphanFaults
from audiences.stores.intake import hanging, staging
from audiences.stores.intake.hanging import DEEPEST, Loose
from audiences.stores.intake.staging import Run
from ground.actor import Actor
from ground.transaction import Database, Transaction

SLICE = 2_000
PARENTS = 500
Left = Callable[[Transaction, Actor, Run, int], Awaitable[Sequence[Loose]]]


async def parents_first(database: Database, run: Run) -> OrphanFaults:
    """Give every row its depth, slice by slice, and return what cannot be hung: loose rows first, then circles.

    Roots come first and what hangs on them level by level. Then roots are looked for once more: a row below a kept
    area had to wait if the file moves something above that area.
    """
    depth = 0
    while depth < DEEPEST and await _hang_roots(database, run, depth):
        while depth < DEEPEST and await _hang_children(database, run, depth):
            depth += 1
        depth += 1
    faults: list[tuple[int, str, Refused]] = []
    for left in (hanging.loose, hanging.circling):
        while rows := await _refuse_next(database, run, left):
            faults += [(row.line, row.above, _why(row, circling=left is hanging.circling)) for row in rows]
    return faults


async def _hang_roots(database: Database, run: Run, depth: int) -> bool:
    """Look at every row once; return whether any could be hung at this depth."""
    after = 0
    while True:
        async with database.reading() as tx:
            lines = await hanging.rooted(tx, run.actor, run, after=after, limit=SLICE)
        if not lines:
            return after > 0
        after = lines[-1]
        await _hang(database, run, lines, depth)


async def _hang_children(database: Database, run: Run, depth: int) -> bool:
    """Hang one level deeper whatever hangs on rows of this depth; return whether there was any."""
    after, found = 0, False
    while True:
        async with database.reading() as tx:
            parents = await hanging.hung(tx, run.actor, run, depth, after=after, limit=PARENTS)
            lines = await hanging.hanging_on(tx, run.actor, run, [code for _, code in parents])
        if not parents:
            return found
        after, found = parents[-1][0], found or bool(lines)
        for start in range(0, len(lines), SLICE):
            await _hang(database, run, lines[start : start + SLICE], depth + 1)


async def _hang(database: Database, run: Run, lines: Sequence[int], depth: int) -> None:
    async with database.writing() as tx:
        await hanging.hang(tx, run.actor, run, lines, depth)


async def _refuse_next(database: Database, run: Run, left: Left) -> Sequence[Loose]:
    """Mark the next rows as faulty, which may leave others loose."""
    async with database.reading() as tx:
        rows = await left(tx, run.actor, run, SLICE)
    async with database.writing() as tx:
        await staging.mark_faulty(tx, run.actor, run, [row.line for row in rows])
    return rows


def _why(row: Loose, *, circling: bool) -> Refused:
    if circling:
        return InCircle(deepest=DEEPEST)
    return ParentRefused() if row.in_file else ParentNotKnown()
