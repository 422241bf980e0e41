"""Audiences: as they were saved by name, and as they were frozen at one moment."""

from sqlalchemy import Column, ForeignKey, Index, Integer, SmallInteger, String, Table, func

from ground.tables import Instant, Json, Key, metadata

saved_audiences = Table(
    "saved_audiences",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("area_id", Key, ForeignKey("areas.id")),  # the scope it was saved in; NULL: the whole deployment
    Column("expression", Json, nullable=False),  # JSON form, see audiences/targeting/json_form.py
    Column("saved_at", Instant, nullable=False),
    Column("saved_by", String(80), nullable=False),
)
Index(  # two counties may each have their "danger zones"
    "uq_saved_audiences_name_area", saved_audiences.c.name, func.coalesce(saved_audiences.c.area_id, 0), unique=True
)


audiences = Table(  # what an expression came to, at one moment
    "audiences",
    metadata,
    Column("id", Key, primary_key=True),
    Column("rules", Json, nullable=False),  # the officer's ordered rules: [{"name": …, "expression": …}, …]
    Column("actor_area_id", Key, ForeignKey("areas.id")),  # the scope it was frozen in
    Column("asked_at", Instant, nullable=False),
    Column("frozen_at", Instant),  # NULL while slices are still being frozen
    Column("stage", String(20), nullable=False, server_default="duties"),  # duties people gateways frozen
    Column("cursor_area_id", Key, nullable=False, server_default="0"),
    Column("cursor_id", Key, nullable=False, server_default="0"),
    Column("size", Integer, nullable=False, server_default="0"),  # the highest seq so far
)


# One row per person or per gateway; nobody is ever taken out. Without foreign keys: the rows are selected from the
# directory itself, which deletes nothing, and four checks a row cost three times as much as the row.
audience_members = Table(
    "audience_members",
    metadata,
    Column("audience_id", Key, primary_key=True),
    Column("seq", Integer, primary_key=True),  # dense, from 1
    Column("person_id", Key),
    Column("gateway_id", Key),
    Column("area_id", Key, nullable=False),  # the duty's place for duty holders, else home
    Column("rule", SmallInteger, nullable=False),  # index of the first rule that matched: it gives the words
    Column("why", String(40), nullable=False, server_default="frozen"),  # frozen · duty.handed_over · …
)


def _once_per_audience(column: Column[int]) -> Index:
    filled = column.is_not(None)
    name = f"uq_audience_members_{column.name}"
    return Index(name, "audience_id", column, unique=True, sqlite_where=filled, postgresql_where=filled)


_once_per_audience(audience_members.c.person_id)
_once_per_audience(audience_members.c.gateway_id)
