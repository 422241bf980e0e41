"""Duty rosters: shifts of duty rooms, and addresses that belong to an organisation instead of a person."""

from sqlalchemy import Column, ForeignKey, Index, String, Table
from sqlalchemy import UniqueConstraint as Unique

from ground.tables import Instant, Key, metadata

shifts = Table(  # a shift that has begun is closed, never overwritten; one that is taken off before stays, marked gone
    "shifts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("source", String(40), nullable=False),
    Column("external_id", String(165)),  # NULL once it was closed: the file's row is another shift from then on
    Column("organisation_id", Key, ForeignKey("organisations.id"), nullable=False),
    Column("role", String(20), nullable=False),  # duty_officer leader_on_duty
    Column("person_id", Key, ForeignKey("people.id"), nullable=False, index=True),
    Column("backup_id", Key, ForeignKey("people.id"), index=True),
    Column("from_at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
    Column("gone_at", Instant),
    Unique("source", "external_id"),
    Index("ix_shifts_organisation_id_until_at", "organisation_id", "until_at"),
)

organisation_addresses = Table(  # a duty room's landline; a link is ended, never deleted
    "organisation_addresses",
    metadata,
    Column("id", Key, primary_key=True),
    Column("organisation_id", Key, ForeignKey("organisations.id"), nullable=False),
    Column("address_id", Key, ForeignKey("addresses.id"), nullable=False, index=True),
    Column("source", String(40), nullable=False),
    Column("from_at", Instant, nullable=False),
    Column("until_at", Instant),
    Index("ix_organisation_addresses_organisation_id", "organisation_id", "until_at"),
)
