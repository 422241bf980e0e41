"""Areas parents first: what hangs on nothing, or round in a circle, is a fault of its row."""

from collections.abc import Awaitable, Callable, Sequence

from audiences.importing.errors import InCircle, ParentNotKnown, ParentRefused, Refused
from audiences.importing.kind import OrphanFaults
from audiences.stores import hanging, staging
from audiences.stores.hanging import Loose
from audiences.stores.staging import Run
from ground.actor import Actor
from ground.transaction import Database, Transaction

SLICE = 2_000
Left = Callable[[Transaction, Actor, Run, int], Awaitable[Sequence[Loose]]]


async def parents_first(database: Database, run: Run) -> OrphanFaults:
    """Give every row its depth, slice by slice, and return what cannot be hung: loose rows first, then circles."""
    for depth in range(hanging.DEEPEST):
        if not await _hang_all(database, run, depth):
            break
    faults: list[tuple[int, str, Refused]] = []
    for left in (hanging.loose, hanging.circling):
        while rows := await _refuse_next(database, run, left):
            faults += [(row.line, row.above, _why(row, circling=left is hanging.circling)) for row in rows]
    return faults


async def _hang_all(database: Database, run: Run, depth: int) -> int:
    hung = 0
    while True:
        async with database.writing() as tx:
            more = await hanging.hang_next(tx, run.actor, run, depth, SLICE)
        hung += more
        if more < SLICE:
            return hung


async def _refuse_next(database: Database, run: Run, left: Left) -> Sequence[Loose]:
    """Mark the next rows as faulty, which may leave others loose."""
    async with database.writing() as tx:
        rows = await left(tx, run.actor, run, SLICE)
        await staging.mark_faulty(tx, run.actor, run, [row.line for row in rows])
    return rows


def _why(row: Loose, *, circling: bool) -> Refused:
    if circling:
        return InCircle(deepest=hanging.DEEPEST)
    return ParentRefused() if row.in_file else ParentNotKnown()
