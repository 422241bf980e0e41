"""From the cells of a row to values, by the columns of its kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from audiences.importing.errors import EmptyCell, Refused, WrongWidth
from audiences.importing.kind import Column, Kind
from audiences.importing.reading import Record, Sheet
from audiences.importing.report import shown
from audiences.stores.intake.staging import StagedRow


@dataclass(frozen=True, slots=True)
class BadCell:
    """What is wrong in a row, in which column; the value as a report may show it."""

    row: int
    column: str
    value: str
    error: Refused


def parse(sheet: Sheet, kind: Kind, records: Sequence[Record]) -> tuple[list[StagedRow], list[BadCell]]:
    """Return the rows to stage and the first bad cell of each bad row.

    A bad row whose id can be read is staged too, as faulty: what it names is in the file, so it is not gone.
    """
    staged: list[StagedRow] = []
    bad: list[BadCell] = []
    for record in records:
        values, wrong = _values(sheet, record)
        if wrong is None:
            wrong = _objection(kind, record, values)
        if wrong is not None:
            bad.append(wrong)
        if all(values.get(name) is not None for name in kind.identity):
            values |= kind.works_out(values)
            staged.append(_staged(kind, record.row, values, faulty=wrong is not None))
    return staged, bad


def _values(sheet: Sheet, record: Record) -> tuple[dict[str, Any], BadCell | None]:
    values: dict[str, Any] = {}
    wrong: BadCell | None = None
    cells = record.cells
    if len(cells) < sheet.width or any(cell.strip() for cell in cells[sheet.width :]):
        error = WrongWidth(found=len(cells), wanted=sheet.width)
        return {}, BadCell(record.row, "", "", error)
    for column in sheet.columns:
        cell = cells[sheet.places[column.name]].strip()
        try:
            values[column.name] = value_of(column, cell)
        except Refused as error:
            wrong = wrong or BadCell(record.row, column.name, shown(column, cell), error)
    return values, wrong


def value_of(column: Column, cell: str) -> Any:
    """Read one cell; raises Refused."""
    if cell:
        return column.read(cell)
    if column.filled:
        raise EmptyCell
    return column.empty


def _objection(kind: Kind, record: Record, values: dict[str, Any]) -> BadCell | None:
    try:
        kind.object_to(values)
    except Refused as error:
        return BadCell(record.row, "", "", error)
    return None


def _staged(kind: Kind, row: int, values: dict[str, Any], *, faulty: bool) -> StagedRow:
    external_id = kind.external_id(values)
    if kind.above is None:
        return StagedRow(row, external_id, values, faulty)
    return StagedRow(row, external_id, values, faulty, above=values.get(kind.above), depth=None)
