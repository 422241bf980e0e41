"""A transaction on SQLite or PostgreSQL: who opens one owns it, and none is held across a network call."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Executable, Row, event, extract, func, literal
from sqlalchemy.engine import CursorResult, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from ground.clock import machine_now
from ground.errors import UnknownDatabase
from ground.sqlite import WholeConnection

# Bound values are numbers, addresses and texts of people: neither an error (hide_parameters below) nor a log has them.
logging.getLogger("aiosqlite").setLevel(logging.INFO)

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class Dialect(StrEnum):
    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class Transaction:
    """One unit of work. Stores take it and never commit: the block that opened it does."""

    def __init__(self, connection: AsyncConnection, dialect: Dialect) -> None:
        self._connection = connection
        self.dialect = dialect

    async def execute(self, statement: Executable, parameters: Parameters = None) -> CursorResult[Any]:
        return await self._connection.execute(statement, parameters)

    async def rows(self, statement: Executable, parameters: Parameters = None) -> Sequence[Row[Any]]:
        return (await self._connection.execute(statement, parameters)).all()

    async def row(self, statement: Executable, parameters: Parameters = None) -> Row[Any] | None:
        """Return the first row, or None."""
        return (await self._connection.execute(statement, parameters)).first()

    async def value(self, statement: Executable, parameters: Parameters = None) -> Any:
        """Return the first column of the first row, or None."""
        return (await self._connection.execute(statement, parameters)).scalar()

    async def values(self, statement: Executable, parameters: Parameters = None) -> Sequence[Any]:
        """Return the first column of every row."""
        return (await self._connection.execute(statement, parameters)).scalars().all()

    @property
    def machine_time(self) -> ColumnElement[int]:
        """The clock of leases: the database's own where several processes share it, else this one process's."""
        if self.dialect is Dialect.POSTGRESQL:
            return func.floor(extract("epoch", func.clock_timestamp()) * 1_000).cast(BigInteger)
        return literal(machine_now(), BigInteger)

    @property
    def connection(self) -> AsyncConnection:
        """The driver's connection, for what Core cannot say (COPY, EXPLAIN)."""
        return self._connection


class Database:
    """Where the truth is kept. SQLite has one writer at a time; PostgreSQL has as many as its pool."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.dialect = Dialect(engine.dialect.name)
        self._writer = asyncio.Lock() if self.dialect is Dialect.SQLITE else None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """Open a transaction that only reads, all of it at one moment; what it would have written is rolled back."""
        async with self.engine.connect() as connection:
            if self.dialect is Dialect.SQLITE:
                await _begin(connection, "BEGIN")  # else every statement would be a transaction of its own
            yield Transaction(connection, self.dialect)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Transaction]:
        """Open a transaction that commits when the block ends and rolls back when it raises."""
        if self._writer is None:
            async with self.engine.begin() as connection:
                yield Transaction(connection, self.dialect)
            return
        async with self._writer, self.engine.connect() as connection:
            await _begin(connection, "BEGIN IMMEDIATE")
            yield Transaction(connection, self.dialect)
            await connection.commit()

    async def close(self) -> None:
        await self.engine.dispose()


async def _begin(connection: AsyncConnection, statement: str) -> None:
    """Have the driver itself begin: through a cursor it would be asked four times for what it can do at once."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    try:
        await driver.execute(statement)
    except sqlite3.OperationalError as error:
        raise OperationalError(statement, None, error) from error


def open_database(url: str, *, pool_size: int = 10) -> Database:
    """Open `sqlite:///file` or `postgresql://…`; nothing is connected to before the first statement."""
    parsed = make_url(url)
    if parsed.drivername.startswith("postgresql"):
        address = parsed.set(drivername="postgresql+asyncpg")
        return Database(create_async_engine(address, pool_size=pool_size, max_overflow=5, hide_parameters=True))
    if not parsed.drivername.startswith("sqlite"):
        raise UnknownDatabase(scheme=parsed.drivername)
    address = parsed.set(drivername="sqlite+aiosqlite")
    whole = {"async_creator_fn": WholeConnection}
    engine = create_async_engine(address, pool_size=pool_size, hide_parameters=True, connect_args=whole)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return Database(engine)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """WAL, a patient writer, foreign keys; and the driver must not open transactions by its own lights."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=10000",
        "foreign_keys=ON",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
