"""Imports under way: what a file said, row by row, kept until it is checked whole and taken over."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, SmallInteger, String, Table

from ground.tables import Instant, Json, Key, metadata

import_runs = Table(  # a row stays while its import is under way
    "import_runs",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", String(30), nullable=False),
    Column("source", String(40), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("area_id", Key, ForeignKey("areas.id")),  # the scope it was checked in
    Column("retires", Boolean, nullable=False),  # whether what is gone from the file is marked as gone
    Column("state", String(10), nullable=False),  # checking applying
    Column("depth", SmallInteger, nullable=False, server_default="0"),  # applied through (depth, line)
    Column("line", Integer, nullable=False, server_default="0"),
    Column("mark", String(160)),  # by which whoever began it finds it again
    Column("started_at", Instant, nullable=False),  # machine time
)

import_rows = Table(
    "import_rows",
    metadata,
    Column("run_id", Key, ForeignKey("import_runs.id"), primary_key=True),
    Column("line", Integer, primary_key=True),  # the row of the file, its header being row 1
    Column("external_id", String(165), nullable=False),
    Column("above", String(40)),  # areas only: the code of the parent
    Column("depth", SmallInteger),  # areas only: taken over parents first; NULL while the parent is not found
    Column("faulty", Boolean, nullable=False),
    Column("content", Json, nullable=False),  # column by column, as parsed
    Index("ix_import_rows_external_id", "run_id", "external_id", "line"),
    Index("ix_import_rows_order", "run_id", "depth", "line"),
    Index("ix_import_rows_above", "run_id", "above"),
)
