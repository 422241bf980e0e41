"""An import from file to live rows: staged, checked whole, and only then taken over, slice by slice.

On SQLite a slice is small enough to hold the one writer for well under 50 ms. A crash while a file is checked leaves
nothing live; one while it is taken over is made good by `resume_imports`.
"""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import structlog

from audiences.importing.applying import take_over
from audiences.importing.bracket import NO_BRACKET, Bracket
from audiences.importing.checking import check, stage
from audiences.importing.job import Job
from audiences.importing.kinds import kind_of
from audiences.importing.reading import Sheet
from audiences.importing.report import Report, Tally
from audiences.stores.intake import staging
from audiences.stores.intake.staging import Run
from ground.actor import Actor, Role, system
from ground.clock import Clock
from ground.errors import MingluoError
from ground.events import NewsDesk
from ground.transaction import Database

log = structlog.get_logger()
HUB = system("import")


async def import_file(
    database: Database,
    actor: Actor,
    kind: str,
    source: str,
    file: Path,
    *,
    clock: Clock,
    desk: NewsDesk,
    dry_run: bool = True,
    good_rows: bool = False,
    retire_gone: bool = False,
    bracket: Bracket = NO_BRACKET,
) -> Report:
    """Check a CSV file whole, and take it over unless it is a dry run or has a bad row.

    `good_rows` takes over the good rows of a file with bad ones. `retire_gone` marks what is gone from the file as
    gone, but only if no row is bad: a bad row may be of the very thing that seems gone. Nothing is ever deleted.
    """
    actor.require(Role.ADMIN)
    chosen, tally = kind_of(kind), Tally()
    with closing(await asyncio.to_thread(Sheet, file, chosen.columns)) as sheet:
        async with database.writing() as tx:
            await bracket.begin(tx)
            run = await staging.begin(tx, actor, kind, source, mark=bracket.mark)
        job = Job(database, run, chosen, clock, desk)
        await _look_at(job, sheet, tally, bracket)
    applied = not dry_run and (good_rows or not tally.bad)
    retired = applied and (retire_gone or chosen.replaces) and not tally.bad
    if applied:
        async with database.writing() as tx:
            await staging.decide(tx, actor, run, retires=retired)
        await take_over(job, tally, retires=retired)
    report = _report(job, tally, sheet.ignored, dry_run=dry_run, applied=applied, retired=retired)
    await job.discard(lambda tx: bracket.end(tx, report))
    return report


async def _look_at(job: Job, sheet: Sheet, tally: Tally, bracket: Bracket) -> None:
    """Stage a file and check it whole; nothing is left of one that cannot be checked to its end."""
    try:
        await stage(job, sheet, tally)
        await check(job, tally)
    except BaseException:
        await job.discard(bracket.fail)
        raise


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The imports that a crash left: some were still being checked, some half taken over."""

    checking: Sequence[Run]
    applying: Sequence[Run]


async def interrupted_imports(database: Database) -> Interrupted:
    """Return what a crash left; to be asked at the start of the hub, before anybody can begin a new import."""
    async with database.reading() as tx:
        checking = await staging.unfinished(tx, HUB, applying=False)
        return Interrupted(checking, await staging.unfinished(tx, HUB, applying=True))


async def resume_imports(database: Database, left: Interrupted, *, clock: Clock, desk: NewsDesk) -> int:
    """Finish what was left half taken over, and forget what was still being checked; return how many finished.

    One that cannot be finished is left for `abandon_import`.
    """
    for run in left.checking:
        await Job(database, run, kind_of(run.kind), clock, desk).discard()
    finished = 0
    for run in left.applying:
        job = Job(database, run, kind_of(run.kind), clock, desk)
        try:
            await take_over(job, Tally(), retires=run.retires)
        except MingluoError:
            log.exception("import.stuck", run=run.id, kind=run.kind, source=run.source)
            continue
        await job.discard()
        finished += 1
    return finished


async def abandon_import(database: Database, actor: Actor, kind: str, source: str, *, clock: Clock) -> int:
    """Give up imports that cannot be finished: what they have written stays, their staged rows go."""
    async with database.reading() as tx:
        left = await staging.unfinished(tx, actor, applying=True)
    stuck = [run for run in left if (run.kind, run.source) == (kind, source)]
    for run in stuck:
        await Job(database, run, kind_of(run.kind), clock, NewsDesk()).discard()
    return len(stuck)


def _report(job: Job, tally: Tally, ignored: tuple[str, ...], *, dry_run: bool, applied: bool, retired: bool) -> Report:
    return Report(
        kind=job.run.kind,
        source=job.run.source,
        dry_run=dry_run,
        applied=applied,
        rows=tally.rows,
        new=tally.new,
        changed=tally.changed,
        unchanged=tally.unchanged,
        bad=tally.bad,
        faults=tuple(sorted(tally.faults, key=lambda fault: fault.row)),
        gone=tally.gone,
        gone_ids=tuple(tally.gone_ids),
        retired=retired,
        ignored_columns=ignored,
    )
