"""The bot's tables: each turn once, the talks that are open, and one reader per account."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

import audiences.stores.tables  # noqa: F401 - a turn points at an address
from ground.tables import Instant, Json, Key, metadata

turns = Table(  # a row makes a turn heard: it is written in the transaction of the answer and the reply
    "turns",
    metadata,
    Column("platform", String(20), primary_key=True),
    Column("account", String(60), primary_key=True),
    Column("update_id", String(80), primary_key=True),
    Column("address_id", Key, ForeignKey("addresses.id"), nullable=False),
    Column("happened_at", Instant, nullable=False),  # story time
    Column("learned_at", Instant, nullable=False),  # machine time
    Index("ix_turns_learned_at", "learned_at"),
)

readers = Table(  # who reads the updates of an account: a lease, so that there is only one
    "readers",
    metadata,
    Column("account", String(60), primary_key=True),
    Column("holder", String(60), nullable=False),
    Column("lease_until", Instant, nullable=False),  # machine time
)

talks = Table(  # an open conversation at one address; what it gathered (people's own words) goes when it ends
    "talks",
    metadata,
    Column("id", Key, primary_key=True),
    Column("address_id", Key, ForeignKey("addresses.id"), nullable=False),
    Column("flow", String(30), nullable=False),
    Column("step", String(40), nullable=False),
    Column("facts", Json, nullable=False),
    Column("trail", Json, nullable=False),  # [[step, facts], …]: the way back
    Column("about", String(80), nullable=False, server_default=""),  # the case that it belongs to
    Column("offered", Json, nullable=False),  # the choices of the open question
    Column("many", Boolean, nullable=False, server_default="0"),
    Column("asked_notice", Key, nullable=False, server_default="0"),  # what carried the question
    Column("turn", Integer, nullable=False),  # rises with every question at this address: the highest asked last
    Column("opened_at", Instant, nullable=False),  # story time, as are these
    Column("touched_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_talks_address", "address_id", "turn"),
    Index("ix_talks_touched_at", "touched_at"),
)

newcomers = Table(  # what an address told us before anybody knows whose it is
    "newcomers",
    metadata,
    Column("address_id", Key, ForeignKey("addresses.id"), primary_key=True),
    Column("language", String(20), nullable=False),
    Column("area_id", Key, ForeignKey("areas.id")),
    Column("met_at", Instant, nullable=False),
)
