"""The bot's tables: each turn once, and one reader per account."""

from sqlalchemy import Column, ForeignKey, Index, String, Table

import audiences.stores.tables  # noqa: F401 - a turn points at an address
from ground.tables import Instant, Key, metadata

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
