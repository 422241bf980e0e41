"""What opens a door, kept as SHA-256 digests only, and the answers kept for calls that are repeated."""

from sqlalchemy import Column, ForeignKey, LargeBinary, SmallInteger, String, Table

import audiences.stores.tables  # noqa: F401 - tokens point at operators
from ground.tables import Id, Instant, metadata

tokens = Table(  # an operator's bearer token; machine time throughout
    "tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("operator_id", Id, ForeignKey("operators.id"), nullable=False, index=True),
    Column("label", String(80), nullable=False),  # what it is for: console, gateway of the weather office …
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("until_at", Instant),
    Column("revoked_at", Instant),
)

one_time_codes = Table(  # exchanged once for a token
    "one_time_codes",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("operator_id", Id, ForeignKey("operators.id")),  # NULL: makes the first administrator
    Column("made_at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
    Column("used_at", Instant),
)

sessions = Table(  # of a browser; ends with its token
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("token_id", Id, ForeignKey("tokens.id"), nullable=False, index=True),
    Column("made_at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
)

kept_answers = Table(  # what an unsafe call with an Idempotency-Key was answered, written in its own transaction
    "kept_answers",
    metadata,
    Column("operator_id", Id, primary_key=True),
    Column("key", String(120), primary_key=True),
    Column("call_digest", String(64), nullable=False),  # SHA-256 of method, path, query and body
    Column("status", SmallInteger),  # NULL while the call is carried out: an import takes several transactions
    Column("content_type", String(80)),
    Column("body", LargeBinary),
    Column("made_at", Instant, nullable=False, index=True),
)
