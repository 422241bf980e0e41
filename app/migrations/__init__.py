"""The tables as they grow: Alembic revisions, run by the hub itself on SQLite and on PostgreSQL."""

from app.migrations.upgrading import migrate, needed_revision, present_revision

__all__ = ["migrate", "needed_revision", "present_revision"]
