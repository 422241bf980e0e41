"""Empty nights that were raised, and contact tests: whom they asked, and what became of each number (append-only)."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table
from sqlalchemy import UniqueConstraint as Unique

import broadcast.stores.tables  # noqa: F401 - these rows point at people, areas and notices
from ground.tables import Id, Instant, Json, Key, metadata

empty_nights = Table(  # nobody is on duty tonight: one row per room and night, told once
    "duty_empty_nights",
    metadata,
    Column("id", Key, primary_key=True),
    Column("organisation_id", Key, ForeignKey("organisations.id"), nullable=False),
    Column("night", String(10), nullable=False),  # the day in whose evening it begins: 2021-06-28
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False, index=True),
    Column("from_at", Instant, nullable=False),  # the first gap of that night
    Column("until_at", Instant, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("told_at", Instant, index=True),
    Column("people", Integer, nullable=False, server_default="0"),  # how many were told
    Unique("organisation_id", "night"),
)

contact_tests = Table(
    "contact_tests",
    metadata,
    Column("id", Key, primary_key=True),
    Column("public_id", Id, nullable=False, unique=True),
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False, index=True),
    Column("duties", Json, nullable=False),  # whose holders are asked
    Column("on_shift", Boolean, nullable=False),  # and whoever is on shift
    Column("size", Integer, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("started_at", Instant, nullable=False),  # story time, as are all but the next
    Column("learned_at", Instant, nullable=False),  # machine time
    Column("deadline_at", Instant, nullable=False),
    Column("stage", String(10), nullable=False, index=True),  # asking asked over
    Column("cursor_id", Key, nullable=False, server_default="0"),  # the person asked, or counted, last
    Column("over_at", Instant),
)

contact_test_people = Table(
    "contact_test_people",
    metadata,
    Column("test_id", Key, ForeignKey("contact_tests.id"), primary_key=True),
    Column("person_id", Key, ForeignKey("people.id"), primary_key=True),
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False),  # where the duty is: scope follows it
    Column("township_id", Key, ForeignKey("areas.id"), nullable=False),  # for which the person counts
    Column("notice_id", Key, ForeignKey("notices.id"), nullable=False, index=True),
    Column("asked_at", Instant, nullable=False),
)

contact_test_results = Table(  # append-only, written when a test is over; people and numbers by id
    "contact_test_results",
    metadata,
    Column("test_id", Key, ForeignKey("contact_tests.id"), primary_key=True),
    Column("person_id", Key, ForeignKey("people.id"), primary_key=True),
    Column("address_id", Key, primary_key=True),  # 0: the person has none
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False, index=True),
    Column("township_id", Key, ForeignKey("areas.id"), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("outcome", String(12), nullable=False),  # bot/cases/contact_test.py
    Column("reached", Boolean, nullable=False),
    Column("seconds", Integer),
    Column("reason", String(60), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_contact_test_results_person_id_address_id", "person_id", "address_id"),
)
