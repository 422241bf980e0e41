"""First reports (初报): owed by a township within two hours of the first request of an event, and made once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from audiences.stores.scope import below, within
from audiences.stores.tables import areas
from bot.cases.relief import PATIENCE, Patience
from bot.cases.relief_errors import ReportMade, UnknownReport
from bot.cases.relief_values import Request
from bot.stores.relief.tables import relief_reports
from ground.actor import Actor, Role
from ground.ids import new_id
from ground.transaction import Transaction

reports = relief_reports.c
OWED = reports.made_at.is_(None) & reports.raised_at.is_(None)


@dataclass(frozen=True, slots=True)
class Report:
    """A first report as it is owed or made; `figures` are those of the ledger at that moment."""

    id: int
    public_id: str
    area: int
    hazard: str
    opened_at: int
    due_at: int
    made_at: int | None
    made_by: str | None
    raised_at: int | None
    figures: Mapping[str, Any] | None


async def owe(
    tx: Transaction, actor: Actor, area_id: int, request: Request, now: int, patience: Patience = PATIENCE
) -> bool:
    """Note that an area owes a first report on the request's event, unless it does already; say whether it is new.

    Some say hail and some say water of the same night: what comes within a day of the first belongs to its event.
    """
    actor.require_hub()
    here = select(areas.c.id).where(areas.c.id == area_id).with_for_update(key_share=True)
    await tx.execute(here)  # two first requests at once belong to one event
    same = (reports.area_id == area_id) & (reports.opened_at > now - patience.one_event)
    if await tx.value(select(reports.id).where(same).limit(1)) is not None:
        return False
    row = {
        "public_id": new_id(),
        "area_id": area_id,
        "hazard": request.hazard or "",
        "opened_by": request.id,
        "opened_at": now,
        "due_at": now + patience.first_report,
    }
    await tx.execute(insert(relief_reports).values(row))
    return True


async def overdue(tx: Transaction, actor: Actor, now: int, limit: int = 50) -> Sequence[Report]:
    """Return first reports that are owed longer than they may be and were not raised yet."""
    actor.require_hub()
    late = select(relief_reports).where(OWED, reports.due_at <= now).order_by(reports.due_at, reports.id)
    return [_report(row) for row in await tx.rows(late.limit(limit))]


async def raise_one(tx: Transaction, actor: Actor, report_id: int, now: int) -> bool:
    """Take one overdue report in hand; False if it was made or raised meanwhile."""
    actor.require_hub()
    mine = (reports.id == report_id) & OWED
    return (await tx.execute(update(relief_reports).where(mine).values(raised_at=now))).rowcount == 1


async def listed(
    tx: Transaction, actor: Actor, area: int, *, owed: bool = False, after: int = 0, limit: int = 100
) -> Sequence[Report]:
    """Return the first reports of an area and below, a page at a time; or those alone that are still owed."""
    chosen = below(area, reports.area_id) & within(actor, reports.area_id) & (reports.id > after)
    if owed:
        chosen &= reports.made_at.is_(None)
    rows = await tx.rows(select(relief_reports).where(chosen).order_by(reports.id).limit(limit))
    return [_report(row) for row in rows]


async def load(tx: Transaction, actor: Actor, public_id: str) -> Report:
    row = await tx.row(select(relief_reports).where(reports.public_id == public_id, within(actor, reports.area_id)))
    if row is None:
        raise UnknownReport(report=public_id)
    return _report(row)


async def make(tx: Transaction, actor: Actor, public_id: str, figures: Mapping[str, Any], now: int) -> Report:
    """Make a first report with the figures of this moment; ReportMade if somebody made it before."""
    actor.require(Role.DUTY, Role.OFFICER)
    report = await load(tx, actor, public_id)
    mine = (reports.id == report.id) & reports.made_at.is_(None)
    values = {"made_at": now, "made_by": actor.name, "figures": dict(figures)}
    if (await tx.execute(update(relief_reports).where(mine).values(values))).rowcount == 0:
        raise ReportMade(report=public_id)
    return await load(tx, actor, public_id)


def _report(row: Row[Any]) -> Report:
    return Report(
        id=row.id,
        public_id=row.public_id,
        area=row.area_id,
        hazard=row.hazard,
        opened_at=row.opened_at,
        due_at=row.due_at,
        made_at=row.made_at,
        made_by=row.made_by,
        raised_at=row.raised_at,
        figures=row.figures,
    )
