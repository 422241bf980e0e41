"""The first half of an import: the file is staged and checked whole, and no live row is touched."""

import asyncio
import itertools
from collections.abc import Sequence

from audiences.importing.errors import SameAsBefore
from audiences.importing.job import CHUNK, Job, count, is_turning_point, place_of, refuse
from audiences.importing.parsing import BadCell, parse
from audiences.importing.reading import Sheet
from audiences.importing.report import Tally
from audiences.stores.intake import staging
from audiences.stores.intake.staging import START, StagedRow
from ground.transaction import Transaction


async def stage(job: Job, sheet: Sheet, tally: Tally) -> None:
    """Read the file, away from the event loop, and write it to the staging table chunk by chunk."""
    chunks = itertools.count(1)
    while records := await asyncio.to_thread(sheet.chunk, CHUNK):
        rows, bad = await asyncio.to_thread(parse, sheet, job.kind, records)
        tally.rows += len(records)
        refuse(tally, bad)
        async with job.database.writing() as tx:
            await staging.stage(tx, job.run.actor, job.run, rows)
            refuse(tally, await _refuse_twins(tx, job, rows))
            if is_turning_point(next(chunks)):
                await staging.count_anew(tx, job.run.actor)


async def check(job: Job, tally: Tally) -> None:
    """Look at every row as it would be taken over, and at what is gone from the file."""
    if job.kind.put_in_order is not None:
        for line, value, error in await job.kind.put_in_order(job.database, job.run):
            tally.refuse(line, job.kind.above or "", value, error)
    if job.kind.check_whole is not None:
        for line, column, value, error in await job.kind.check_whole(job.database, job.run):
            tally.refuse(line, column, value, error)
    place = START
    while True:
        async with job.database.reading() as tx:
            rows = await job.next_rows(tx, place, CHUNK)
            compared = await job.compared(tx, rows, job.intake()) if rows else None
        if compared is None:
            break
        place = place_of(rows[-1])
        count(tally, compared)
        if compared.bad:
            await _mark(job, compared.bad)
    async for page in job.gone():
        tally.miss(page)


async def _refuse_twins(tx: Transaction, job: Job, rows: Sequence[StagedRow]) -> Sequence[BadCell]:
    """Refuse rows whose id an earlier good row bears."""
    good = [row for row in rows if not row.faulty]
    first = await staging.first_lines(tx, job.run.actor, job.run, [row.external_id for row in good])
    twins = [row for row in good if first[row.external_id] != row.line]
    await staging.mark_faulty(tx, job.run.actor, job.run, [row.line for row in twins])
    column = job.kind.identity[0]
    return [BadCell(row.line, column, "", SameAsBefore(first=first[row.external_id])) for row in twins]


async def _mark(job: Job, bad: Sequence[BadCell]) -> None:
    async with job.database.writing() as tx:
        await staging.mark_faulty(tx, job.run.actor, job.run, [each.row for each in bad])
