"""Bringing a database to the newest revision, in one transaction, however many processes begin it at once."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from ground.transaction import Database, Dialect, Transaction

ONE_AT_A_TIME = 0x6D696E676C756F  # the key of the advisory lock: "mingluo"


async def migrate(database: Database) -> None:
    """Bring the tables to the newest revision; whoever comes second waits, and then finds nothing to do."""
    if database.dialect is Dialect.SQLITE:
        await _migrate_sqlite(database)
        return
    async with database.writing() as tx:
        await tx.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
        await tx.connection.run_sync(_upgrade)


async def _migrate_sqlite(database: Database) -> None:
    """SQLite changes a column by copying its table, which must not pull the rows along that point at it."""
    async with database.engine.connect() as connection:
        await connection.exec_driver_sql("PRAGMA foreign_keys=OFF")  # of no effect within a transaction
        try:
            await connection.exec_driver_sql("BEGIN IMMEDIATE")  # keeps others out
            await connection.run_sync(_upgrade)
            if (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first() is not None:
                raise RuntimeError("a migration left rows that point nowhere")
            await connection.commit()
        finally:
            await connection.rollback()
            await connection.exec_driver_sql("PRAGMA foreign_keys=ON")


async def present_revision(tx: Transaction) -> str | None:
    """Return the revision that the tables are at; None if there are none yet."""
    return await tx.connection.run_sync(
        lambda connection: MigrationContext.configure(connection).get_current_revision()
    )


@cache
def needed_revision() -> str | None:
    """Return the revision that this version of the hub needs."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def configuration(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(connection: Connection) -> None:
    command.upgrade(configuration(connection), "head")
