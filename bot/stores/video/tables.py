"""The tables of video checks: who was asked to show what, links as digests, append-only evidence, alarms, spot checks.

Places of phones and raw words stand in rows of their own that can be erased; evidence keeps digests and distances.
"""

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, SmallInteger, String, Table
from sqlalchemy import UniqueConstraint as Unique

import broadcast.stores.tables  # noqa: F401 - these rows point at people, areas, sites and warnings
from ground.tables import Id, Instant, Json, Key, metadata

video_checks = Table(
    "video_checks",
    metadata,
    Column("id", Key, primary_key=True),
    Column("public_id", Id, nullable=False, unique=True),
    Column("code", String(4), nullable=False),  # four digits: shown on the page, burnt into what it photographs
    Column("site_id", Key, ForeignKey("sites.id")),  # NULL: a person was asked who answers for no site
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False),
    Column("person_id", Key, ForeignKey("people.id")),  # who was asked; NULL: nobody holds the duty
    Column("drill", Boolean, nullable=False),
    Column("draw_id", Key, ForeignKey("video_draws.id")),  # a spot check, and which drawing it came out of
    Column("asked_by", String(80), nullable=False),
    Column("asked_at", Instant, nullable=False),  # story time, as are all here but `learned_at`
    Column("learned_at", Instant, nullable=False),  # machine time
    Column("due_at", Instant, nullable=False),
    Column("state", String(12), nullable=False),
    Column("opened_at", Instant),
    Column("showing_at", Instant),  # the first picture
    Column("answered_at", Instant),
    Column("via", String(8)),  # page chat sms phone: of the first answer
    Column("overdue_at", Instant),  # nobody had answered at the deadline: told once
    Column("judged_at", Instant),
    Column("judged_by", String(80)),
    Column("reason", String(400), nullable=False, server_default=""),
    Column("alert_id", Id, ForeignKey("alerts.id")),  # the draft that a check opened which did not pass
    Index("ix_video_checks_due", "overdue_at", "state", "due_at"),
    Index("ix_video_checks_site", "site_id", "id"),
    Index("ix_video_checks_person", "person_id", "state"),
    Index("ix_video_checks_area", "area_id", "id"),
    Index("ix_video_checks_draw", "draw_id"),
)

video_links = Table(  # opened once; a newer one of the same check takes its place
    "video_links",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the secret
    Column("check_id", Key, ForeignKey("video_checks.id"), nullable=False, index=True),
    Column("site_id", Key),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("opened_at", Instant),
    Column("replaced_at", Instant),
)

