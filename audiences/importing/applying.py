"""The second half of an import: the good rows are taken over slice by slice, each with how far it has come."""

import itertools

from audiences.importing.job import Job, count, is_turning_point, place_of
from audiences.importing.report import Tally
from audiences.stores.intake import staging
from ground.audit import record_deed
from ground.bulk import refresh_statistics


async def take_over(job: Job, tally: Tally, *, retires: bool) -> None:
    """Write all that is new or changed, from where the run stands; then, if asked, mark what is gone as gone."""
    tally.new = tally.changed = tally.unchanged = 0  # counted again, as it is really written
    place = job.run.place
    for turn in itertools.count(1):
        async with job.database.writing() as tx:
            rows = await job.next_rows(tx, place, job.slice)
            if not rows:
                break
            intake = job.intake()
            compared = await job.compared(tx, rows, intake)
            await job.kind.register.write(tx, job.run.actor, intake, compared.news)
            if is_turning_point(turn):
                await refresh_statistics(tx, *job.kind.register.tables)
            place = place_of(rows[-1])
            await staging.advance(tx, job.run.actor, job.run, place)
        count(tally, compared)
    if retires:
        await _retire_gone(job)
    await _record(job, tally)


async def _retire_gone(job: Job) -> None:
    async for page in job.gone():
        for start in range(0, len(page), job.slice):
            part = page[start : start + job.slice]
            async with job.database.writing() as tx:
                await job.kind.register.retire(tx, job.run.actor, job.intake(), part)


async def _record(job: Job, tally: Tally) -> None:
    counts = {"new": tally.new, "changed": tally.changed, "unchanged": tally.unchanged, "bad": tally.bad}
    deed = {"kind": job.run.kind, "source": job.run.source} | counts
    async with job.database.writing() as tx:
        await record_deed(tx, job.run.actor, "file.imported", f"import:{job.run.id}", job.clock.now(), **deed)
