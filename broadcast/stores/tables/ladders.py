"""叫应: whose answer a chain of warnings waits for, which step is due, and every step that was taken."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, SmallInteger, String, Table
from sqlalchemy import UniqueConstraint as Unique

import audiences.stores.tables  # noqa: F401 - these rows point at people and areas
from ground.tables import Id, Instant, Json, Key, metadata

call_chains = Table(  # one per chain of warnings that somebody must answer, or per matter that is no warning
    "call_chains",
    metadata,
    Column("chain", Id, primary_key=True),  # its first warning, or whatever else people are called about
    Column("alert_id", Id, ForeignKey("alerts.id")),  # its newest warning; NULL: a matter that is none
    Column("matter", Json),  # then: what is said of it, in each language (broadcast/ladders/matter.py)
    Column("until_at", Instant),  # when a matter is over by itself; a warning ends as warnings do
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False),
    Column("audience_id", Key, ForeignKey("audiences.id")),
    Column("drill", Boolean, nullable=False),
    Column("level", SmallInteger, nullable=False),  # the gravest so far
    Column("policy", Json, nullable=False),  # frozen: broadcast/ladders/policy.py
    Column("stage", String(10), nullable=False, index=True),  # opening dialling open closing over
    Column("through", Key, nullable=False),  # posts looked at so far
    Column("opened_at", Instant, nullable=False),
    Column("moved_at", Instant, nullable=False),  # into its stage, or one slice further
)

ladders = Table(  # one per person and chain
    "ladders",
    metadata,
    Column("id", Key, primary_key=True),
    Column("public_id", Id, nullable=False, unique=True),
    Column("chain", Id, ForeignKey("call_chains.chain"), nullable=False),
    Column("person_id", Key, ForeignKey("people.id"), nullable=False, index=True),
    Column("deputy_id", Key, ForeignKey("people.id"), index=True),
    Column("superior_id", Key, ForeignKey("people.id"), index=True),
    Column("post_id", Key, ForeignKey("posts.id")),  # NULL: whoever is on shift in a duty room
    Column("room_id", Key, ForeignKey("addresses.id"), index=True),  # the landline of that room: rings with his phone
    Column("duty", String(40), nullable=False),
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False, index=True),
    Column("any_of", String(60), nullable=False),
    Column("in_danger", Boolean, nullable=False),  # answers for a danger spot: goes first
    Column("level", SmallInteger, nullable=False),
    Column("code", String(6), nullable=False),
    Column("state", String(8), nullable=False),  # open awake closed
    Column("outcome", String(12), nullable=False),
    Column("position", SmallInteger, nullable=False),  # the rung that is next; of an awake one, of its feedback
    Column("target_id", Key, ForeignKey("people.id")),
    Column("answered_by_id", Key, ForeignKey("people.id"), index=True),  # of those called; NULL: an office, a door
    Column("wait", Integer, nullable=False),  # story milliseconds that were to pass until `due_at` when it was set
    Column("due_at", Instant),  # NULL once it is closed
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Unique("chain", "person_id"),
    Index("ix_ladders_due_at", "due_at"),
    Index("ix_ladders_target_id", "target_id", "chain"),
)

approval_calls = Table(  # a grave warning that waits for its second person: whom to call next, and when
    "approval_calls",
    metadata,
    Column("alert_id", Id, ForeignKey("alerts.id"), primary_key=True),
    Column("turn", SmallInteger, nullable=False),  # how many were called so far
    Column("wait", Integer, nullable=False),
    Column("due_at", Instant, nullable=False, index=True),
)

ladder_steps = Table(  # append-only
    "ladder_steps",
    metadata,
    Column("id", Key, primary_key=True),
    Column("ladder_id", Key, ForeignKey("ladders.id"), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("person_id", Key, ForeignKey("people.id"), index=True),  # towards whom, or who replied
    Column("address_id", Key, ForeignKey("addresses.id")),  # where a reply came from
    Column("notice_id", Key, ForeignKey("notices.id"), index=True),
    Column("result", String(20), nullable=False),
    Column("moved", Integer),  # people, as fed back
    Column("by", String(80), nullable=False),
    Column("under_way", SmallInteger, nullable=False, server_default="0"),  # sendings under claim when it was said
    Column("happened_at", Instant, nullable=False),
    Column("learned_at", Instant, nullable=False),  # machine time
)
