"""The county's ledger: figures, files, what does not fit together, and the first reports that are owed."""

import asyncio
from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from app.api.paging import Page, Paged
from app.api.shown import area_named, codes_of, shown
from app.api.unit import Now, Tx, Unit, Who
from bot.relief.ledger import Cell, doubts, row_of, row_of_sums
from bot.relief.sheets import csv_of, xlsx_of
from bot.stores.relief import ledger, reports
from bot.stores.relief.reports import Report
from ground.actor import Actor
from ground.transaction import Transaction

router = APIRouter(prefix="/relief", tags=["relief"], route_class=Unit)
PAGE = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AS_CSV: Final = {"content": {"text/csv": {"schema": {"type": "string"}}}}
AS_XLSX: Final = {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}


class SumsShown(BaseModel):
    """The sums of an area; each household counts once, a house by its worst room."""

    households: int
    people: int = Field(description="受灾人口")
    dead: int = Field(description="因灾死亡人口")
    missing: int = Field(description="因灾失踪人口")
    hurt: int
    trapped: int
    evacuated: int = Field(description="紧急转移安置人口")
    need_aid: int = Field(description="需紧急生活救助人口")
    rooms_collapsed: int = Field(description="倒塌房屋 间")
    rooms_severe: int = Field(description="严重损坏房屋 间")
    rooms_slight: int = Field(description="一般损坏房屋 间")
    houses_collapsed: int = Field(description="倒塌房屋 户")
    houses_severe: int = Field(description="严重损坏房屋 户")
    houses_slight: int = Field(description="一般损坏房屋 户")


class DoubtShown(BaseModel):
    """Two figures of one request that do not fit together. A warning: nothing is refused."""

    code: str
    rule: str
    left: int
    right: int


class ReportShown(BaseModel):
    """A first report (初报) as it is owed or made; `figures` are the sums at the moment it was made."""

    id: str
    area: str
    hazard: str
    opened_at: int
    due_at: int
    made_at: int | None
    made_by: str | None
    raised_at: int | None = Field(description="when it was said to be overdue")
    figures: SumsShown | None


@router.get("/ledger/sums")
async def get_sums(tx: Tx, who: Who, area: str, hazard: str | None = None) -> SumsShown:
    """Add up what was reported in an area and below."""
    return SumsShown(**await ledger.sums(tx, who, await area_named(tx, who, area), hazard=hazard))


@router.get("/ledger/warnings")
async def list_doubts(tx: Tx, who: Who, area: str, hazard: str | None = None) -> list[DoubtShown]:
    """List figures that do not fit together."""
    inside, found, after = await area_named(tx, who, area), [], 0
    while lines := await ledger.lines(tx, who, inside, hazard=hazard, after=after, limit=PAGE):
        found += doubts(lines)
        after = lines[-1].request.id
    return [shown(DoubtShown, each) for each in found]


@router.get("/ledger.csv", response_class=Response, responses={200: AS_CSV})
async def get_csv(tx: Tx, who: Who, area: str, hazard: str | None = None) -> Response:
    """Return the ledger as CSV; names and numbers are for those who may call people."""
    rows = await _rows(tx, who, area, hazard)
    content = await asyncio.to_thread(csv_of, rows)
    return _file(content, "text/csv; charset=utf-8", f"ledger-{area}.csv")


@router.get("/ledger.xlsx", response_class=Response, responses={200: AS_XLSX})
async def get_xlsx(tx: Tx, who: Who, area: str, hazard: str | None = None) -> Response:
    """Return the ledger as XLSX; names and numbers are for those who may call people."""
    rows = await _rows(tx, who, area, hazard)
    content = await asyncio.to_thread(xlsx_of, rows, "台账")
    return _file(content, XLSX, f"ledger-{area}.xlsx")


@router.get("/reports")
async def list_reports(tx: Tx, who: Who, paged: Paged, area: str, *, owed: bool = False) -> Page[ReportShown]:
    """List the first reports of an area and below; `owed`: those alone that were not made yet."""
    inside = await area_named(tx, who, area)
    found = await reports.listed(tx, who, inside, owed=owed, after=paged.after_number(), limit=paged.fetch)
    page = paged.page(found, lambda each: each.id)
    return Page(items=await _shown(tx, page.items), next=page.next)


@router.post("/reports/{report}/make")
async def make_report(tx: Tx, who: Who, now: Now, report: str) -> ReportShown:
    """Make a first report with the sums, at this moment, of what its event has brought."""
    owed = await reports.load(tx, who, report)
    figures = await ledger.sums(tx, who, owed.area, since=owed.opened_at)
    return (await _shown(tx, [await reports.make(tx, who, report, figures, now)]))[0]


async def _rows(tx: Transaction, who: Actor, area: str, hazard: str | None) -> list[list[Cell]]:
    inside, after = await area_named(tx, who, area), 0
    rows: list[list[Cell]] = []
    while lines := await ledger.lines(tx, who, inside, hazard=hazard, after=after, limit=PAGE):
        rows += [row_of(each) for each in lines]
        after = lines[-1].request.id
    return [*rows, row_of_sums(await ledger.sums(tx, who, inside, hazard=hazard))]


async def _shown(tx: Transaction, found: Sequence[Report]) -> list[ReportShown]:
    codes = await codes_of(tx, [each.area for each in found])
    return [
        shown(
            ReportShown,
            each,
            id=each.public_id,
            area=codes[each.area],
            figures=None if each.figures is None else SumsShown(**each.figures),
        )
        for each in found
    ]


def _file(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
