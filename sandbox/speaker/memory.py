"""What a gateway still knows after a power cut: the highest counter it took, and how each command ended."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ENDS = frozenset({"played", "failed", "preempted", "stopped", "expired"})
LAYOUT = """
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = OFF;
    CREATE TABLE IF NOT EXISTS counters (gateway TEXT PRIMARY KEY, last INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS standings (
        gateway TEXT, id TEXT, state TEXT, code TEXT, at INTEGER, PRIMARY KEY (gateway, id)
    );
    CREATE TABLE IF NOT EXISTS stopped (gateway TEXT, notice TEXT, PRIMARY KEY (gateway, notice));
"""
TOLD = 50  # how many of the last states a hello carries


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one command got; `at` is story time."""

    id: str
    state: str
    code: str
    at: int


class Flash:
    """The memory of all boxes of the fleet, one file. A write is a few microseconds, so the loop may wait for it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(LAYOUT)
        self.forget_unfinished()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def of(self, gateway: str) -> "Memory":
        return Memory(self._db, gateway)

    def forget_unfinished(self) -> None:
        """Forget what was under way when the power went: nobody heard its end, so told again it is played again."""
        self._db.execute(f"DELETE FROM standings WHERE state NOT IN ({', '.join('?' * len(ENDS))})", sorted(ENDS))


class Memory:
    """One gateway's share."""

    def __init__(self, db: sqlite3.Connection, gateway: str) -> None:
        self._db = db
        self._gateway = gateway

    @property
    def last(self) -> int:
        """The highest counter that was taken; 0: none yet."""
        row = self._one("SELECT last FROM counters WHERE gateway = ?", self._gateway)
        return row[0] if row else 0

    def take(self, counter: int) -> None:
        self._db.execute(
            "INSERT INTO counters VALUES (?, ?) ON CONFLICT (gateway) DO UPDATE SET last = excluded.last",
            (self._gateway, counter),
        )

    def note(self, standing: Standing) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO standings VALUES (?, ?, ?, ?, ?)",
            (self._gateway, standing.id, standing.state, standing.code, standing.at),
        )

    def standing(self, command: str) -> Standing | None:
        row = self._one(
            "SELECT id, state, code, at FROM standings WHERE gateway = ? AND id = ?", self._gateway, command
        )
        return Standing(*row) if row else None

    def stop(self, notice: str) -> None:
        self._db.execute("INSERT OR IGNORE INTO stopped VALUES (?, ?)", (self._gateway, notice))

    def stopped(self, notice: str) -> bool:
        return bool(self._one("SELECT 1 FROM stopped WHERE gateway = ? AND notice = ?", self._gateway, notice))

    def newest(self) -> list[Standing]:
        """Return how the last commands stand, oldest first."""
        query = "SELECT id, state, code, at FROM standings WHERE gateway = ? ORDER BY rowid DESC LIMIT ?"
        with closing(self._db.execute(query, (self._gateway, TOLD))) as rows:
            return [Standing(*row) for row in rows][::-1]

    def _one(self, query: str, *values: str) -> Any:
        with closing(self._db.execute(query, values)) as rows:
            return rows.fetchone()
