"""The county's ledger read out of the requests: one row per household, and the sums, each in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select

from audiences.stores import areas as areas_store
from audiences.stores.scope import below, within
from audiences.stores.tables import addresses, areas, people
from bot.cases.relief import Count, State
from bot.cases.relief_values import Request, Words
from bot.stores.relief.rows import request_of
from bot.stores.relief.tables import relief_requests, relief_words
from ground.actor import Actor, Role
from ground.transaction import Transaction

requests = relief_requests.c
LEFT_OUT = [State.WITHDRAWN.value, State.MERGED.value, State.DECLINED.value]
CALLED = ("sms", "voice")


@dataclass(frozen=True, slots=True)
class Line:
    """One household of the ledger. `counted`: it is in the sums; what is kept beside an entry is not, once more."""

    request: Request
    area_name: str
    head: str | None
    phone: str | None
    spot: str | None
    household_size: int | None
    counted: bool


async def lines(
    tx: Transaction, actor: Actor, area: int, *, hazard: str | None = None, after: int = 0, limit: int = 200
) -> Sequence[Line]:
    """Return the households of an area and below, a page at a time; names and numbers are for those who call people."""
    actor.require(Role.DUTY, Role.OFFICER, Role.ADMIN, Role.AUDITOR)
    sees = actor.roles.isdisjoint({Role.DUTY, Role.ADMIN}) is False
    page = _lines(actor, area, hazard).where(requests.id > after).order_by(requests.id).limit(limit)
    return [_line(row, sees_people=sees) for row in await tx.rows(page)]


async def sums(
    tx: Transaction, actor: Actor, area: int, *, hazard: str | None = None, since: int | None = None
) -> Mapping[str, int]:
    """Return the sums: households, each count, and the houses (户) of each grade, a house by its worst room.

    `since`: of what was entered from that instant on.
    """
    actor.require(Role.DUTY, Role.OFFICER, Role.ADMIN, Role.AUDITOR)
    await areas_store.load(tx, actor, area)
    rooms = [func.coalesce(requests[count.value], 0) for count in (Count.COLLAPSED, Count.SEVERE, Count.SLIGHT)]
    collapsed, severe, slight = rooms
    grades = {
        "houses_collapsed": collapsed > 0,
        "houses_severe": (collapsed == 0) & (severe > 0),
        "houses_slight": (collapsed == 0) & (severe == 0) & (slight > 0),
    }
    added = [func.coalesce(func.sum(requests[count.value]), 0).label(count.value) for count in Count]
    graded = [func.coalesce(func.sum(case((told, 1), else_=0)), 0).label(name) for name, told in grades.items()]
    whole = select(func.count().label("households"), *added, *graded).where(*_chosen(actor, area, hazard), ~_beside())
    if since is not None:
        whole = whole.where(requests.learned_at >= since)
    row = await tx.row(whole)
    names = ["households", *(count.value for count in Count), *grades]
    return {} if row is None else {name: int(getattr(row, name)) for name in names}


def _chosen(actor: Actor, area: int, hazard: str | None) -> list[ColumnElement[bool]]:
    here = [below(area, requests.area_id), within(actor, requests.area_id), requests.drill.is_(False)]
    here.append(requests.state.not_in(LEFT_OUT))
    return here if hazard is None else [*here, requests.hazard == hazard]


def _beside() -> ColumnElement[bool]:
    """Say that an entry on behalf of the same household counts already."""
    entry = relief_requests.alias("entry")
    counts = select(entry.c.id).where(entry.c.id == requests.beside, entry.c.state.not_in(LEFT_OUT))
    return requests.beside.is_not(None) & counts.exists()


def _newest(kind: Words) -> Any:
    return (
        select(relief_words.c.words)
        .where(relief_words.c.request_id == requests.id, relief_words.c.kind == kind.value)
        .order_by(relief_words.c.id.desc())
        .limit(1)
        .correlate(relief_requests)
        .scalar_subquery()
    )


def _lines(actor: Actor, area: int, hazard: str | None) -> Select[Any]:
    size = (
        select(func.count())
        .where(people.c.household_id == requests.household_id, people.c.gone_at.is_(None))
        .correlate(relief_requests)
        .scalar_subquery()
    )
    number = and_(addresses.c.id == requests.address_id, or_(*(addresses.c.channel == name for name in CALLED)))
    joined = relief_requests.join(areas, areas.c.id == requests.area_id).outerjoin(addresses, number)
    columns = [
        areas.c.name.label("area_name"),
        _newest(Words.HEAD).label("head"),
        func.coalesce(_newest(Words.PHONE), addresses.c.value).label("phone"),
        _newest(Words.SPOT).label("spot"),
        size.label("household_size"),
        _beside().label("is_beside"),
    ]
    return select(relief_requests, *columns).select_from(joined).where(*_chosen(actor, area, hazard))


def _line(row: Row[Any], *, sees_people: bool) -> Line:
    return Line(
        request=request_of(row),
        area_name=row.area_name,
        head=row.head if sees_people else _masked_name(row.head),
        phone=row.phone if sees_people else None,
        spot=row.spot if sees_people else None,
        household_size=row.household_size or None,
        counted=not row.is_beside,
    )


def _masked_name(name: str | None) -> str | None:
    return None if name is None else name[:1] + "○" * (len(name) - 1)
