"""Notices with their words and counters, and the stops that hold them back."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, SmallInteger, String, Table, text

import audiences.stores.tables  # noqa: F401 - these rows point at people, areas and addresses
from ground.tables import Id, Instant, Json, Key, metadata

notices = Table(
    "notices",
    metadata,
    Column("id", Key, primary_key=True),
    Column("public_id", Id, nullable=False, unique=True),
    Column(
        "origin", String(60), nullable=False, index=True
    ),  # who asked for it: alert:<id>, reply:<id>, talk:<id>, relief:<id> …
    Column("kind", String(20), nullable=False),  # alarm update lifted lowered correction reply note
    Column("purpose", String(20), nullable=False),  # warnings lessons replies: which opt-out counts
    Column("lane", String(10), nullable=False),
    Column("guarantee", String(14), nullable=False),  # at_least_once at_most_once
    Column("drill", Boolean, nullable=False),
    Column("asks_answer", Boolean, nullable=False),
    Column("policy", Json, nullable=False),  # broadcast/dispatch/fallback.py: channels in order, waits
    Column("audience_id", Key, ForeignKey("audiences.id")),
    Column("area_id", Key, ForeignKey("areas.id")),  # the scope; NULL for a reply to nobody known
    Column("tells_heard_of", Json, nullable=False),  # ids of notices whose hearers are told too
    Column("state", String(10), nullable=False),  # prepared planning planned
    Column("planned_through", Integer, nullable=False, server_default="0"),  # audience seq planned so far
    Column("size", Integer, nullable=False, server_default="0"),  # the highest delivery seq so far
    Column("valid_from", Instant, nullable=False),
    Column("expires", Instant),  # story time; nothing is claimed after it. NULL: an ending is not bound
    Column("superseded_at", Instant),
    Column("superseded_by", Key, ForeignKey("notices.id")),
    Column("swept", Boolean, nullable=False, server_default="0"),  # unsent deliveries already turned to their end
    Column("made_at", Instant, nullable=False),
    Index("ix_notices_kind", "kind", "made_at"),
    Index("ix_notices_asking", "expires", postgresql_where=text("asks_answer"), sqlite_where=text("asks_answer = 1")),
)

notice_words = Table(  # one composition per channel, language and rule
    "notice_words",
    metadata,
    Column("notice_id", Key, ForeignKey("notices.id"), primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("language", String(20), primary_key=True),
    Column("rule", SmallInteger, primary_key=True),
    Column("message", Json, nullable=False),  # broadcast/content/message.py
    Column("digest", String(64), nullable=False),
)

counters = Table(  # progress, written with each batch: never counted by scanning deliveries
    "counters",
    metadata,
    Column("notice_id", Key, ForeignKey("notices.id"), primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("area_id", Key, primary_key=True),  # 0: none
    Column("state", String(20), primary_key=True),  # a delivery state, or maybe_twice, answered, sharers
    Column("n", Integer, nullable=False),
)

stops = Table(  # append-only but for `lifted_at`: read at every claim
    "stops",
    metadata,
    Column("id", Key, primary_key=True),
    Column("notice_id", Key, ForeignKey("notices.id")),
    Column("channel", String(20)),  # neither notice nor channel: everything
    Column("actor", String(80), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("at", Instant, nullable=False),
    Column("lifted_at", Instant),
    Column("lifted_by", String(80)),
    Column("went_out", Integer, nullable=False, server_default="0"),  # sendings that were under way already
)
