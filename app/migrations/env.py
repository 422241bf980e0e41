"""Alembic's way in: it runs on the connection that app/migrations/upgrading.py hands over, in its transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from app.migrations.catalogue import metadata
from ground.tables import Json


def spell(kind: str, thing: Any, written: AutogenContext) -> str | Literal[False]:
    """Write our own JSON column as it is meant; Alembic leaves out what JSONB needs."""
    if kind != "type" or thing is not Json:
        return False
    written.imports.add("from sqlalchemy.dialects import postgresql")
    return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a column only by copying the table
    render_item=spell,
    compare_type=True,
)
context.run_migrations()
