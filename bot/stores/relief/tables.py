"""The tables of relief: a request and its counts now; beside it, append-only, how it came to them.

What identifies people (names, numbers, their own words, photos, the very point) lives in `relief_words` and
`relief_photos`, whose contents can be erased; steps and facts name people by id.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

import audiences.stores.tables  # noqa: F401 - a request points at areas, households, people and addresses
from bot.cases.relief import Count
from ground.tables import Id, Instant, Json, Key, metadata


def _request(*, key: bool = False) -> Column[int]:
    return Column("request_id", Key, ForeignKey("relief_requests.id"), primary_key=key, nullable=False)


def _times() -> tuple[Column[int], Column[int]]:
    """When it happened or was said (story time), and when we learned of it (story time)."""
    return Column("happened_at", Instant, nullable=False), Column("learned_at", Instant, nullable=False)


relief_requests = Table(
    "relief_requests",
    metadata,
    Column("id", Key, primary_key=True),
    Column("public_id", Id, nullable=False, unique=True),
    Column("code", String(16), nullable=False, unique=True),  # the tracking number: not to be guessed
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False),
    Column("household_id", Key, ForeignKey("households.id"), index=True),
    Column("address_id", Key, ForeignKey("addresses.id"), index=True),  # where it was reported from
    Column("person_id", Key, ForeignKey("people.id")),  # who reported it, where the address is one person's
    Column("for_whom", String(12), nullable=False),  # own neighbour entered
    Column("drill", Boolean, nullable=False, server_default="0"),
    Column("hazard", String(30)),
    Column("state", String(12), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("level", String(12), nullable=False),  # whose turn it is: village township county
    Column("office_id", Key, ForeignKey("organisations.id")),  # who was told of it last
    Column("assigned_to", Key, ForeignKey("people.id")),
    Column("merged_into", Key, ForeignKey("relief_requests.id")),
    Column("beside", Key, ForeignKey("relief_requests.id")),  # an entry on behalf of the same household, kept beside
    Column("happened_at", Instant, nullable=False),  # when the damage was done, as far as is known
    Column("filed_at", Instant, nullable=False),  # when it was said
    Column("learned_at", Instant, nullable=False),  # when it was entered here
    Column("dedupe", String(160), unique=True),  # the turn or the call that made it
    *(Column(count.value, Integer) for count in Count),
    Index("ix_relief_requests_area", "area_id", "state", "id"),
)

relief_steps = Table(  # append-only
    "relief_steps",
    metadata,
    Column("id", Key, primary_key=True),
    _request(),
    Column("act", String(12), nullable=False),
    Column("from_state", String(12), nullable=False),
    Column("to_state", String(12), nullable=False),
    Column("level", String(12), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("person_id", Key, ForeignKey("people.id")),  # to whom it was assigned
    Column("other_id", Key, ForeignKey("relief_requests.id")),  # into which it was merged
    *_times(),
    Index("ix_relief_steps_request", "request_id", "id"),
)

relief_facts = Table(  # append-only: every count and every code that was ever said; the newest of a name counts
    "relief_facts",
    metadata,
    Column("id", Key, primary_key=True),
    _request(),
    Column("step_id", Key, ForeignKey("relief_steps.id"), nullable=False),
    Column("name", String(20), nullable=False),  # a Count, or damage, need
    Column("code", String(30), nullable=False, server_default=""),  # roof, shelter …
    Column("value", Integer, nullable=False),
    *_times(),
    Index("ix_relief_facts_request", "request_id", "id"),
)

relief_words = Table(  # erasable: `words` becomes NULL, the digest stays
    "relief_words",
    metadata,
    Column("id", Key, primary_key=True),
    _request(),
    Column("step_id", Key, ForeignKey("relief_steps.id"), nullable=False),
    Column("kind", String(12), nullable=False),  # told spot point head phone question answer reason note spoke for
    Column("words", Text),
    Column("digest", String(64), nullable=False),
    Index("ix_relief_words_request", "request_id", "id"),
)

relief_photos = Table(  # erasable: `digest` becomes NULL
    "relief_photos",
    metadata,
    Column("id", Key, primary_key=True),
    _request(),
    Column("step_id", Key, ForeignKey("relief_steps.id"), nullable=False),
    Column("stage", String(12), nullable=False),  # before: before repair; after: as it was settled
    Column("digest", String(64)),  # in ground/media.py
    *_times(),
    Index("ix_relief_photos_request", "request_id", "id"),
)

relief_entries = Table(  # 代录: by what an officer was told, by whom, when, and who typed it when
    "relief_entries",
    metadata,
    _request(key=True),
    Column("means", String(20), nullable=False),
    Column("for_person_id", Key, ForeignKey("people.id")),
    Column("spoke_person_id", Key, ForeignKey("people.id")),
    Column("said_at", Instant, nullable=False),
    Column("typed_by", String(80), nullable=False),
    Column("typed_at", Instant, nullable=False),
)

relief_identity_numbers = Table(  # erasable, and sealed: bot/stores/relief/identity.py
    "relief_identity_numbers",
    metadata,
    _request(key=True),
    Column("sealed", Text),  # NULL once erased
    Column("sealed_by", String(16), nullable=False, index=True),  # which key, by its fingerprint
    Column("actor", String(80), nullable=False),
    *_times(),
)

relief_aid = Table(  # append-only: what was given to a household; a correction takes the place of an earlier entry
    "relief_aid",
    metadata,
    Column("id", Key, primary_key=True),
    Column("public_id", Id, nullable=False, unique=True),
    _request(),
    Column("money", Integer, nullable=False),  # fen
    Column("goods", Integer, nullable=False),  # what the goods are worth: fen
    Column("form", String(20), nullable=False),
    Column("corrects_id", Key, ForeignKey("relief_aid.id"), unique=True),
    Column("actor", String(80), nullable=False),
    *_times(),
    Index("ix_relief_aid_request", "request_id", "id"),
)

relief_households = Table(  # append-only: what sort of household it is, and how many need aid; the newest counts
    "relief_households",
    metadata,
    Column("id", Key, primary_key=True),
    _request(),
    Column("family", String(20), nullable=False),
    Column("in_need", Integer, nullable=False),
    Column("actor", String(80), nullable=False),
    *_times(),
    Index("ix_relief_households_request", "request_id", "id"),
)

relief_deadlines = Table(  # until when an office must have accepted
    "relief_deadlines",
    metadata,
    Column("id", Key, primary_key=True),
    _request(),
    Column("level", String(12), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("met_at", Instant),
    Column("raised_at", Instant),
    Index("ix_relief_deadlines_request", "request_id", "id"),
)
_WAITING = relief_deadlines.c.met_at.is_(None) & relief_deadlines.c.raised_at.is_(None)
Index("ix_relief_deadlines_due", relief_deadlines.c.due_at, sqlite_where=_WAITING, postgresql_where=_WAITING)

relief_reports = Table(  # 初报: what an area owes the county on an event, within two hours of its first request
    "relief_reports",
    metadata,
    Column("id", Key, primary_key=True),
    Column("public_id", Id, nullable=False, unique=True),
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False),
    Column("hazard", String(30), nullable=False, server_default=""),  # as the first request said
    Column("opened_by", Key, ForeignKey("relief_requests.id"), nullable=False),
    Column("opened_at", Instant, nullable=False),  # story time
    Column("due_at", Instant, nullable=False),
    Column("made_at", Instant),
    Column("made_by", String(80)),
    Column("figures", Json),
    Column("raised_at", Instant),
    Index("ix_relief_reports_area", "area_id", "opened_at"),
    Unique("area_id", "opened_by"),
)
_OWED = relief_reports.c.made_at.is_(None) & relief_reports.c.raised_at.is_(None)
Index("ix_relief_reports_due", relief_reports.c.due_at, sqlite_where=_OWED, postgresql_where=_OWED)
