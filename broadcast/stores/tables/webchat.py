"""The web chat: one row per browser that was written to, and what it was told until it is forgotten."""

from sqlalchemy import Column, Index, Integer, String, Table

from ground.tables import Instant, Json, Key, metadata

webchat_sessions = Table(  # the row's lock puts what is written to one browser in order, whoever writes it
    "webchat_sessions",
    metadata,
    Column("address", String(64), primary_key=True),  # SHA-256 of the browser's secret
    Column("tag", String(8), nullable=False),  # another one after an erasure, so that numbers may begin anew
    Column("last_seq", Integer, nullable=False),
    Column("ended_at", Instant),  # machine time: the owner cleared the browser, nothing is written there any more
)

webchat_messages = Table(  # erasable
    "webchat_messages",
    metadata,
    Column("address", String(64), primary_key=True),
    Column("seq", Integer, primary_key=True),  # dense enough to resume from: committed in order for each address
    Column("notice_id", Key, nullable=False),
    Column("delivery_seq", Integer, nullable=False),
    Column("message", Json, nullable=False),
    Column("at", Instant, nullable=False),  # story time
    Column("learned_at", Instant, nullable=False),  # machine time
    Column("seen_at", Instant),  # story time at which the page said that it has it
    Index("uq_webchat_messages_delivery", "notice_id", "delivery_seq", unique=True),  # sent again, shown once
    Index("ix_webchat_messages_learned_at", "learned_at"),
)
