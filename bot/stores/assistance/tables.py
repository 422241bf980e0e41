"""The tables of assistance: an application as it stands; beside it, append-only, who decided what and why.

What identifies people lives in `assistance_words`, `assistance_photos` and, apart from the objection itself, in
`assistance_objectors`; all of it can be erased. Steps name people by id.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

import bot.stores.relief.tables  # noqa: F401 - an application stands on a relief request
from ground.tables import Id, Instant, Key, metadata


def _application() -> Column[int]:
    return Column("application_id", Key, ForeignKey("assistance_applications.id"), nullable=False)


def _step(*, nullable: bool = False, unique: bool | None = None) -> Column[int]:
    return Column("step_id", Key, ForeignKey("assistance_steps.id"), nullable=nullable, unique=unique)


def _times() -> tuple[Column[int], Column[int]]:
    """When it was said or done, and when we learned of it; both story time."""
    return Column("happened_at", Instant, nullable=False), Column("learned_at", Instant, nullable=False)


assistance_applications = Table(
    "assistance_applications",
    metadata,
    Column("id", Key, primary_key=True),
    Column("public_id", Id, nullable=False, unique=True),
    Column("request_id", Key, ForeignKey("relief_requests.id"), nullable=False, unique=True),
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False),
    Column("household_id", Key, ForeignKey("households.id"), index=True),
    Column("person_id", Key, ForeignKey("people.id")),  # who applied, where known
    Column("drill", Boolean, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("level", String(12), nullable=False),  # whose turn it is
    Column("round", Integer, nullable=False),
    Column("grade", String(12)),
    Column("rooms", Integer),
    Column("auxiliary", Integer, nullable=False, server_default="0"),
    Column("amount", Integer),  # fen, as proposed
    Column("granted", Integer),  # fen, as decided
    Column("paid", Integer, nullable=False, server_default="0"),  # fen, in all
    Column("filed_at", Instant, nullable=False),
    Column("learned_at", Instant, nullable=False),
    Index("ix_assistance_applications_area", "area_id", "stage", "id"),
)

assistance_steps = Table(  # append-only
    "assistance_steps",
    metadata,
    Column("id", Key, primary_key=True),
    _application(),
    Column("act", String(16), nullable=False),
    Column("from_stage", String(20), nullable=False),
    Column("to_stage", String(20), nullable=False),
    Column("level", String(12), nullable=False),  # whose turn it is from then on
    Column("part", String(12), nullable=False),  # as what the actor acted
    Column("actor", String(80), nullable=False),
    Column("round", Integer, nullable=False),
    Column("grade", String(12)),
    Column("rooms", Integer),
    Column("auxiliary", Integer),
    Column("amount", Integer),
    *_times(),
    Index("ix_assistance_steps_application", "application_id", "id"),
)

assistance_assessors = Table(  # append-only: who assessed, reviewed or decided
    "assistance_assessors",
    metadata,
    Column("step_id", Key, ForeignKey("assistance_steps.id"), primary_key=True),
    Column("person_id", Key, ForeignKey("people.id"), primary_key=True),
    _application(),
    Index("ix_assistance_assessors_application", "application_id"),
)

assistance_words = Table(  # erasable: `words` becomes NULL, the digest stays
    "assistance_words",
    metadata,
    Column("id", Key, primary_key=True),
    _application(),
    _step(),
    Column("kind", String(12), nullable=False),
    Column("words", Text),
    Column("digest", String(64), nullable=False),
    Index("ix_assistance_words_application", "application_id", "id"),
)

assistance_photos = Table(  # erasable: `digest` becomes NULL; taken before repair
    "assistance_photos",
    metadata,
    Column("id", Key, primary_key=True),
    _application(),
    _step(),
    Column("digest", String(64)),
    Index("ix_assistance_photos_application", "application_id", "id"),
)

assistance_notices = Table(  # what was published; the masked name is made of the erasable one when it is shown
    "assistance_notices",
    metadata,
    Column("id", Key, primary_key=True),
    _application(),
    _step(unique=True),
    Column("code", String(16), nullable=False, unique=True),  # of the public page
    Column("grade", String(12), nullable=False),
    Column("rooms", Integer, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("from_at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index("ix_assistance_notices_application", "application_id", "id"),
)

assistance_objections = Table(  # `words` are erasable
    "assistance_objections",
    metadata,
    Column("id", Key, primary_key=True),
    Column("public_id", Id, nullable=False, unique=True),
    _application(),
    Column("notice_id", Key, ForeignKey("assistance_notices.id"), nullable=False),
    Column("step_id", Key, ForeignKey("assistance_steps.id"), nullable=False),
    Column("words", Text),
    Column("digest", String(64), nullable=False),
    Column("outcome", String(16)),  # confirm reassess; empty: it is open
    Column("heard_step_id", Key, ForeignKey("assistance_steps.id")),
    *_times(),
    Index("ix_assistance_objections_application", "application_id", "id"),
)

assistance_objectors = Table(  # erasable, and kept apart: a village never reads this
    "assistance_objectors",
    metadata,
    Column("objection_id", Key, ForeignKey("assistance_objections.id"), primary_key=True),
    Column("name", String(120)),
    Column("phone", String(40)),
    Column("person_id", Key, ForeignKey("people.id")),
)

assistance_appeals = Table(
    "assistance_appeals",
    metadata,
    Column("id", Key, primary_key=True),
    _application(),
    Column("decision_step_id", Key, ForeignKey("assistance_steps.id"), nullable=False),
    Column("until_at", Instant, nullable=False),
    Column("made_at", Instant),
    Column("made_step_id", Key, ForeignKey("assistance_steps.id")),
    Column("outcome", String(16)),  # allow reject lapse
    Index("ix_assistance_appeals_application", "application_id", "id"),
)

assistance_payments = Table(  # append-only
    "assistance_payments",
    metadata,
    Column("id", Key, primary_key=True),
    _application(),
    _step(unique=True),
    Column("amount", Integer, nullable=False),  # fen
    Column("paid_at", Instant, nullable=False),
    Column("learned_at", Instant, nullable=False),
    Index("ix_assistance_payments_application", "application_id"),
)

assistance_deadlines = Table(  # what a sweep finds once it is due
    "assistance_deadlines",
    metadata,
    Column("id", Key, primary_key=True),
    _application(),
    Column("wait", String(12), nullable=False),  # notice hearing appeal
    Column("due_at", Instant, nullable=False),
    Column("met_at", Instant),
    Column("raised_at", Instant),
    Index("ix_assistance_deadlines_application", "application_id", "id"),
)
_WAITING = assistance_deadlines.c.met_at.is_(None) & assistance_deadlines.c.raised_at.is_(None)
Index("ix_assistance_deadlines_due", assistance_deadlines.c.due_at, sqlite_where=_WAITING, postgresql_where=_WAITING)
