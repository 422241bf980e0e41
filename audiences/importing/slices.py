"""A slice of a staged file: its rows with their references found, set beside what is kept already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from audiences.importing.errors import NotKnown, NotYours, Refused
from audiences.importing.kind import Column, Kind
from audiences.importing.parsing import BadCell
from audiences.importing.report import shown
from audiences.stores.intake.registers.base import Entry, Intake
from audiences.stores.intake.staging import StagedRow
from ground.actor import Actor
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Slice:
    """Good rows as entries, and what is wrong with the others."""

    entries: tuple[Entry, ...]
    bad: tuple[BadCell, ...] = field(default=())

    @property
    def news(self) -> Sequence[Entry]:
        """The entries that say something new."""
        return [entry for entry in self.entries if entry.new or entry.changed]


async def compare(tx: Transaction, actor: Actor, kind: Kind, rows: Sequence[StagedRow], intake: Intake) -> Slice:
    """Find what the rows refer to and what is kept of them, in a constant number of statements."""
    found = {column.name: await _resolve(tx, actor, column, rows, intake) for column in kind.columns if column.refers}
    known = await kind.register.known(tx, actor, intake, [row.external_id for row in rows])
    entries: list[Entry] = []
    bad: list[BadCell] = []
    for row in rows:
        kept = known.get(row.external_id)
        wrong = _unknown_reference(kind, row, found)
        if wrong is None and kept is not None and not kept.mine:
            wrong = _whole_row(row, NotYours())
        if wrong is None and kept is None and not kind.adds:
            wrong = _whole_row(row, NotKnown(what=kind.name))
        if wrong is not None:
            bad.append(wrong)
            continue
        values = _values(kind, row, found)
        if kept is not None and "gone_at" in kept.values:
            values["gone_at"] = None  # what the file names again is gone no more
        entries.append(Entry(row.external_id, values, kept))
    return Slice(tuple(entries), tuple(bad))


async def _resolve(
    tx: Transaction, actor: Actor, column: Column, rows: Sequence[StagedRow], intake: Intake
) -> Mapping[str, int]:
    keys = sorted({row.content[column.name] for row in rows if row.content.get(column.name) is not None})
    if column.refers is None or not keys:
        return {}
    return await column.refers.resolve(tx, actor, intake, keys)


def _unknown_reference(kind: Kind, row: StagedRow, found: Mapping[str, Mapping[str, int]]) -> BadCell | None:
    for column in kind.columns:
        key = row.content.get(column.name)
        if column.refers and key is not None and key not in found[column.name]:
            return BadCell(row.line, column.name, shown(column, key), NotKnown(what=column.refers.what))
    return None


def _values(kind: Kind, row: StagedRow, found: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Return the row's values with ids in the place of references, and without what only says which row it is."""
    values: dict[str, Any] = {}
    for column in kind.columns:
        if column.name not in row.content:
            continue
        cell = row.content[column.name]
        if column.refers:
            values[column.refers.becomes] = None if cell is None else found[column.name][cell]
        elif column.name not in kind.identity:
            values[column.name] = cell
    return values


def _whole_row(row: StagedRow, error: Refused) -> BadCell:
    return BadCell(row.line, "", "", error)
