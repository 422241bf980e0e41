"""The hub's tables: alerts, notices with their words, deliveries with their ranges, and what came back.

No column of `deliveries` that changes after planning is indexed (HOT updates, fillfactor 50): leases, lane and
publication live on `ranges`, deadlines in small tables of their own.
"""

from sqlalchemy import Boolean, Column, ForeignKey, ForeignKeyConstraint, Index, Integer, SmallInteger, String, Table
from sqlalchemy import UniqueConstraint as Unique

import audiences.stores.tables  # noqa: F401 - deliveries point at people, areas and addresses
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

notices = Table(
    "notices",
    metadata,
    Column("id", Key, primary_key=True),
    Column("public_id", Id, nullable=False, unique=True),
    Column("origin", String(60), nullable=False, index=True),  # who asked for it: alert:<id>, reply:<id>
    Column("kind", String(20), nullable=False),  # alarm update lifted lowered correction reply
    Column("purpose", String(20), nullable=False),  # warnings lessons replies: which opt-out counts
    Column("lane", String(10), nullable=False),
    Column("guarantee", String(14), nullable=False),  # at_least_once at_most_once
    Column("drill", Boolean, nullable=False),
    Column("asks_answer", Boolean, nullable=False),
    Column("policy", Json, nullable=False),  # broadcast/dispatch/fallback.py: channels in order, waits
    Column("audience_id", Key, ForeignKey("audiences.id")),
    Column("area_id", Key, ForeignKey("areas.id")),  # the scope; NULL for a reply to nobody known
    Column("tells_heard_of", Json, nullable=False),  # ids of notices whose hearers are told too
    Column("state", String(10), nullable=False),  # prepared planning planned
    Column("planned_through", Integer, nullable=False, server_default="0"),  # audience seq planned so far
    Column("size", Integer, nullable=False, server_default="0"),  # the highest delivery seq so far
    Column("valid_from", Instant, nullable=False),
    Column("expires", Instant),  # story time; nothing is claimed after it. NULL: an ending is not bound
    Column("superseded_at", Instant),
    Column("superseded_by", Key, ForeignKey("notices.id")),
    Column("swept", Boolean, nullable=False, server_default="0"),  # unsent deliveries already turned to their end
    Column("made_at", Instant, nullable=False),
)

