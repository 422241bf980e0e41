"""The figures of an evacuation's closing report."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, case, func, select

from audiences.stores.scope import within
from bot.stores.evacuation.tables import alarms, groups, lines, reports, states
from ground.actor import Actor
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Figures:
    """What an order came to in the actor's area."""

    groups: int
    households: int
    people: int
    added: int
    missing: int
    reports: int
    unverified: int
    on_behalf: int  # 代录
    refused: int  # people who refused at least once
    first_report: int | None
    last_report: int | None
    returned: int  # groups that may return
    means: Mapping[str, int]
    alarms: Mapping[str, int]
    open_alarms: int


async def figures(tx: Transaction, actor: Actor, order_id: int) -> Figures:
    """Count it all, in a constant number of statements."""
    told = await tx.row(_groups(actor, order_id))
    rows = await tx.row(_lines(actor, order_id))
    said = await tx.row(_reports(actor, order_id))
    refused = select(func.count()).select_from(states).where(states.c.order_id == order_id, states.c.refusals > 0)
    by_means = select(reports.c.means, func.count().label("n")).where(*_mine(actor, order_id)).group_by(reports.c.means)
    raised = (
        select(
            alarms.c.kind,
            func.count().label("n"),
            func.sum(case((alarms.c.done_at.is_(None), 1), else_=0)).label("open"),
        )
        .where(alarms.c.order_id == order_id, alarms.c.told_at.is_not(None), within(actor, alarms.c.area_id))
        .group_by(alarms.c.kind)
    )
    kinds = await tx.rows(raised)
    return Figures(
        groups=told.groups if told else 0,
        households=(told.households or 0) if told else 0,
        people=rows.people if rows else 0,
        added=(rows.added or 0) if rows else 0,
        missing=(rows.missing or 0) if rows else 0,
        reports=said.n if said else 0,
        unverified=(said.unverified or 0) if said else 0,
        on_behalf=(said.on_behalf or 0) if said else 0,
        refused=int(await tx.value(refused.where(within(actor, states.c.area_id))) or 0),
        first_report=said.first if said else None,
        last_report=said.last if said else None,
        returned=(told.returned or 0) if told else 0,
        means={row.means: row.n for row in await tx.rows(by_means)},
        alarms={row.kind: row.n for row in kinds},
        open_alarms=sum(int(row.open or 0) for row in kinds),
    )


def _mine(actor: Actor, order_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return reports.c.order_id == order_id, within(actor, reports.c.area_id)


def _groups(actor: Actor, order_id: int) -> Any:
    returned = func.sum(case((groups.c.return_at.is_not(None), 1), else_=0)).cast(Integer)
    homes = func.sum(groups.c.households).cast(Integer)
    wanted = select(func.count().label("groups"), homes.label("households"), returned.label("returned"))
    return wanted.where(groups.c.order_id == order_id, within(actor, groups.c.area_id))


def _lines(actor: Actor, order_id: int) -> Any:
    added = func.sum(case((lines.c.added.is_not(None), 1), else_=0)).cast(Integer)
    missing = func.sum(case((func.coalesce(states.c.missing, True), 1), else_=0)).cast(Integer)
    wanted = select(func.count().label("people"), added.label("added"), missing.label("missing"))
    wanted = wanted.select_from(lines.outerjoin(states, states.c.line_id == lines.c.id))
    return wanted.where(lines.c.order_id == order_id, within(actor, lines.c.area_id))


def _reports(actor: Actor, order_id: int) -> Any:
    unverified = func.sum(case((reports.c.verified, 0), else_=1)).cast(Integer)
    typed = func.sum(case((reports.c.typed_by.is_not(None), 1), else_=0)).cast(Integer)
    moments = (func.min(reports.c.happened_at).label("first"), func.max(reports.c.happened_at).label("last"))
    wanted = select(func.count().label("n"), unverified.label("unverified"), typed.label("on_behalf"), *moments)
    return wanted.where(*_mine(actor, order_id))
