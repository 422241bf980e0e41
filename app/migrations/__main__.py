"""`python -m app.migrations "what changes"`: write the next revision, from the difference to the catalogue."""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import Connection

from app.migrations.upgrading import configuration, migrate
from ground.transaction import open_database


async def write_revision(message: str, number: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(f"sqlite:///{Path(folder) / 'newest.db'}")
        await migrate(database)
        async with database.writing() as tx:
            await tx.connection.run_sync(_compare, message, number)
        await database.close()


def _compare(connection: Connection, message: str, number: str) -> None:
    command.revision(configuration(connection), message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    known = len(list((Path(__file__).parent / "versions").glob("*.py")))
    asyncio.run(write_revision(" ".join(sys.argv[1:]) or "Change the tables", f"{known + 1:04}"))
