"""A transaction that cannot begin says so as the database's other refusals are said."""

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ground.transaction import Database


async def test_a_file_that_another_program_writes_refuses_a_writer_and_lets_a_reader_in(sqlite: Database) -> None:
    address = str(sqlite.engine.url.database)
    async with sqlite.engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA busy_timeout=1")
    async with aiosqlite.connect(address) as other:
        await other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DBAPIError, match="database is locked"):
            async with sqlite.writing():
                raise AssertionError("two write at once")
        async with sqlite.reading() as tx:
            assert await tx.value(text("SELECT 1")) == 1
    async with sqlite.writing() as tx:
        assert await tx.value(text("SELECT 1")) == 1


async def test_what_fails_leaves_nothing_begun(database: Database) -> None:
    async def fail() -> None:
        async with database.writing() as tx:
            await tx.execute(text("CREATE TABLE left_behind (id INTEGER)"))
            raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await fail()
    async with database.writing():
        pass  # nothing is asked of it
    async with database.reading() as tx:
        assert await tx.value(text("SELECT 1")) == 1
