"""What came back: accepts and receipts of providers, answers of people."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table
from sqlalchemy import UniqueConstraint as Unique

import audiences.stores.tables  # noqa: F401 - these rows point at people, areas and addresses
from ground.tables import Id, Instant, Key, metadata

LONGEST_ID = 80  # of a provider

attempts = Table(  # append-only: every accept by a provider, by its own id
    "attempts",
    metadata,
    Column("account", String(60), primary_key=True),
    Column("provider_id", String(LONGEST_ID), primary_key=True),
    Column("notice_id", Key, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", Instant, nullable=False),  # story time
    Column("learned_at", Instant, nullable=False),
    Index("ix_attempts_delivery", "notice_id", "seq"),
)

receipts = Table(  # append-only: what a provider said of one sending; may come before our own record of it
    "receipts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("account", String(60), nullable=False),
    Column("provider_id", String(LONGEST_ID), nullable=False),
    Column("notice_id", Key),  # NULL until it is known whose it is
    Column("seq", Integer),
    Column("word", String(10), nullable=False),  # accepted progress delivered failed
    Column("detail", String(20), nullable=False),  # the channel's own: sent undelivered downloading played …
    Column("code", String(20), nullable=False, server_default=""),
    Column("fault", String(12)),  # what a failure means for the next try: gone stopped rejected unreachable
    Column("happened_at", Instant, nullable=False),  # story time
    Column("learned_at", Instant, nullable=False),
    Unique("account", "provider_id", "detail", "code"),
)

answers = Table(  # append-only
    "answers",
    metadata,
    Column("id", Key, primary_key=True),
    Column("public_id", Id, nullable=False, unique=True),
    Column("notice_id", Key, ForeignKey("notices.id"), nullable=False),
    Column("address_id", Key, ForeignKey("addresses.id")),  # NULL: entered for a person
    Column("person_id", Key, ForeignKey("people.id")),  # NULL: somebody at this address
    Column("area_id", Key, ForeignKey("areas.id")),
    Column("kind", String(20), nullable=False),  # received safe need_help other
    Column("channel", String(20), nullable=False),
    Column("happened_at", Instant, nullable=False),  # story time
    Column("learned_at", Instant, nullable=False),
    Column("dedupe", String(120), nullable=False, unique=True),  # platform:account:update: counted once
    Index("ix_answers_notice_person", "notice_id", "person_id"),
    Index("ix_answers_notice_address", "notice_id", "address_id"),
)

answer_words = Table(  # erasable: what was said, in their words
    "answer_words",
    metadata,
    Column("answer_id", Key, ForeignKey("answers.id"), primary_key=True),
    Column("words", String(4000), nullable=False),
)

answer_entries = Table(  # append-only: beside an answer that somebody entered for the person
    "answer_entries",
    metadata,
    Column("answer_id", Key, ForeignKey("answers.id"), primary_key=True),
    Column("means", String(20), nullable=False),  # phone radio satellite_phone in_person group_chat
    Column("spoke", String(20), nullable=False),  # self family neighbour official other
    Column("entered_by", String(80), nullable=False),  # who typed it
    Column("entered_at", Instant, nullable=False),  # story time; when it was said stands in the answer
)