video_sessions = Table(  # the one device that opened a link
    "video_sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("link_id", Id, ForeignKey("video_links.id"), nullable=False, unique=True),
    Column("check_id", Key, ForeignKey("video_checks.id"), nullable=False, index=True),
    Column("opened_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

video_evidence = Table(  # append-only: what was shown, by the digest of its very bytes
    "video_evidence",
    metadata,
    Column("id", Key, primary_key=True),
    Column("public_id", Id, nullable=False, unique=True),
    Column("check_id", Key, ForeignKey("video_checks.id"), nullable=False),
    Column("site_id", Key),
    Column("area_id", Key, nullable=False),
    Column("kind", String(12), nullable=False),  # still clip_chunk
    Column("shot", String(10)),  # gauge crest spillway outlet surface
    Column("clip", String(40)),
    Column("number", Integer),  # of the piece within its clip
    Column("digest", String(64), nullable=False),  # SHA-256 of the original bytes, as they came
    Column("mime_type", String(60), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("shown_digest", String(64)),  # the reduced copy without the camera's own marks
    Column("source", String(8), nullable=False),  # page upload chat sms
    Column("taken_at", Instant),  # the phone's claim
    Column("received_at", Instant, nullable=False),  # story time
    Column("learned_at", Instant, nullable=False),  # machine time
    Column("metres", Integer),  # from the site; NULL: unknown
    Column("findings", Json, nullable=False),  # what speaks against its freshness: words of bot/cases/freshness.py
    Column("dedupe", String(120), nullable=False),
    Unique("check_id", "dedupe"),
    Index("ix_video_evidence_check", "check_id", "id"),
)

video_looks = Table(  # how a still looks: what looks alike differs in few bits
    "video_looks",
    metadata,
    Column("evidence_id", Key, ForeignKey("video_evidence.id"), primary_key=True),
    Column("site_id", Key),
    Column("check_id", Key, nullable=False),
    Column("look", String(16)),  # dHash; NULL: nobody has looked yet; empty: it could not be looked at
    Column("alike_id", Key),  # a photo of an earlier check of the site that looks the same
    Index("ix_video_looks_site", "site_id", "evidence_id"),
    Index("ix_video_looks_look", "look"),
)

video_places = Table(  # erasable: where the phone was
    "video_places",
    metadata,
    Column("evidence_id", Key, ForeignKey("video_evidence.id"), primary_key=True),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("accuracy_m", Integer),
)

video_answers = Table(  # append-only; of each thing the last word counts
    "video_answers",
    metadata,
    Column("id", Key, primary_key=True),
    Column("check_id", Key, ForeignKey("video_checks.id"), nullable=False),
    Column("area_id", Key, nullable=False),
    Column("level_cm", Integer),
    Column("trend", String(8)),
    Column("spillway", String(8)),
    Column("seepage", String(8)),
    Column("cracks", Boolean),
    Column("via", String(8), nullable=False),
    Column("by", String(80), nullable=False),  # person:<id> address:<id> operator:<id>
    Column("happened_at", Instant, nullable=False),
    Column("learned_at", Instant, nullable=False),
    Column("dedupe", String(200), nullable=False),
    Unique("check_id", "dedupe"),
)

video_words = Table(  # erasable: what was typed
    "video_words",
    metadata,
    Column("answer_id", Key, ForeignKey("video_answers.id"), primary_key=True),
    Column("words", String(1000), nullable=False),
)

video_heard = Table(  # append-only: which answers were said by telephone, and who wrote them down
    "video_heard",
    metadata,
    Column("answer_id", Key, ForeignKey("video_answers.id"), primary_key=True),
    Column("typed_by", String(80), nullable=False),
)

video_speakers = Table(  # erasable: the name of somebody who spoke and whom the directory does not know
    "video_speakers",
    metadata,
    Column("answer_id", Key, ForeignKey("video_answers.id"), primary_key=True),
    Column("name", String(120), nullable=False),
)

video_judgements = Table(  # append-only
    "video_judgements",
    metadata,
    Column("id", Key, primary_key=True),
    Column("check_id", Key, ForeignKey("video_checks.id"), nullable=False, index=True),
    Column("area_id", Key, nullable=False),
    Column("result", String(12), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("learned_at", Instant, nullable=False),
)

video_alarms = Table(  # each once for a check, whatever is said again
    "video_alarms",
    metadata,
    Column("check_id", Key, ForeignKey("video_checks.id"), primary_key=True),
    Column("kind", String(10), primary_key=True),
    Column("area_id", Key, nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("told_people", Integer, nullable=False, server_default="0"),
)

video_sites = Table(  # how a site stands: written with whatever changes it; drills change nothing
    "video_sites",
    metadata,
    Column("site_id", Key, ForeignKey("sites.id"), primary_key=True),
    Column("area_id", Key, nullable=False, index=True),
    Column("light", String(8), nullable=False),
    Column("check_id", Key, nullable=False),  # the check that set the light
    Column("changed_at", Instant, nullable=False),
    Column("asked_at", Instant),  # last time anybody was asked
    Column("seen_at", Instant),  # last time it was seen and judged
)

video_policies = Table(  # so many sites of a kind at random a day
    "video_policies",
    metadata,
    Column("id", Key, primary_key=True),
    Column("public_id", Id, nullable=False, unique=True),
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False, index=True),
    Column("site_kind", String(30), nullable=False),
    Column("number", SmallInteger, nullable=False),  # sites a day
    Column("hour", SmallInteger, nullable=False),  # Beijing time
    Column("within_days", SmallInteger, nullable=False),  # every site at least once in so many
    Column("answer_ms", BigInteger, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

video_draws = Table(  # one a policy and day, whoever draws first
    "video_draws",
    metadata,
    Column("id", Key, primary_key=True),
    Column("policy_id", Key, ForeignKey("video_policies.id"), nullable=False),
    Column("area_id", Key, nullable=False),
    Column("day", Integer, nullable=False),  # 20210628, Beijing time
    Column("seed", String(32), nullable=False),
    Column("drawn_at", Instant, nullable=False),
    Column("sites", Json, nullable=False),  # ids in the order drawn
    Column("asked", Integer, nullable=False, server_default="0"),  # how many of them were asked so far
    Column("done_at", Instant),  # all were
    Unique("policy_id", "day"),
    Index("ix_video_draws_done", "done_at"),
)
