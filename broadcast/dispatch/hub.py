"""What every part of dispatch leans on: the database, the clocks, the queue, the channels that are switched on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from broadcast.channels.base import Channel
from broadcast.queues.base import Queue
from ground.clock import SECOND, Clock
from ground.events import NewsDesk
from ground.transaction import Database, Dialect


@dataclass(frozen=True, slots=True)
class Pace:
    """How much at once, and how long to wait; machine time throughout."""

    lease: int = 60 * SECOND
    published_patience: int = 10 * SECOND  # a range that nobody claimed for so long is published again
    idle: float = 0.25  # seconds between looks for work
    tickets: int = 500  # published at once
    slice: int | None = None  # people planned in one transaction; None: as many as suit the database
    workers: Mapping[str, int] = field(default_factory=lambda: {"immediate": 4, "replies": 2, "normal": 2, "bulk": 1})
    record_every: float = 0.5  # seconds after which outcomes that came in are recorded, however few


@dataclass(frozen=True, slots=True)
class Hub:
    """Handed to the planner, the engine and the sweeper by app/wiring.py."""

    database: Database
    clock: Clock
    desk: NewsDesk
    queue: Queue
    channels: Mapping[str, Channel]
    pace: Pace = field(default_factory=Pace)

    @property
    def batches(self) -> dict[str, int]:
        """How many deliveries one range of each channel holds."""
        return {name: channel.abilities.batch for name, channel in self.channels.items()}

    @property
    def slice(self) -> int:
        """How many people one transaction plans: the one writer of SQLite must be free again within 50 ms."""
        return self.pace.slice or (1_000 if self.database.dialect is Dialect.SQLITE else 20_000)
