"""The tables of door tasks: the scan of a warning's danger zones, tasks, and every step of them, append-only.

Words and photos stand in rows of their own that can be erased; evidence names people by id.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, SmallInteger, String, Table
from sqlalchemy import UniqueConstraint as Unique

import broadcast.stores.tables  # noqa: F401 - these rows point at people, areas and warnings
from ground.tables import Id, Instant, Key, metadata

runs = Table(  # one for each chain of warnings: how far the look for doors came, and how far the telling
    "door_runs",
    metadata,
    Column("id", Key, primary_key=True),
    Column("chain", Id, nullable=False, unique=True),  # the first warning of the chain
    Column("alert_id", Id, ForeignKey("alerts.id"), nullable=False),  # the one that stands now
    Column("round", SmallInteger, nullable=False, server_default="1"),  # rises if it is issued anew after it was over
    Column("audience_id", Key, ForeignKey("audiences.id")),  # NULL: everybody of the area
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("stage", String(10), nullable=False),  # looking watched ending over
    Column("cursor_area_id", Key, nullable=False, server_default="0"),
    Column("cursor_id", Key, nullable=False, server_default="0"),
    Column("opened", Integer, nullable=False, server_default="0"),
    Column("at", Instant, nullable=False),  # story time
    Column("learned_at", Instant, nullable=False),  # machine time
    Index("ix_door_runs_stage", "stage"),
)

tasks = Table(
    "door_tasks",
    metadata,
    Column("id", Key, primary_key=True),
    Column("public_id", Id, nullable=False, unique=True),
    Column("origin", String(80), nullable=False),  # who asked for it: alert:<id>, evacuation:<id> …
    Column("subject", String(40), nullable=False),  # person:<id> household:<id> area:<id>
    Column("kind", String(16), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("person_id", Key, ForeignKey("people.id")),
    Column("household_id", Key, ForeignKey("households.id")),
    Column("area_id", Key, ForeignKey("areas.id"), nullable=False),  # where the door is
    Column("village_id", Key, ForeignKey("areas.id"), nullable=False),  # in which village; the area itself if in none
    Column("frail", Boolean, nullable=False),  # somebody there needs help to move
    Column("alert_id", Id, ForeignKey("alerts.id")),  # the warning that it came out of
    Column("notice_id", Key),  # to which what is found is an answer, where it is not the warning's own
    Column("run_id", Key, ForeignKey("door_runs.id")),
    Column("state", String(10), nullable=False),
    Column("rung", String(10), nullable=False),
    Column("holder_id", Key),  # of whom it is asked: a person …
    Column("office_id", Key),  # … or whoever sits in an office; neither: nobody was found
    Column("batch", Id),  # of the message that asked for it
    Column("untold", Boolean, nullable=False),  # its holder is still to be told how it stands
    Column("due_at", Instant),  # when the next one is asked; NULL: nothing more is waited for
    Column("accepted_by", Key),
    Column("accepted_at", Instant),
    Column("outcome", String(20)),  # the last that counts
    Column("claimed", String(20)),  # what somebody said whose number was not proven
    Column("answered", String(20)),  # what they answered to the warning meanwhile
    Column("answered_at", Instant),
    Column("opened_at", Instant, nullable=False),  # story time, as are all but `learned_at`
    Column("done_at", Instant),
    Column("learned_at", Instant, nullable=False),
    Unique("origin", "subject"),
    Index("ix_door_tasks_due", "due_at"),
    Index("ix_door_tasks_untold", "untold", "id"),
    Index("ix_door_tasks_holder", "holder_id", "state"),
    Index("ix_door_tasks_office", "office_id", "state"),
    Index("ix_door_tasks_accepted", "accepted_by", "state"),
    Index("ix_door_tasks_village", "village_id", "state"),
    Index("ix_door_tasks_household", "household_id", "state"),
    Index("ix_door_tasks_person", "person_id", "state"),
    Index("ix_door_tasks_run", "run_id", "id"),
    Index("ix_door_tasks_alert", "alert_id", "state"),
)

steps = Table(  # append-only
    "door_steps",
    metadata,
    Column("id", Key, primary_key=True),
    Column("task_id", Key, ForeignKey("door_tasks.id"), nullable=False),
    Column("area_id", Key, nullable=False),
    Column("act", String(12), nullable=False),
    Column("from_state", String(10), nullable=False),
    Column("to_state", String(10), nullable=False),
    Column("rung", String(10), nullable=False),  # of whom it was asked then
    Column("outcome", String(20)),
    Column("verified", Boolean, nullable=False),
    Column("means", String(20), nullable=False),  # in_person phone radio satellite_phone …; the hub itself: hub
    Column("by", String(80), nullable=False),  # who says so: person:<id> operator:<id> system:<part>
    Column("typed_by", String(80)),  # 代录: who entered it for them
    Column("happened_at", Instant, nullable=False),
    Column("learned_at", Instant, nullable=False),
    Column("dedupe", String(200), nullable=False),
    Unique("task_id", "dedupe"),
)

words = Table(  # erasable: who spoke, and what was said
    "door_words",
    metadata,
    Column("step_id", Key, ForeignKey("door_steps.id"), primary_key=True),
    Column("spoke", String(120), nullable=False),
    Column("words", String(1000), nullable=False),
)

photos = Table(  # erasable
    "door_photos",
    metadata,
    Column("step_id", Key, ForeignKey("door_steps.id"), primary_key=True),
    Column("digest", String(64), primary_key=True),
)
