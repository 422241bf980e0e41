"""How people are reached: addresses, whose they are, what their owners agreed to."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, SmallInteger, String, Table
from sqlalchemy import UniqueConstraint as Unique

from ground.tables import Instant, Key, metadata

addresses = Table(  # one row per place a message can be sent to; several people may share it
    "addresses",
    metadata,
    Column("id", Key, primary_key=True),
    Column("channel", String(20), nullable=False),  # sms telegram webchat voice speaker …
    Column("value", String(200)),  # a number, a chat id, a gateway's code; NULL once erased
    Column("verified_at", Instant),
    Column("verified_how", String(40)),
    Column("closed_at", Instant),
    Column("closed_why", String(60)),
    Column("stopped_at", Instant),  # the carrier refuses to deliver until the owner lifts it (Twilio 21610)
    Unique("channel", "value"),
)
Index(
    "ix_addresses_stopped",
    addresses.c.id,
    sqlite_where=addresses.c.stopped_at.is_not(None),
    postgresql_where=addresses.c.stopped_at.is_not(None),
)


address_owners = Table(  # a link is ended, never deleted
    "address_owners",
    metadata,
    Column("address_id", Key, ForeignKey("addresses.id"), primary_key=True),
    Column("person_id", Key, ForeignKey("people.id"), primary_key=True),
    Column("rank", SmallInteger, nullable=False, server_default="0"),  # the person's own order within a channel
    Column("source", String(40), nullable=False),
    Column("external_id", String(120)),  # what the source calls this phone: a new number there closes the old one
    Column("from_at", Instant, nullable=False),
    Column("until_at", Instant),
    Index("ix_address_owners_person", "person_id", "address_id"),
    Index("ix_address_owners_source", "source", "external_id"),
)


consents = Table(  # append-only: the newest row per (address, purpose) counts
    "consents",
    metadata,
    Column("id", Key, primary_key=True),
    Column("address_id", Key, ForeignKey("addresses.id"), nullable=False),
    Column("purpose", String(20), nullable=False),  # warnings lessons
    Column("granted", Boolean, nullable=False),
    Column("how", String(40), nullable=False),
    Column("at", Instant, nullable=False),
)


opt_outs = Table(  # what `consents` comes to, for the join at every claim
    "opt_outs",
    metadata,
    Column("address_id", Key, ForeignKey("addresses.id"), primary_key=True),
    Column("purpose", String(20), primary_key=True),
    Column("since", Instant, nullable=False),
)


proof_codes = Table(  # a one-time code that proves a chat to be a person's; story time, kept as a slow digest
    "proof_codes",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("person_id", Key, ForeignKey("people.id"), nullable=False, index=True),
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("until_at", Instant, nullable=False, index=True),
    Column("used_at", Instant),
    Column("used_by", Key, ForeignKey("addresses.id")),
)


proof_tries = Table(  # wrong codes from one address: after a few, none is looked at for a day
    "proof_tries",
    metadata,
    Column("id", Key, primary_key=True),
    Column("address_id", Key, ForeignKey("addresses.id"), nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Index("ix_proof_tries_address", "address_id", "at"),
)
