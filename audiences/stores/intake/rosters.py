"""A staged month's table, looked at whole: what overlaps, which landlines differ, which rooms and months it has."""

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, String, Subquery, and_, cast, func, literal, select

from audiences.stores.intake.staging import Run, require_own
from audiences.stores.scope import within
from audiences.stores.tables import import_rows, organisations, shifts
from ground.actor import Actor
from ground.transaction import Transaction

Found = Coroutine[Any, Any, "Sequence[Clash]"]
LINES = 1 << 21  # more than a file has
MONTH = 7  # characters of 2021-06-28


@dataclass(frozen=True, slots=True)
class Clash:
    """A row that does not go together with another: with an earlier row, or with what another source keeps."""

    line: int
    what: str  # overlap phone kept
    value: str = ""
    first: int = 0
    source: str = ""


async def overlapping(tx: Transaction, actor: Actor, run: Run, limit: int) -> Sequence[Clash]:
    """Return rows whose shift begins before an earlier one of the same room and role has ended."""
    require_own(actor, run)
    row = _rows_of(run).c
    place: dict[str, Any] = {"partition_by": (row.room, row.role), "order_by": (row.begins, row.line)}
    latest = func.max(row.ends * LINES + row.line).over(**place, rows=(None, -1)).label("latest")  # and whose it is
    laid = select(row.line, row.shift, row.begins, latest).subquery("laid")
    found = select(laid).where((laid.c.begins + 1) * LINES <= laid.c.latest).order_by(laid.c.line).limit(limit)
    return [Clash(each.line, "overlap", each.shift, first=each.latest % LINES) for each in await tx.rows(found)]


async def overlapping_kept(tx: Transaction, actor: Actor, run: Run, limit: int) -> Sequence[Clash]:
    """Return rows whose shift overlaps one that another source keeps of the same room and role."""
    require_own(actor, run)
    staged = _rows_of(run)
    row = staged.c
    office = and_(organisations.c.source == run.source, organisations.c.external_id == row.room)
    other = and_(
        shifts.c.organisation_id == organisations.c.id,
        shifts.c.role == row.role,
        shifts.c.source != run.source,
        shifts.c.gone_at.is_(None),
        shifts.c.from_at < row.ends,
        shifts.c.until_at > row.begins,
    )
    chosen = select(row.line, row.shift, func.min(shifts.c.source).label("source"))
    chosen = chosen.select_from(staged.join(organisations, office).join(shifts, other))
    page = chosen.where(within(actor, organisations.c.area_id)).group_by(row.line, row.shift)
    found = await tx.rows(page.order_by(row.line).limit(limit))
    return [Clash(each.line, "kept", each.shift, source=each.source) for each in found]


async def other_phones(tx: Transaction, actor: Actor, run: Run, limit: int) -> Sequence[Clash]:
    """Return rows that give a room another landline than its first row does."""
    require_own(actor, run)
    row = _rows_of(run).c
    together: dict[str, Any] = {"partition_by": row.room, "order_by": row.line}
    first = func.first_value(row.number).over(**together).label("first")
    first_line = func.first_value(row.line).over(**together).label("first_line")
    laid = select(row.line, row.number, first, first_line).subquery("laid")
    found = select(laid).where(laid.c.number != laid.c.first).order_by(laid.c.line).limit(limit)
    return [Clash(each.line, "phone", first=each.first_line) for each in await tx.rows(found)]


async def months(tx: Transaction, actor: Actor, run: Run) -> set[tuple[str, str]]:
    """Return (room, month) of every table in the file, those with bad rows too."""
    require_own(actor, run)
    row = _rows_of(run, faulty_too=True).c
    return {(each.room, each.month) for each in await tx.rows(select(row.room, row.month).distinct())}


def _rows_of(run: Run, *, faulty_too: bool = False) -> Subquery:
    """The staged rows column by column: each is taken out of the JSON once, so that it can be grouped by."""
    content = import_rows.c.content
    chosen = import_rows.c.run_id == run.id
    if not faulty_too:
        chosen &= import_rows.c.faulty.is_(False)
    return (
        select(
            import_rows.c.line,
            content["organisation"].as_string().label("room"),
            content["role"].as_string().label("role"),
            content["shift"].as_string().label("shift"),
            func.substr(content["date"].as_string(), 1, MONTH).label("month"),
            cast(content["from_at"].as_string(), BigInteger).label("begins"),
            cast(content["until_at"].as_string(), BigInteger).label("ends"),
            func.coalesce(content["room_phone"].as_string(), literal("", String)).label("number"),
        )
        .where(chosen)
        .subquery("staged")
    )
