"""Files as offices hand them in, and an import of one in a line."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event

from audiences.importing.report import Report
from audiences.importing.run import import_file
from ground.actor import Actor, system
from ground.clock import HandClock
from ground.events import Event, NewsDesk, Subscription
from ground.transaction import Database, Transaction
from tests.builders import NOON

HUB = system("test")


class Office:
    """Hands in files of one source, and remembers what was told."""

    def __init__(self, database: Database, folder: Path, *, actor: Actor = HUB, source: str = "office") -> None:
        self.database = database
        self.folder = folder
        self.actor = actor
        self.source = source
        self.clock = HandClock(NOON)
        kinds = frozenset({"address.opened", "address.closed", "duty.handed_over"})
        self.desk = NewsDesk([Subscription("ear", kinds, self._hear)])
        self._heard: list[tuple[str, dict[str, Any]]] = []

    async def hand_in(self, kind: str, *rows: str, **wishes: bool) -> Report:
        """Import the rows, not as a dry run unless that is wished for."""
        return await self.hand_in_bytes(kind, "\n".join(rows).encode(), **wishes)

    async def hand_in_bytes(self, kind: str, content: bytes, **wishes: bool) -> Report:
        file = self.folder / f"{kind}.csv"
        file.write_bytes(content)
        asked: dict[str, Any] = {"dry_run": False} | wishes
        return await import_file(
            self.database,
            self.actor,
            kind,
            self.source,
            file,
            clock=self.clock,
            desk=self.desk,
            **asked,
        )

    async def told(self) -> Sequence[tuple[str, dict[str, Any]]]:
        """Return what was told since the last time."""
        await self.desk.hand_on(self.database)
        heard, self._heard = self._heard, []
        return heard

    async def _hear(self, _tx: Transaction, news: Event) -> None:
        self._heard.append((news.kind, dict(news.facts)))


@contextmanager
def counted_statements(database: Database) -> Iterator[list[str]]:
    """Collect what is sent to the database inside the block; one statement for many rows counts once."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


def reasons(report: Report) -> list[tuple[int, str, str]]:
    """Return (row, column, reason) of every fault."""
    return [(fault.row, fault.column, fault.reason) for fault in report.faults]
