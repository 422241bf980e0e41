"""What an import came to, or would come to: how many rows, what is new, every bad row, what is gone from the file."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from audiences.addresses import masked
from audiences.importing.errors import Refused
from audiences.importing.kind import Column

FAULTS_SHOWN = 10_000
GONE_SHOWN = 10_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One bad cell or row: `row` as a spreadsheet counts (the first row names the columns), `column` "" for the row."""

    row: int
    column: str
    value: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class Report:
    """`rows` = new + changed + unchanged + bad; all are counted, at most 10,000 faults or gone ids listed."""

    kind: str
    source: str
    dry_run: bool
    applied: bool
    rows: int
    new: int
    changed: int
    unchanged: int
    bad: int
    faults: tuple[Fault, ...]
    gone: int
    gone_ids: tuple[str, ...]
    retired: bool
    ignored_columns: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """A report in the making."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: int = 0
    gone: int = 0
    faults: list[Fault] = field(default_factory=list)
    gone_ids: list[str] = field(default_factory=list)

    def refuse(self, row: int, column: str, value: str, error: Refused) -> None:
        """Count a row as bad, and name what is wrong with it as long as the report has room."""
        self.bad += 1
        if len(self.faults) < FAULTS_SHOWN:
            self.faults.append(Fault(row, column, value, error.reason, error.advised))

    def miss(self, external_ids: Sequence[str]) -> None:
        self.gone += len(external_ids)
        self.gone_ids += external_ids[: max(0, GONE_SHOWN - len(self.gone_ids))]


def shown(column: Column, value: str) -> str:
    """Return a cell as a report may show it."""
    return masked(value) if column.personal else value[:80]
