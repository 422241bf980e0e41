"""Who: households, people, and what identifies them in rows of its own that can be erased."""

from sqlalchemy import Column, Float, ForeignKey, Index, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from audiences.stores.tables.columns import area, origin
from ground.tables import Instant, Json, Key, metadata

households = Table(
    "households",
    metadata,
    Column("id", Key, primary_key=True),
    *origin(),
    area(),  # the group or village it belongs to
    Column("latitude", Float),
    Column("longitude", Float),
    Column("hazard", String(30)),  # landslide flash_flood … by short code
    Column("site_id", Key, ForeignKey("sites.id"), index=True),  # the dangerous spot it lives under
    Column("responsible_a_id", Key, ForeignKey("people.id", use_alter=True)),
    Column("responsible_b_id", Key, ForeignKey("people.id", use_alter=True)),
    Column("assembly_point", String(120)),
    Column("shelter_id", Key, ForeignKey("sites.id")),
    Column("route", Text),
    Column("gone_at", Instant),
    Unique("source", "external_id"),
)


people = Table(
    "people",
    metadata,
    Column("id", Key, primary_key=True),
    *origin(),
    area(),  # where the person lives
    Column("household_id", Key, ForeignKey("households.id"), index=True),
    Column("language", String(20), nullable=False, server_default="zh_CN"),
    Column("phone_kind", String(20), nullable=False, server_default="smart"),  # smart feature landline shared none
    Column("whereabouts", String(20), nullable=False, server_default="home"),  # home away
    Column("gone_at", Instant),
    Unique("source", "external_id"),
    Index("ix_people_area_id_id", "area_id", "id"),
)


particulars = Table(  # erasable
    "particulars",
    metadata,
    Column("person_id", Key, ForeignKey("people.id"), primary_key=True),
    Column("name", String(120), nullable=False),
)


needs = Table(  # plain short codes: needs_vehicle cannot_walk lives_alone power_dependent; never a diagnosis
    "needs",
    metadata,
    Column("person_id", Key, ForeignKey("people.id"), primary_key=True),
    Column("code", String(30), primary_key=True),
    Index("ix_needs_code", "code", "person_id"),
)


relatives = Table(
    "relatives",
    metadata,
    Column("person_id", Key, ForeignKey("people.id"), primary_key=True),
    Column("relative_id", Key, ForeignKey("people.id"), primary_key=True),
    Column("relation", String(30), nullable=False),
    Column("source", String(40), nullable=False, server_default=""),
    Column("external_id", String(165)),
    Column("gone_at", Instant),
    Unique("source", "external_id"),
)


erasures = Table(  # somebody who is being forgotten: `name` and `numbers` say what to look for, until it is done
    "erasures",
    metadata,
    Column("person_id", Key, ForeignKey("people.id"), primary_key=True),
    Column("household_id", Key),
    Column("area_id", Key, nullable=False),
    Column("name", String(120)),
    Column("numbers", Json, nullable=False),
    Column("stage", String(30), nullable=False),  # asked, the step that is under way, done
    Column("through", Key, nullable=False, server_default="0"),  # the row of that step that was looked at last
    Column("asked_at", Instant, nullable=False),  # story time
    Column("done_at", Instant),
)
_UNDER_WAY = erasures.c.done_at.is_(None)
Index("ix_erasures_open", erasures.c.asked_at, sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY)
