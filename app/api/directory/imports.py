"""Imports: a CSV file is checked whole, reported row by row, and taken over only when asked."""

import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from app.api import idempotency
from app.api.long_calls import JSON, Answered, LongCall
from app.api.shown import shown
from app.api.unit import REHEARSED, Admitted, Caller, Key, TheHouse
from app.house import House
from app.security.tokens import Holder
from audiences.importing.bracket import NO_BRACKET, Bracket
from audiences.importing.report import Report
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
    gone_ids: list[str] = Field(description="some of those; left out where an answer is repeated under its key")
    ignored_columns: list[str]


@router.post("/{kind}", openapi_extra=CSV, response_model=ReportShown)
async def import_csv(
    request: Request,
    caller: Caller,
    house: TheHouse,
    kind: str,
    source: Annotated[str, Query(min_length=1, max_length=40, description="whose file it is")],
    *,
    dry_run: Annotated[bool, Query(description="only report")] = True,
    good_rows: Annotated[bool, Query(description="take the good rows even if others are bad")] = False,
    _key: Key = None,
) -> Response:
    """Check a file and, with `dry_run=false`, take it over. The same file again changes nothing."""
    with tempfile.TemporaryDirectory(prefix="mingluo-import-") as folder:
        file, content = Path(folder) / "file.csv", hashlib.sha256()
        with file.open("wb") as written:
            async for part in request.stream():
                written.write(part)
                content.update(part)
        bracket = NO_BRACKET if dry_run else _bracket_of(request, caller, content)
        wishes = {"dry_run": dry_run, "good_rows": good_rows}
        try:
            report = await take_file(house, caller.actor, kind, source, file, bracket=bracket, **wishes)
        except Answered as before:
            return before.response
    headers = {REHEARSED: "true"} if dry_run else None
    return Response(report.model_dump_json(), headers=headers, media_type=JSON)


async def take_file(
    house: House,
    actor: Actor,
    kind: str,
    source: str,
    file: Path,
    *,
    dry_run: bool,
    good_rows: bool,
    bracket: Bracket = NO_BRACKET,
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
        bracket=bracket,
    )
    return _shown(report)


def _bracket_of(request: Request, caller: Holder, content: "hashlib._Hash") -> Bracket:
    """Return what keeps the call's key, if it came with one."""
    key = idempotency.key_of(request)
    if key is None:
        return NO_BRACKET
    return LongCall(caller, key, idempotency.digest_of(request, content), _kept).bracket


def _shown(report: Report) -> ReportShown:
    return shown(
        ReportShown,
        report,
        faults=[shown(FaultShown, each) for each in report.faults],
        gone_ids=list(report.gone_ids),
        ignored_columns=list(report.ignored_columns),
    )


def _kept(report: Report) -> bytes:
    """Return the answer as it may be kept: what a source calls people may be what identifies them."""
    return _shown(replace(report, gone_ids=())).model_dump_json().encode()
