"""The missing list and what is behind it: who, with whom to call; counts of every area; reports that disagree."""

import csv
import io
from collections.abc import Sequence

from fastapi import APIRouter, Response

from app.api.evacuation.shapes import ConflictShown, MissingShown, ReachedShown, TallyShown, ToldShown
from app.api.evacuation.showing import areas_of, line_shown, phones_shown, tallies_shown
from app.api.paging import Page, Paged
from app.api.shown import area_named, codes_of, name_for, shown
from app.api.unit import Tx, Unit, Who
from bot.cases.errors import UnknownLine
from bot.stores.evacuation import history, missing, orders, roll
from bot.stores.evacuation.missing import Missing
from ground.actor import Actor
from ground.clock import BEIJING, moment
from ground.transaction import Transaction
from templates.labels import label
from templates.rolls import needs_said

router = APIRouter(prefix="/evacuations", tags=["evacuation"], route_class=Unit)
CSV = "text/csv; charset=utf-8"
TEXT = {"schema": {"type": "string"}}
LONGEST_LIST = 20_000
COLUMNS = ("group", "number", "name", "state", "needs", "phones", "responsible", "responsible_phones", "since")


@router.get("/{order}/missing")
async def list_not_safe(tx: Tx, who: Who, paged: Paged, order: str, area: str | None = None) -> Page[MissingShown]:
    """List who is not known to be out of danger, with who answers for them and how both are reached."""
    found = await orders.load(tx, who, order)
    under = await area_named(tx, who, area) if area else None
    rows = await missing.listed(tx, who, found.key, under=under, after=paged.after_number(), limit=paged.fetch)
    codes = await codes_of(tx, [each.line.area for each in rows])
    listed = [
        MissingShown(
            line=line_shown(who, each.line, codes),
            area_name=each.area_name,
            phones=phones_shown(who, each.phones),
            responsible=[
                ReachedShown(person=one.person, name=name_for(who, one.name), phones=phones_shown(who, one.phones))
                for one in each.responsible
            ],
        )
        for each in rows
    ]
    return paged.page(listed, lambda each: each.line.line)


@router.get("/{order}/missing.csv", response_class=Response, responses={200: {"content": {"text/csv": TEXT}}})
async def export_not_safe(tx: Tx, who: Who, order: str, area: str | None = None) -> Response:
    """Return the missing list as a table for a spreadsheet."""
    found = await orders.load(tx, who, order)
    under = await area_named(tx, who, area) if area else None
    rows = await missing.listed(tx, who, found.key, under=under, limit=LONGEST_LIST)
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(COLUMNS)
    table.writerows([[_plain(cell) for cell in _cells(who, each)] for each in rows])
    name = f'attachment; filename="missing-{found.id}.csv"'
    return Response("\ufeff" + written.getvalue(), media_type=CSV, headers={"Content-Disposition": name})


@router.get("/{order}/tallies")
async def list_tallies(tx: Tx, who: Who, order: str, area: str | None = None) -> list[TallyShown]:
    """Count people, settled and missing, of the order's area, its villages and groups; or of one area you name."""
    found = await orders.load(tx, who, order)
    areas = [await area_named(tx, who, area)] if area else await areas_of(tx, who, found)
    return await tallies_shown(tx, who, found, areas)


@router.get("/{order}/conflicts")
async def list_conflicts(tx: Tx, who: Who, paged: Paged, order: str) -> Page[ConflictShown]:
    """List the rows whose reports disagree or wait to be checked, with everything that was said and what counts."""
    found = await orders.load(tx, who, order)
    lines = await roll.disputed(tx, who, found.key, after=paged.after_number(), limit=paged.fetch)
    return paged.page(await _with_reports(tx, who, lines), lambda each: each.line.line)


@router.get("/{order}/lines/{line}")
async def get_line(tx: Tx, who: Who, order: str, line: int) -> ConflictShown:
    """Read one row with everything that was ever said of it."""
    found = await orders.load(tx, who, order)
    rows = [each for each in await roll.of_lines(tx, who, [line]) if each.order == found.key]
    if not rows:
        raise UnknownLine(line=line)
    return (await _with_reports(tx, who, rows))[0]


async def _with_reports(tx: Transaction, who: Actor, lines: Sequence[roll.Line]) -> list[ConflictShown]:
    told = await history.of_lines(tx, who, [line.id for line in lines])
    codes = await codes_of(tx, [line.area for line in lines])
    return [
        ConflictShown(
            line=line_shown(who, line, codes),
            counts=line.report,
            reports=[
                shown(ToldShown, each, spoke=name_for(who, each.spoke) or "", photos=list(each.photos))
                for each in told.get(line.id, ())
            ],
        )
        for line in lines
    ]


def _cells(who: Actor, each: Missing) -> list[str]:
    line = each.line
    return [
        each.area_name,
        str(line.number),
        name_for(who, line.name) or "",
        label("person state", line.state, "zh_CN"),
        needs_said(line.needs, "zh_CN"),
        " ".join(phones_shown(who, each.phones)),
        "、".join(name_for(who, one.name) or "" for one in each.responsible),
        " ".join(phone for one in each.responsible for phone in phones_shown(who, one.phones)),
        f"{moment(line.happened_at, BEIJING):%m-%d %H:%M}" if line.happened_at else "",
    ]


def _plain(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} else cell
