"""The evacuation's tables: orders, the roll as it was frozen, append-only reports, and how each person stands.

Names, words and photos stand in rows of their own that can be erased; evidence names people by id.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, SmallInteger, String, Table, Text
from sqlalchemy import UniqueConstraint as Unique

import broadcast.stores.tables  # noqa: F401 - these rows point at people, areas, sites and warnings
from ground.tables import Id, Instant, Json, Key, metadata

orders = Table(
    "evacuation_orders",
    metadata,
    Column("id", Key, primary_key=True),
    Column("public_id", Id, nullable=False, unique=True),
    Column("kind", String(10), nullable=False),  # prepare now instant: never becomes another
    Column("drill", Boolean, nullable=False),
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False),  # the roll lies in it, and who may see it
    Column("site_id", Key, ForeignKey("sites.id")),  # only the households under this spot
    Column("alert_id", Id, ForeignKey("alerts.id"), index=True),  # the warning that it came out of
    Column("audience_id", Key, ForeignKey("audiences.id")),  # whom that warning was for
    Column("level", SmallInteger, nullable=False, server_default="1"),  # of the warning; 1 without one
    Column("follows_id", Key, ForeignKey("evacuation_orders.id")),  # 准备转移, and then 立即转移
    Column("recording", Json),  # what loudspeakers play: broadcast/content/message.py, Audio
    Column("ordered_by", String(80), nullable=False),
    Column("ordered_at", Instant, nullable=False),  # story time, as are all here but `learned_at`
    Column("learned_at", Instant, nullable=False),  # machine time
    Column("stage", String(10), nullable=False),  # freezing gathering telling told
    Column("cursor_area_id", Key, nullable=False, server_default="0"),
    Column("cursor_id", Key, nullable=False, server_default="0"),
    Column("sound_notice_id", Key),  # the notice that loudspeakers play
    Column("sound_stopped_at", Instant),
    Column("warning_ended_at", Instant),  # the warning is over; the evacuation is not
    Column("lifted_at", Instant),  # closed: nothing is asked any more; it never means that anybody may return
    Column("lifted_by", String(80)),
    Column("reason", String(400), nullable=False, server_default=""),
    Index("ix_evacuation_orders_open", "lifted_at", "stage"),
)

groups = Table(  # one row for each group of an order: what was told there, and who may return
    "evacuation_groups",
    metadata,
    Column("order_id", Key, ForeignKey("evacuation_orders.id"), primary_key=True),
    Column("area_id", Key, ForeignKey("areas.id"), primary_key=True),
    Column("village_id", Key, ForeignKey("areas.id"), nullable=False),
    Column("households", Integer, nullable=False, server_default="0"),
    Column("people", Integer, nullable=False, server_default="0"),  # rows so far, added people too
    Column("told_through", Key, nullable=False, server_default="0"),  # the household told last
    Column("told_at", Instant),
    Column("checked_at", Instant),  # somebody looked at the place
    Column("checked_by", String(80)),
    Column("return_at", Instant),  # 可以返回
    Column("return_by", String(80)),
)

households = Table(  # as the household was when the order was given
    "evacuation_households",
    metadata,
    Column("order_id", Key, ForeignKey("evacuation_orders.id"), primary_key=True),
    Column("household_id", Key, ForeignKey("households.id"), primary_key=True),
    Column("area_id", Key, nullable=False),
    Column("responsible_a_id", Key),
    Column("responsible_b_id", Key),
    Column("assembly_point", String(120)),
    Column("shelter_id", Key),
    Column("route", Text),
    Index("ix_evacuation_households_area", "order_id", "area_id", "household_id"),
    Index("ix_evacuation_households_a", "responsible_a_id", "order_id"),
    Index("ix_evacuation_households_b", "responsible_b_id", "order_id"),
)

lines = Table(  # the roll: one row per person, numbered within the group
    "evacuation_lines",
    metadata,
    Column("id", Key, primary_key=True),
    Column("order_id", Key, ForeignKey("evacuation_orders.id"), nullable=False),
    Column("area_id", Key, nullable=False),
    Column("number", Integer, nullable=False),
    Column("person_id", Key),  # NULL: found on the spot
    Column("household_id", Key),
    Column("needs", String(200), nullable=False, server_default=""),  # short codes, apart by spaces
    Column("added", String(10)),  # visitor worker: stands on no list
    Column("dedupe", String(200)),  # of the one who added them
    Unique("order_id", "area_id", "number"),
    Unique("order_id", "person_id"),
    Unique("order_id", "dedupe"),
    Index("ix_evacuation_lines_person", "person_id", "order_id"),
    Index("ix_evacuation_lines_household", "order_id", "household_id"),
)

added_names = Table(  # erasable: what somebody who stands on no list is called
    "evacuation_added_names",
    metadata,
    Column("line_id", Key, ForeignKey("evacuation_lines.id"), primary_key=True),
    Column("name", String(120), nullable=False),
)

reports = Table(  # append-only: everything that was said of anybody
    "evacuation_reports",
    metadata,
    Column("id", Key, primary_key=True),
    Column("line_id", Key, ForeignKey("evacuation_lines.id"), nullable=False),
    Column("order_id", Key, nullable=False),
    Column("area_id", Key, nullable=False),
    Column("state", String(16), nullable=False),
    Column("shelter_id", Key),
    Column("verified", Boolean, nullable=False),
    Column("checks", Boolean, nullable=False, server_default="0"),  # said after looking at what was said before
    Column("means", String(20), nullable=False),
    Column("by", String(80), nullable=False),  # who says so: person:<id> operator:<id> address:<id>
    Column("typed_by", String(80)),  # 代录: who entered it for them
    Column("happened_at", Instant, nullable=False),  # when it was so
    Column("entered_at", Instant, nullable=False),  # when it was written down, perhaps without network
    Column("learned_at", Instant, nullable=False),  # when we learned it
    Column("dedupe", String(200), nullable=False),
    Unique("line_id", "dedupe"),
    Index("ix_evacuation_reports_order", "order_id", "area_id", "id"),
)

report_words = Table(  # erasable: who spoke, and what they said
    "evacuation_report_words",
    metadata,
    Column("report_id", Key, ForeignKey("evacuation_reports.id"), primary_key=True),
    Column("spoke", String(120), nullable=False),
    Column("words", String(1000), nullable=False),
)

report_photos = Table(  # erasable
    "evacuation_report_photos",
    metadata,
    Column("report_id", Key, ForeignKey("evacuation_reports.id"), primary_key=True),
    Column("digest", String(64), primary_key=True),
)

states = (
    Table(  # what the reports come to, line by line: written in their own transaction. No row: nobody said anything
        "evacuation_states",
        metadata,
        Column("line_id", Key, ForeignKey("evacuation_lines.id"), primary_key=True),
        Column("order_id", Key, nullable=False),
        Column("area_id", Key, nullable=False),
        Column("state", String(16), nullable=False),
        Column("missing", Boolean, nullable=False),
        Column("verified", Boolean, nullable=False),
        Column("conflict", Boolean, nullable=False),
        Column("report_id", Key, nullable=False),  # the one that counts
        Column("to_check_id", Key),  # one that waits to be checked
        Column("shelter_id", Key),
        Column("happened_at", Instant, nullable=False),
        Column("refusals", SmallInteger, nullable=False),  # attempts so far
        Index("ix_evacuation_states_order", "order_id", "area_id", "missing"),
    )
)

alarms = Table(  # what somebody above must deal with; found by the sweep when due, told once, open until it is done
    "evacuation_alarms",
    metadata,
    Column("id", Key, primary_key=True),
    Column("order_id", Key, ForeignKey("evacuation_orders.id"), nullable=False),
    Column("key", String(80), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("area_id", Key, nullable=False),
    Column("line_id", Key),
    Column("site_id", Key),
    Column("due_at", Instant, nullable=False),
    Column("told_at", Instant),
    Column("done_at", Instant),
    Column("done_by", String(80)),
    Column("why", String(400), nullable=False, server_default=""),
    Unique("order_id", "key"),
    Index("ix_evacuation_alarms_due", "told_at", "done_at", "due_at"),
)

contacts = Table(  # when a village last gave a sign of life, and what the signs counted then
    "evacuation_contacts",
    metadata,
    Column("order_id", Key, ForeignKey("evacuation_orders.id"), primary_key=True),
    Column("area_id", Key, ForeignKey("areas.id"), primary_key=True),
    Column("signs", Key, nullable=False, server_default="0"),  # receipts, answers and reports so far
    Column("heard_at", Instant, nullable=False, server_default="0"),  # heartbeat, machine time
    Column("sign_at", Instant, nullable=False),  # story time
)

head_counts = Table(  # append-only
    "evacuation_head_counts",
    metadata,
    Column("id", Key, primary_key=True),
    Column("order_id", Key, ForeignKey("evacuation_orders.id"), nullable=False),
    Column("shelter_id", Key, ForeignKey("sites.id"), nullable=False),
    Column("area_id", Key, nullable=False),
    Column("people", Integer, nullable=False),
    Column("expected", Integer, nullable=False),  # how many the roll has there
    Column("by", String(80), nullable=False),
    Column("happened_at", Instant, nullable=False),
    Column("learned_at", Instant, nullable=False),
    Column("dedupe", String(200), nullable=False, unique=True),
    Index("ix_evacuation_head_counts_order", "order_id", "shelter_id", "happened_at"),
)

recordings = Table(  # what may be sounded without asking: approved beforehand for an area and all below
    "evacuation_recordings",
    metadata,
    Column("id", Key, primary_key=True),
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False, index=True),
    Column("audio", Json, nullable=False),  # broadcast/content/message.py, Audio
    Column("approved_by", String(80), nullable=False),
    Column("approved_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

links = Table(  # the roll on a phone: opened by a secret that only the address has that it was sent to
    "evacuation_links",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", String(64), unique=True),  # SHA-256; NULL once revoked. A newer link takes the older one's place
    Column("order_id", Key, ForeignKey("evacuation_orders.id"), nullable=False),
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False),
    Column("address_id", Key, ForeignKey("addresses.id"), nullable=False),
    Column("person_id", Key, nullable=False),
    Column("made_at", Instant, nullable=False),
    Unique("order_id", "area_id", "address_id"),
)

link_sessions = Table(  # the browsers that opened it; they end with it
    "evacuation_link_sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("link_id", Id, ForeignKey("evacuation_links.id"), nullable=False, index=True),
    Column("opened_at", Instant, nullable=False),
)
