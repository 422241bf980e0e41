"""One import under way: what each of its steps needs."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from audiences.importing.kind import Kind
from audiences.importing.parsing import BadCell
from audiences.importing.report import Tally
from audiences.importing.slices import Slice, compare
from audiences.stores.intake import staging
from audiences.stores.intake.registers.base import Intake
from audiences.stores.intake.staging import Place, Run, StagedRow
from ground.clock import Clock
from ground.events import NewsDesk
from ground.transaction import Database, Dialect, Transaction

CHUNK = 1_000  # rows parsed and staged at a time
PAGE = 2_000  # ids looked through at a time for what is gone
SLICES = {Dialect.SQLITE: 100, Dialect.POSTGRESQL: 2_000}  # rows taken over in one transaction
LastWord = Callable[[Transaction], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Job:
    """An import, the database it runs on, the time it is, and whom to tell the news."""

    database: Database
    run: Run
    kind: Kind
    clock: Clock
    desk: NewsDesk

    @property
    def slice(self) -> int:
        return SLICES[self.database.dialect]

    def intake(self) -> Intake:
        return Intake(self.run.source, self.clock.now(), self.desk)

    async def next_rows(self, tx: Transaction, after: Place, limit: int) -> Sequence[StagedRow]:
        return await staging.read(tx, self.run.actor, self.run, after, limit)

    async def compared(self, tx: Transaction, rows: Sequence[StagedRow], intake: Intake) -> Slice:
        return await compare(tx, self.run.actor, self.kind, rows, intake)

    async def gone(self) -> AsyncIterator[Sequence[str]]:
        """Yield page by page what is kept of this source and is not in the file."""
        run, after = self.run, ""
        speaks_of = await self._speaks_of()
        while True:
            async with self.database.reading() as tx:
                page = await self.kind.register.listed(tx, run.actor, self.intake(), after=after, limit=PAGE)
                there = await staging.present(tx, run.actor, run, page)
            if not page:
                return
            after = page[-1]
            yield [external_id for external_id in page if external_id not in there and speaks_of(external_id)]

    async def _speaks_of(self) -> Callable[[str], bool]:
        if self.kind.speaks_of is None:
            return lambda _external_id: True
        async with self.database.reading() as tx:
            return await self.kind.speaks_of(tx, self.run.actor, self.run)

    async def discard(self, last: LastWord | None = None) -> None:
        """Throw the staged rows away, slice by slice; `last` is written with the end of the run."""
        done = False
        while not done:
            async with self.database.writing() as tx:
                done = await staging.discard(tx, self.run.actor, self.run, CHUNK)
                if done and last is not None:
                    await last(tx)


def is_turning_point(turn: int) -> bool:
    """Say at which slices tables have grown so much that they should be counted anew: 1, 4, 16, 64 …"""
    return turn & (turn - 1) == 0 and turn.bit_length() % 2 == 1


def place_of(row: StagedRow) -> Place:
    return Place(row.depth or 0, row.line)


def refuse(tally: Tally, bad: Iterable[BadCell]) -> None:
    for each in bad:
        tally.refuse(each.row, each.column, each.value, each.error)


def count(tally: Tally, compared: Slice) -> None:
    refuse(tally, compared.bad)
    tally.new += sum(entry.new for entry in compared.entries)
    tally.changed += sum(entry.changed for entry in compared.entries)
    tally.unchanged += len(compared.entries) - len(compared.news)
