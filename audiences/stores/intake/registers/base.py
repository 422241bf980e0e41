"""What an import needs to know of a register, and what passes between the two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Table

from ground.actor import Actor
from ground.events import NewsDesk
from ground.transaction import Transaction

Values = Mapping[str, Any]  # column by column, references as ids


@dataclass(frozen=True, slots=True)
class Intake:
    """Where a batch comes from, at which instant of story time it is taken in, and who is told what is new."""

    source: str
    at: int
    desk: NewsDesk


@dataclass(frozen=True, slots=True)
class Known:
    """A thing as it is kept; `mine` says whether it lies within the actor's area, and so may be changed."""

    id: int
    mine: bool
    values: Values = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing as the file has it: only the columns the file has, so the others stay as they are."""

    external_id: str
    values: Values = field(repr=False)
    known: Known | None

    @property
    def new(self) -> bool:
        return self.known is None

    @property
    def changed(self) -> bool:
        known = self.known
        return known is not None and any(known.values.get(name) != value for name, value in self.values.items())

    def says_otherwise(self, name: str) -> bool:
        """Say whether the file has this column, and has something else in it than what is kept."""
        return name in self.values and (self.known is None or self.known.values.get(name) != self.values[name])


class Register(Protocol):
    """One kind of thing from outside. Each call takes a batch and a constant number of statements."""

    @property
    def tables(self) -> Sequence[Table]:
        """What it writes to most."""
        ...

    async def known(
        self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]
    ) -> Mapping[str, Known]:
        """Return what is kept under these ids, whoever's it is: `mine` says what may be changed."""
        ...

    async def write(self, tx: Transaction, actor: Actor, intake: Intake, entries: Sequence[Entry]) -> None:
        """Write new and changed entries; all of them have the same columns. Never deletes."""
        ...

    async def listed(self, tx: Transaction, actor: Actor, intake: Intake, *, after: str, limit: int) -> Sequence[str]:
        """Return the next external ids of this source that are not gone, in their order, within the actor's area."""
        ...

    async def retire(self, tx: Transaction, actor: Actor, intake: Intake, external_ids: Sequence[str]) -> None:
        """Mark things as gone from their source."""
        ...
