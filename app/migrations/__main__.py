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


VERSIONS = Path(__file__).parent / "versions"
# What Alembic leaves out: links that close a ring of tables (SQLite has them in the table), indexes over expressions.
LEFT_OUT = """
    area = sa.text("coalesce(area_id, 0)")
    op.create_index("uq_saved_audiences_name_area", "saved_audiences", ["name", area], unique=True)
    if op.get_bind().dialect.name == "postgresql":
        for column in ("responsible_a_id", "responsible_b_id"):
            op.create_foreign_key(op.f(f"fk_households_{column}"), "households", "people", [column], ["id"])
"""


def complete_first(revision: Path) -> None:
    """Write into the first revision what Alembic left out of it."""
    text = revision.read_text()
    end = text.index("    # ### end Alembic commands ###")
    revision.write_text(text[:end] + LEFT_OUT.lstrip("\n") + text[end:])


if __name__ == "__main__":
    known = len(list(VERSIONS.glob("*.py")))
    asyncio.run(write_revision(" ".join(sys.argv[1:]) or "Change the tables", f"{known + 1:04}"))
    if known == 0:
        complete_first(next(VERSIONS.glob("*.py")))
