"""Imports: a CSV file is checked whole, reported row by row, and taken over only when asked."""

import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from app.api.shown import shown
from app.api.unit import Admitted, Caller, TheHouse
from app.house import House
from audiences.importing.run import import_file
from ground.actor import Actor

CSV: dict[str, Any] = {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}}
router = APIRouter(prefix="/imports", tags=["directory"], route_class=Admitted)


class FaultShown(BaseModel):
    """One bad cell."""

    row: int
    column: str
    value: str = Field(description="masked where it is personal")
    reason: str
    advice: str


class ReportShown(BaseModel):
    """What the file would do, or did."""

    kind: str
    source: str
    dry_run: bool
    applied: bool
    rows: int
    new: int
    changed: int
    unchanged: int
    bad: int
    faults: list[FaultShown]
    gone: int = Field(description="known from this source before, and not in this file; nothing is deleted")
    gone_ids: list[str]
    ignored_columns: list[str]


@router.post("/{kind}", openapi_extra=CSV)
async def import_csv(
    request: Request,
    caller: Caller,
    house: TheHouse,
    kind: str,
    source: Annotated[str, Query(min_length=1, max_length=40, description="whose file it is")],
    *,
    dry_run: Annotated[bool, Query(description="only report")] = True,
    good_rows: Annotated[bool, Query(description="take the good rows even if others are bad")] = False,
) -> ReportShown:
    """Check a file and, with `dry_run=false`, take it over. The same file again changes nothing."""
    with tempfile.TemporaryDirectory(prefix="mingluo-import-") as folder:
        file = Path(folder) / "file.csv"
        with file.open("wb") as written:
            async for part in request.stream():
                written.write(part)
        return await take_file(house, caller.actor, kind, source, file, dry_run=dry_run, good_rows=good_rows)


async def take_file(
    house: House, actor: Actor, kind: str, source: str, file: Path, *, dry_run: bool, good_rows: bool
) -> ReportShown:
    """Import one file for one actor."""
    report = await import_file(
        house.database,
        actor,
        kind,
        source,
        file,
        clock=house.clock,
        desk=house.desk,
        dry_run=dry_run,
        good_rows=good_rows,
    )
    return shown(
        ReportShown,
        report,
        faults=[shown(FaultShown, each) for each in report.faults],
        gone_ids=list(report.gone_ids),
        ignored_columns=list(report.ignored_columns),
    )
