"""The warning itself, every step it took, and the second person it waits for."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, SmallInteger, String, Table
from sqlalchemy import UniqueConstraint as Unique

import audiences.stores.tables  # noqa: F401 - these rows point at people, areas and addresses
from ground.tables import Id, Instant, Json, Key, metadata

alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("identifier", String(250), nullable=False),  # CAP identifier: with sender and sent, the identity
    Column("sender", String(250), nullable=False),
    Column("sent", Instant, nullable=False),  # fixed when drafted from CAP, else when issued; never changes after
    Column("sent_text", String(40), nullable=False, server_default=""),  # as it was written, offset notation kept
    Column("status", String(10), nullable=False),  # Actual Exercise Test …: never becomes another
    Column("msg_type", String(10), nullable=False),  # Alert Update Cancel
    Column("ending", String(12)),  # lifted lowered correction: why a Cancel or Update was said
    Column("state", String(12), nullable=False),  # draft submitted approved issued updated ended expired
    Column("level", SmallInteger, nullable=False),  # 1 red … 4 blue
    Column("event_code", String(12), nullable=False),
    Column("content", Json, nullable=False),  # broadcast/alerts/model.py, language by language
    Column("target", Json, nullable=False),  # ordered rules, see audiences/targeting.py
    Column("asks_answer", Boolean, nullable=False, server_default="1"),
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False),  # the scope it belongs to
    Column("replaces_id", Id, ForeignKey("alerts.id"), index=True),
    Column("author", String(80), nullable=False),
    Column("approver", String(80)),
    Column("confirmer", String(80)),  # the second person after a correction that one person issued
    Column("audience_id", Key, ForeignKey("audiences.id")),
    Column("onset", Instant),
    Column("expires", Instant, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),  # rises with each edit; a stale edit is refused
    Column("cap_digest", String(64)),  # of the CAP file it came from, kept in media
    Column("source", String(40), nullable=False, server_default="officer"),
    Unique("sender", "identifier", "sent"),
)

alert_steps = Table(  # append-only: every transition, by whom
    "alert_steps",
    metadata,
    Column("id", Key, primary_key=True),
    Column("alert_id", Id, ForeignKey("alerts.id"), nullable=False, index=True),
    Column("from_state", String(12), nullable=False),
    Column("to_state", String(12), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("reason", String(400), nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
    Column("learned_at", Instant, nullable=False),
)

confirmations = Table(  # the second person afterwards: one row for whatever one person issued alone
    "confirmations",
    metadata,
    Column("alert_id", Id, ForeignKey("alerts.id"), primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("told_at", Instant),  # when it was called unconfirmed and those above were told: once
    Column("confirmed_at", Instant),  # by whom: alerts.confirmer
)