notice_words = Table(  # one composition per channel, language and rule
    "notice_words",
    metadata,
    Column("notice_id", Key, ForeignKey("notices.id"), primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("language", String(20), primary_key=True),
    Column("rule", SmallInteger, primary_key=True),
    Column("message", Json, nullable=False),  # broadcast/content/message.py
    Column("digest", String(64), nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("notice_id", Key, ForeignKey("notices.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # dense, from 1
    Column("address_id", Key, ForeignKey("addresses.id"), nullable=False),
    Column("person_id", Key, ForeignKey("people.id")),
    Column("gateway_id", Key, ForeignKey("gateways.id")),
    Column("area_id", Key, ForeignKey("areas.id")),  # copied at planning: evidence survives a move
    Column("channel", String(20), nullable=False),
    Column("lane", String(10), nullable=False),
    Column("language", String(20), nullable=False),
    Column("rule", SmallInteger, nullable=False, server_default="0"),
    Column("why", String(40), nullable=False),  # planned fallback address.opened duty.handed_over heard …
    Column("state", String(12), nullable=False, server_default="planned"),
    Column("reason", String(60)),
    Column("detail", String(20)),  # the furthest word of the channel: sent downloading playing …
    Column("claimed_at", Instant),  # machine time
    Column("accepted_at", Instant),
    Column("delivered_at", Instant),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("maybe_twice", SmallInteger, nullable=False, server_default="0"),
    Unique("notice_id", "address_id"),
    # `answered` is not a state of a delivery: see `answers`. No index here on anything that changes.
    postgresql_with={"fillfactor": "50"},
)

delivery_sharers = Table(  # further people whom the same message at the same address reaches
    "delivery_sharers",
    metadata,
    Column("notice_id", Key, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("person_id", Key, ForeignKey("people.id"), primary_key=True),
    Column("area_id", Key, ForeignKey("areas.id")),
    ForeignKeyConstraint(["notice_id", "seq"], ["deliveries.notice_id", "deliveries.seq"]),
    Index("ix_delivery_sharers_person", "notice_id", "person_id"),
)

ranges = Table(  # the outbox: a run of delivery keys of one notice and channel, handed to one worker at a time
    "ranges",
    metadata,
    Column("id", Key, primary_key=True),
    Column("notice_id", Key, ForeignKey("notices.id"), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("lane", String(10), nullable=False),
    Column("first_seq", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("again", Boolean, nullable=False, server_default="0"),  # only the deliveries that `retries` names for it
    Column("state", String(10), nullable=False),  # planned published claimed done
    Column("published_at", Instant),  # machine time, as are all of these
    Column("lease_until", Instant),
    Column("worker", String(60)),
    Column("claims", SmallInteger, nullable=False, server_default="0"),
    Index("ix_ranges_state", "state", "published_at"),
)

retries = Table(  # one delivery to be tried again when due; `range_id` once a range is to take it along
    "retries",
    metadata,
    Column("notice_id", Key, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("due_at", Instant, nullable=False, index=True),  # machine time
    Column("range_id", Key, index=True),
)

fallbacks = Table(  # a person's next channel takes over when due, unless an answer or a receipt came first
    "fallbacks",
    metadata,
    Column("notice_id", Key, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("due_at", Instant, nullable=False, index=True),  # story time
    Column("why", String(40), nullable=False),
)

attempts = Table(  # append-only: every accept by a provider, by its own id
    "attempts",
    metadata,
    Column("account", String(60), primary_key=True),
    Column("provider_id", String(80), primary_key=True),
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
    Column("provider_id", String(80), nullable=False),
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

counters = Table(  # progress, written with each batch: never counted by scanning deliveries
    "counters",
    metadata,
    Column("notice_id", Key, ForeignKey("notices.id"), primary_key=True),
    Column("channel", String(20), primary_key=True),
    Column("area_id", Key, primary_key=True),  # 0: none
    Column("state", String(20), primary_key=True),  # a delivery state, or maybe_twice, answered, sharers
    Column("n", Integer, nullable=False),
)

answers = Table(  # append-only
    "answers",
    metadata,
    Column("id", Key, primary_key=True),
    Column("public_id", Id, nullable=False, unique=True),
    Column("notice_id", Key, ForeignKey("notices.id"), nullable=False),
    Column("address_id", Key, ForeignKey("addresses.id"), nullable=False),
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

stops = Table(  # append-only but for `lifted_at`: read at every claim
    "stops",
    metadata,
    Column("id", Key, primary_key=True),
    Column("notice_id", Key, ForeignKey("notices.id")),
    Column("channel", String(20)),  # neither notice nor channel: everything
    Column("actor", String(80), nullable=False),
    Column("reason", String(400), nullable=False),
    Column("at", Instant, nullable=False),
    Column("lifted_at", Instant),
    Column("lifted_by", String(80)),
)

speaker_commands = Table(  # every signed command that went out; its counter rises with every send, come what may
    "speaker_commands",
    metadata,
    Column("counter", Key, primary_key=True),
    Column("command_id", String(80), nullable=False, index=True),
    Column("notice_id", Key, index=True),
    Column("topic", String(200), nullable=False),
    Column("kind", String(10), nullable=False),  # play stop volume query · start: the hub raised the counter
    Column("at", Instant, nullable=False),
    Column("learned_at", Instant, nullable=False),
    sqlite_autoincrement=True,  # a counter is not used again even if its row is gone
)

speaker_waits = Table(  # a gateway that owes us a word: it is told again when due, unless the word came first
    "speaker_waits",
    metadata,
    Column("notice_id", Key, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("gateway_id", Key, nullable=False, index=True),
    Column("told_at", Instant, nullable=False),  # machine time, as is the next
    Column("due_at", Instant, nullable=False, index=True),
    Column("tries", SmallInteger, nullable=False, server_default="0"),  # since its last word
)
