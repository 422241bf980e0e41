"""Duty rosters and contact tests (通联测试) of a county: a month's table handed in, and everybody on duty tried.

A statement for many rows counts once; a write transaction is measured in the process's own time until its commit: on
SQLite it is spent there, a busy machine does not lengthen it, and a checkpoint of the log may meet anybody's commit.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

from sqlalchemy import event, func, select, text

from app.process.collecting import collect_seldom
from audiences.importing.run import import_file
from bench import calling
from bench.town import COUNTY, VILLAGES
from bot.cases.contact_test import Asked, Stage
from bot.rosters.desk import RosterDesk
from bot.rosters.testing import SLICES, advance_tests
from bot.stores.rosters import contact_tests
from bot.stores.rosters.tables import contact_test_results
from bot.telling import Teller
from broadcast.channels.base import Abilities
from broadcast.channels.kind import ChannelKind
from broadcast.channels.memory import MemoryChannel, MemorySettings
from ground.actor import system
from ground.clock import HOUR, HandClock, WallClock
from ground.events import NewsDesk
from ground.transaction import Database, Transaction

BENCH = system("bench")
PEOPLE = 20_000
SHIFTS = 20_000
DAYS = 30
KIND = ChannelKind("sms", Abilities(receipts=True, batch=50), MemorySettings, lambda *_: MemoryChannel())

ROOMS = """INSERT INTO organisations (id, source, external_id, kind, name, area_id)
SELECT id, 'bench', 'o' || id, 'township_office', name, id FROM areas WHERE id > 1"""


@dataclass(frozen=True, slots=True)
class RosterFigures:
    """Seconds, statements, and milliseconds of the process's own time that few write transactions exceed."""

    dialect: str
    shifts: int
    imported: float
    again: float  # the same table a second time: nothing is new
    people: int
    asked: float
    counted: float
    slices: int
    statements: int  # of all slices of the contact test
    long: float


class Watched(Database):
    """The same database, whose write transactions are measured one by one."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.engine)
        self.spent: list[float] = []

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Transaction]:
        async with super().writing() as tx:
            began = process_time()
            yield tx
            self.spent.append(process_time() - began)

    @property
    def long(self) -> float:
        """Return the milliseconds that one in a hundred exceeds: the first of a kind has its statement put together."""
        return sorted(self.spent)[len(self.spent) * 99 // 100] * 1_000


async def run(database: Database, people: int, folder: Path) -> RosterFigures:
    """Hand the table in twice, then test everybody's numbers to the end."""
    watched = Watched(database)
    await calling.responsible(watched)
    async with watched.writing() as tx:
        await tx.execute(text(ROOMS))
    file = folder / "shifts.csv"
    file.write_text(table(people), encoding="utf-8")
    collect_seldom()
    watched.spent.clear()
    imported, again = [await _hand_in(watched, file) for _ in range(2)]
    with counted(watched) as statements:
        asked, results = await _test(watched, people)
    slices = 2 * -(-people // SLICES[watched.dialect])
    spent = (imported, again, people, asked, results)
    return RosterFigures(watched.dialect.value, SHIFTS, *spent, slices, len(statements), watched.long)


def table(people: int) -> str:
    """Return a month's table: each room by day and, as far as there are rows, by night."""
    lines = ["organisation,role,date,shift,person,room_phone"]
    for number in range(SHIFTS):
        room, turn = number % VILLAGES, number // VILLAGES
        hours, day = ("00:00-12:00", "12:00-24:00")[turn // DAYS], turn % DAYS + 1
        person, phone = number * 7 % people + 1, f"+9997{room:06}"
        lines.append(f"o{room + 2},duty_officer,2038-06-{day:02},{hours},p{person},{phone}")
    return "\n".join([*lines, ""])


async def _hand_in(database: Database, file: Path) -> float:
    began = perf_counter()
    report = await import_file(
        database, BENCH, "shifts", "bench", file, clock=WallClock(), desk=NewsDesk(), dry_run=False
    )
    assert report.applied
    return perf_counter() - began


async def _test(database: Database, people: int) -> tuple[float, float]:
    """Ask everybody, let the deadline pass, and write everything down; return the seconds of both."""
    clock = HandClock(WallClock().now())
    desk = RosterDesk(database, clock, NewsDesk(), Teller([KIND]))
    async with database.writing() as tx:
        test = await contact_tests.start(tx, BENCH, Asked(area=COUNTY, duties=("monitor",)), clock.now())
    asked = await _until(desk, test.id, Stage.ASKED)
    clock.pass_by(HOUR * 24)
    results = await _until(desk, test.id, Stage.OVER)
    async with database.reading() as tx:
        assert await tx.value(select(func.count()).select_from(contact_test_results)) == people
    return asked, results


async def _until(desk: RosterDesk, test: str, stage: Stage) -> float:
    began = perf_counter()
    while True:
        await advance_tests(desk)
        async with desk.database.reading() as tx:
            if (await contact_tests.load(tx, BENCH, test)).stage is stage:
                return perf_counter() - began


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect the statements that the database is sent meanwhile."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)
