"""Calling tables: who must answer which warning, as an area has it; every version stays."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy import UniqueConstraint as Unique

import audiences.stores.tables  # noqa: F401 - these rows point at areas
from ground.tables import Instant, Json, Key, metadata

calling_policies = Table(  # append-only; the newest version of an area holds
    "calling_policies",
    metadata,
    Column("id", Key, primary_key=True),
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False),
    Column("version", Integer, nullable=False),  # of this area, from 1
    Column("occasions", Json),  # broadcast/ladders/occasions.py; NULL: what holds above holds here again
    Column("reason", String(400), nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("learned_at", Instant, nullable=False),
    Unique("area_id", "version"),
)
