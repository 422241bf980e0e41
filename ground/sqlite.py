"""SQLite's connection: a statement with its rows is one journey to the thread that holds the file.

The driver makes four of it, and each costs as much as most statements.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import aiosqlite


class WholeCursor(aiosqlite.Cursor):
    """Has all rows once the statement is through: what SQLAlchemy asks of it next is at hand."""

    def __init__(self, connection: "WholeConnection") -> None:
        super().__init__(connection, None)  # type: ignore[arg-type] # made where the statement runs
        self._whole = connection
        self._rows: Sequence[Any] = ()

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> "WholeCursor":
        self._cursor, self._rows = await self._execute(self._whole.run, sql, parameters or ())  # type: ignore[no-untyped-call]
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> "WholeCursor":
        self._cursor = await self._execute(self._whole.run_many, sql, parameters)  # type: ignore[no-untyped-call]
        return self

    async def fetchall(self) -> Sequence[Any]:
        return self._rows

    async def close(self) -> None:
        """Nothing is left to be closed: a statement whose rows were all fetched is over."""


class WholeConnection(aiosqlite.Connection):
    def __init__(self, path: str, **options: Any) -> None:
        super().__init__(lambda: sqlite3.connect(path, **options), iter_chunk_size=64)
        self._thread.daemon = True  # it must not hold up the end of the process

    def cursor(self) -> WholeCursor:  # type: ignore[override] # nothing to wait for
        return WholeCursor(self)

    def run(self, sql: str, parameters: Any) -> tuple[sqlite3.Cursor, Sequence[Any]]:
        """Run a statement and fetch its rows; in the connection's own thread."""
        cursor = self._conn.execute(sql, parameters)
        return cursor, cursor.fetchall() if cursor.description else ()

    def run_many(self, sql: str, parameters: Any) -> sqlite3.Cursor:
        return self._conn.executemany(sql, parameters)
