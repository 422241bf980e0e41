"""Deliveries, the ranges that carry them, and the deadlines that move them.

No column of `deliveries` that changes after planning is indexed (HOT updates, fillfactor 50): leases, lane and
publication live on `ranges`, deadlines in small tables of their own, deleted when done.
"""

from sqlalchemy import Boolean, Column, ForeignKey, ForeignKeyConstraint, Index, Integer, SmallInteger, String, Table
from sqlalchemy import UniqueConstraint as Unique

import audiences.stores.tables  # noqa: F401 - these rows point at people, areas and addresses
from ground.tables import Instant, Key, metadata

LONGEST_REASON = 60
LONGEST_DETAIL = 20

deliveries = (
    Table(  # no foreign keys: five look-ups per row would cost more than the row, and nothing it names is deleted
        "deliveries",
        metadata,
        Column("notice_id", Key, primary_key=True),
        Column("seq", Integer, primary_key=True),  # dense, from 1
        Column("address_id", Key, nullable=False),
        Column("person_id", Key),
        Column("gateway_id", Key),
        Column("area_id", Key),  # copied at planning: evidence survives a move
        Column("channel", String(20), nullable=False),
        Column("lane", String(10), nullable=False),
        Column("language", String(20), nullable=False),
        Column("rule", SmallInteger, nullable=False, server_default="0"),
        Column("why", String(40), nullable=False),  # planned fallback address.opened duty.handed_over heard …
        Column("state", String(12), nullable=False, server_default="planned"),
        Column("reason", String(LONGEST_REASON)),
        Column("detail", String(LONGEST_DETAIL)),  # the furthest word of the channel: sent downloading playing …
        Column("claimed_at", Instant),  # machine time
        Column("accepted_at", Instant),
        Column("delivered_at", Instant),
        Column("attempts", SmallInteger, nullable=False, server_default="0"),
        Column("maybe_twice", SmallInteger, nullable=False, server_default="0"),
        Unique("notice_id", "address_id"),
        # `answered` is not a state of a delivery: see `answers`. No index here on anything that changes.
        postgresql_with={"fillfactor": "50"},
    )
)

hearer_looks = Table(  # how far the deliveries of an earlier notice were looked through for who heard it
    "hearer_looks",
    metadata,
    Column("notice_id", Key, primary_key=True),
    Column("earlier_id", Key, ForeignKey("notices.id"), primary_key=True),
    Column("through", Integer, nullable=False, server_default="0"),  # the seq looked at last
    Column("settled", Boolean, nullable=False, server_default="0"),  # the look began after the last claim had ended
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
