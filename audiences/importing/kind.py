"""A kind of file: its columns, what they refer to, and the register they are written to."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audiences.importing.cells import Reader
from audiences.importing.errors import Refused
from audiences.stores.intake.registers.base import Intake, Register, Values
from audiences.stores.intake.staging import Run
from ground.actor import Actor
from ground.transaction import Database, Transaction

# How external ids of a source become ids, within the actor's area; those unknown are left out.
Resolve = Callable[[Transaction, Actor, Intake, Sequence[str]], Awaitable[Mapping[str, int]]]


@dataclass(frozen=True, slots=True)
class Reference:
    """What a cell points at: it is stored as the id `becomes`."""

    what: str
    becomes: str
    resolve: Resolve


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name in the first row. `needed`: it must be there. `filled`: no cell may be empty.

    An empty cell is read as `empty`. A personal value never stands in a report as it is.
    """

    name: str
    read: Reader
    needed: bool = True
    filled: bool = True
    personal: bool = False
    empty: Any = None
    refers: Reference | None = None


OrphanFaults = Sequence[tuple[int, str, Refused]]  # line, value, why
WholeFaults = Sequence[tuple[int, str, str, Refused]]  # line, column, value, why
SpeaksOf = Callable[[Transaction, Actor, Run], Awaitable[Callable[[str], bool]]]


def _no_objection(_values: Values) -> None:
    return None


def _nothing_more(_values: Values) -> Values:
    return {}


@dataclass(frozen=True, slots=True)
class Kind:
    """One line of registration in KINDS. `identity` are the columns that make the external id."""

    name: str
    columns: tuple[Column, ...]
    identity: tuple[str, ...]
    register: Register
    object_to: Callable[[Values], None] = _no_objection  # raises Refused for a row whose cells do not go together
    adds: bool = True  # whether a row may be of something that is not known yet
    above: str | None = None  # the column that says what an area hangs on; such rows are put in order first
    put_in_order: Callable[[Database, Run], Awaitable[OrphanFaults]] | None = None
    works_out: Callable[[Values], Values] = _nothing_more  # what the cells of a row come to together, for `check_whole`
    check_whole: Callable[[Database, Run], Awaitable[WholeFaults]] | None = None  # rows that do not go together
    speaks_of: SpeaksOf | None = None  # of which ids a file says that they are gone; None: of all of its source
    replaces: bool = False  # what is gone from the file is marked as gone without being asked

    def external_id(self, values: Mapping[str, Any]) -> str:
        return "/".join(str(values[name]) for name in self.identity)

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.needed)
