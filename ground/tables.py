"""The one catalogue of tables and the column types that mean the same on SQLite and on PostgreSQL."""

from sqlalchemy import JSON, BigInteger, Column, Integer, MetaData, SmallInteger, String, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    },
)

Key = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers rows by itself only in an INTEGER key
Instant = BigInteger  # milliseconds since 1970, UTC; see ground/clock.py
Id = String(36)  # UUIDv7
Json = JSON().with_variant(JSONB(), "postgresql")


events = Table(
    "events",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", String(60), nullable=False),  # noun.participle: alert.issued, address.opened
    Column("subject", String(80), nullable=False),  # what it is about, by id
    Column("facts", Json, nullable=False),  # ids and numbers only: nothing that identifies a person
    Column("happened_at", Instant, nullable=False),  # story time
    Column("learned_at", Instant, nullable=False),  # machine time
)

unread_events = Table(
    "unread_events",
    metadata,
    Column("subscriber", String(60), primary_key=True),
    Column("event_id", Key, primary_key=True),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Key, primary_key=True),
    Column("actor", String(80), nullable=False),
    Column("deed", String(60), nullable=False),  # noun.participle
    Column("subject", String(80), nullable=False),
    Column("facts", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("learned_at", Instant, nullable=False),
)

media = Table(
    "media",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256, hexadecimal
    Column("mime_type", String(60), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("duration_ms", BigInteger),
    Column("stored_at", Instant, nullable=False),
    Column("note", Text),
)

released_media = Table(  # let go by an erasure: a file that nobody else holds is deleted by the sweep
    "released_media",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("released_at", Instant, nullable=False),  # machine time
)
