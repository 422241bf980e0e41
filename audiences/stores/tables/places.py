"""Where: areas as a tree by parent link with its closure, sites of danger and of refuge, loudspeaker gateways."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, SmallInteger, String, Table
from sqlalchemy import UniqueConstraint as Unique

from audiences.stores.tables.columns import area, origin
from ground.tables import Instant, Key, metadata

areas = Table(
    "areas",
    metadata,
    Column("id", Key, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),  # a name, never structure
    Column("name", String(120), nullable=False),
    Column("folded", String(120), nullable=False, index=True),  # the name as people type it: see audiences/areas.py
    Column("level", String(20), nullable=False),  # province prefecture county township village group grid …
    Column("parent_id", Key, ForeignKey("areas.id"), index=True),
    Column("source", String(40), nullable=False),
    Column("gone_at", Instant),  # no longer in its source; never deleted
)


area_closure = Table(  # an area is its own ancestor at depth 0
    "area_closure",
    metadata,
    Column("ancestor_id", Key, ForeignKey("areas.id"), primary_key=True),
    Column("descendant_id", Key, ForeignKey("areas.id"), primary_key=True),
    Column("depth", SmallInteger, nullable=False),
    Index("ix_area_closure_descendant", "descendant_id", "ancestor_id"),
)


sites = Table(
    "sites",
    metadata,
    Column("id", Key, primary_key=True),
    *origin(),
    Column("kind", String(30), nullable=False),  # reservoir hill_pond tailings_pond landslide_spot flash_flood_zone …
    Column("name", String(120), nullable=False),
    area(),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("gone_at", Instant),
    Unique("source", "external_id"),
)


site_limits = Table(  # what a water level is held against, in whole centimetres of the site's own gauge
    "site_limits",
    metadata,
    Column("site_id", Key, ForeignKey("sites.id"), primary_key=True),
    Column("flood_limit", Integer),  # 汛限水位
    Column("crest", Integer),  # 坝顶
    Column("source", String(40), nullable=False, server_default=""),
    Column("external_id", String(80)),
    Column("gone_at", Instant),
    Unique("source", "external_id"),
)


gateways = Table(  # a village loudspeaker's gateway: a public place with an address of channel `speaker`
    "gateways",
    metadata,
    Column("id", Key, primary_key=True),
    Column("code", String(60), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    area(),
    Column("address_id", Key, ForeignKey("addresses.id"), nullable=False, unique=True),
    Column("source", String(40), nullable=False),
    Column("secret_digest", String(100)),  # of the broker account's password
    Column("state", String(20), nullable=False, server_default="unknown"),  # unknown online offline
    Column("heard_at", Instant),  # the last heartbeat, machine time
    Column("gone_at", Instant),
)


village_codes = Table(  # what a poster prints: it gives a village, not an identity; made when it is first asked for
    "village_codes",
    metadata,
    Column("area_id", Key, ForeignKey("areas.id"), primary_key=True),
    Column("code", String(6), nullable=False, unique=True),
    Column("made_at", Instant, nullable=False),
)


area_readings = Table(  # how an area's name is typed without Chinese letters; a round keeps it as the names are
    "area_readings",
    metadata,
    Column("area_id", Key, ForeignKey("areas.id"), primary_key=True),
    Column("folded", String(120), nullable=False),  # the name that was read
    Column("full", String(400), nullable=False, index=True),  # checao
    Column("initials", String(120), nullable=False, index=True),  # cc
)
