"""The county's ledger: figures, files, what does not fit together, and the first reports that are owed."""

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.api.paging import Page, Paged
from app.api.shown import area_named, codes_of, shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who, is_rehearsal, secret_answer
from app.errors import NeverRehearsed
from bot.relief.ledger import Cell, doubts, doubts_of_aid, row_of, row_of_sums
from bot.relief.sheets import csv_of, xlsx_of
from bot.stores.relief import doubtful, ledger, reports
from bot.stores.relief.ledger import Wanted
from bot.stores.relief.reports import Report
from ground.actor import Actor, Role
from ground.transaction import Transaction

router = APIRouter(prefix="/relief", tags=["relief"], route_class=Unit)
PAGE = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"


def _described(media_type: str) -> dict[int | str, dict[str, Any]]:
    """Return what the description says of a file that comes back."""
    return {200: {"content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}}


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
    in_need: int = Field(default=0, description="需救助人口")
    aid_money: int = Field(default=0, description="已发放救助款, in fen")
    aid_goods: int = Field(default=0, description="物资折款, in fen")


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
    """List figures that do not fit together, and aid that was given twice or on what was declined."""
    inside, found, after = await area_named(tx, who, area), [], 0
    while lines := await ledger.lines(tx, who, Wanted(inside, hazard), after=after, limit=PAGE):
        found += doubts(lines)
        after = lines[-1].request.id
    found += doubts_of_aid(await doubtful.on_nothing(tx, who, inside), await doubtful.to_one_household(tx, who, inside))
    return [shown(DoubtShown, each) for each in found]


@router.get("/ledger.csv", response_class=Response, responses=_described(CSV))
async def get_csv(tx: Tx, who: Who, house: TheHouse, area: str, hazard: str | None = None) -> Response:
    """Return the ledger as CSV; names and numbers are for those who may call people, identity numbers are masked."""
    rows = await _rows(tx, who, Wanted(await area_named(tx, who, area), hazard, house.seals))
    content = await asyncio.to_thread(csv_of, rows)
    return _file(content, f"{CSV}; charset=utf-8", f"ledger-{area}.csv")


@router.get("/ledger.xlsx", response_class=Response, responses=_described(XLSX))
async def get_xlsx(tx: Tx, who: Who, house: TheHouse, area: str, hazard: str | None = None) -> Response:
    """Return the ledger as XLSX; names and numbers are for those who may call people, identity numbers are masked."""
    rows = await _rows(tx, who, Wanted(await area_named(tx, who, area), hazard, house.seals))
    content = await asyncio.to_thread(xlsx_of, rows, "台账")
    return _file(content, XLSX, f"ledger-{area}.xlsx")


@router.post("/ledger/whole.csv", response_class=Response, responses=_described(CSV))
@secret_answer
async def export_csv(request: Request, tx: Tx, who: Who, now: Now, house: TheHouse, area: str) -> Response:
    """Export the ledger with whole identity numbers as CSV, as an administrator; that you did is kept."""
    rows = await _whole(request, tx, who, Wanted(await area_named(tx, who, area), None, house.seals, now))
    return _file(await asyncio.to_thread(csv_of, rows), f"{CSV}; charset=utf-8", f"ledger-{area}.csv")


@router.post("/ledger/whole.xlsx", response_class=Response, responses=_described(XLSX))
@secret_answer
async def export_xlsx(request: Request, tx: Tx, who: Who, now: Now, house: TheHouse, area: str) -> Response:
    """Export the ledger with whole identity numbers as XLSX, as an administrator; that you did is kept."""
    rows = await _whole(request, tx, who, Wanted(await area_named(tx, who, area), None, house.seals, now))
    return _file(await asyncio.to_thread(xlsx_of, rows, "台账"), XLSX, f"ledger-{area}.xlsx")


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


async def _whole(request: Request, tx: Transaction, who: Actor, wanted: Wanted) -> list[list[Cell]]:
    who.require(Role.ADMIN)
    if is_rehearsal(request):
        raise NeverRehearsed
    return await _rows(tx, who, wanted)


async def _rows(tx: Transaction, who: Actor, wanted: Wanted) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    after = 0
    while lines := await ledger.lines(tx, who, wanted, after=after, limit=PAGE):
        rows += [row_of(each) for each in lines]
        after = lines[-1].request.id
    return [*rows, row_of_sums(await ledger.sums(tx, who, wanted.area, hazard=wanted.hazard))]


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
