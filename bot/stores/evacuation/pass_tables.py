"""The tables of sheets and shelters: codes that a household shows at a shelter's door, and what opens papers and doors.

A code says nothing to whoever finds it: it is a key into the roll for a shelter's keeper alone.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table
from sqlalchemy import UniqueConstraint as Unique

import bot.stores.evacuation.tables  # noqa: F401 - these rows point at orders
from ground.tables import Id, Instant, Key, metadata

codes = Table(  # one for each household of an order, and for whoever stands on no list
    "evacuation_codes",
    metadata,
    Column("code", String(16), primary_key=True),
    Column("order_id", Key, ForeignKey("evacuation_orders.id"), nullable=False),
    Column("area_id", Key, nullable=False),
    Column("household_id", Key),
    Column("line_id", Key),  # of somebody who was found
    Unique("order_id", "household_id"),
    Unique("order_id", "line_id"),
    Index("ix_evacuation_codes_area", "order_id", "area_id"),
)

passes = Table(  # what opens a printable sheet, or a shelter's door page, without a password and for a while
    "evacuation_passes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of what only its owner was sent
    Column("order_id", Key, ForeignKey("evacuation_orders.id")),  # of a sheet
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False),
    Column("site_id", Key, ForeignKey("sites.id")),  # of a shelter's door
    Column("drill", Boolean, nullable=False),
    Column("person_id", Key, nullable=False),
    Column("address_id", Key, ForeignKey("addresses.id")),  # of a door: that to which it was sent
    Column("made_at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False, index=True),
)

pass_sessions = Table(  # the browsers that opened a shelter's door
    "evacuation_pass_sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("pass_id", Id, ForeignKey("evacuation_passes.id"), nullable=False, index=True),
    Column("opened_at", Instant, nullable=False),
)
