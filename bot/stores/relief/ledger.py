"""The county's ledger read out of the requests: one row per household, and the sums, each in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select

from audiences.stores import areas as areas_store
from audiences.stores.scope import below, within
from audiences.stores.tables import addresses, areas, people
from bot.cases.aid import Aid
from bot.cases.relief import Count, State
from bot.cases.relief_values import Request, Words
from bot.stores.assistance.tables import assistance_applications
from bot.stores.relief import aid, identity
from bot.stores.relief.aid import Judged
from bot.stores.relief.rows import request_of
from bot.stores.relief.tables import relief_aid, relief_households, relief_requests, relief_words
from ground.actor import Actor, Role
from ground.sealing import Seals
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
    aid: tuple[Aid, ...] = ()  # the entries that count
    paid: int = 0  # of the assistance that was granted on it: fen
    judged: Judged | None = None
    identity: str | None = field(default=None, repr=False)  # masked, or whole where that was asked for

    @property
    def money(self) -> int:
        """All the money that was given on this request, in fen."""
        return self.paid + sum(each.given.money for each in self.aid)

    @property
    def goods(self) -> int:
        return sum(each.given.goods for each in self.aid)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of an area is wanted. `seals` open identity numbers; `whole_at`: the instant at which they are read."""

    area: int
    hazard: str | None = None
    seals: Seals = field(default_factory=Seals, repr=False)
    whole_at: int | None = None


async def lines(tx: Transaction, actor: Actor, wanted: Wanted, *, after: int = 0, limit: int = 200) -> Sequence[Line]:
    """Return the households of an area and below, a page at a time, in a fixed number of statements.

    Names, telephone numbers and masked identity numbers are for those who call people.
    """
    actor.require(Role.DUTY, Role.OFFICER, Role.ADMIN, Role.AUDITOR)
    sees = actor.roles.isdisjoint({Role.DUTY, Role.ADMIN}) is False
    page = _lines(actor, wanted.area, wanted.hazard).where(requests.id > after).order_by(requests.id).limit(limit)
    rows = await tx.rows(page)
    ids = [row.id for row in rows]
    given, judged = await aid.of_requests(tx, actor, ids), await aid.judged_of(tx, actor, ids)
    numbers = await _identities(tx, actor, wanted, ids) if sees else {}
    return [
        replace(
            _line(row, sees_people=sees),
            aid=tuple(each for each in given.get(row.id, ()) if each.counts),
            judged=judged.get(row.id),
            identity=numbers.get(row.id),
        )
        for row in rows
    ]


async def _identities(tx: Transaction, actor: Actor, wanted: Wanted, ids: Sequence[int]) -> Mapping[int, str]:
    if wanted.whole_at is not None:
        return await identity.whole_of(tx, actor, wanted.seals, ids, wanted.whole_at)
    return await identity.masked_of(tx, actor, wanted.seals, ids)


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
    need = func.coalesce(func.sum(func.coalesce(_in_need(), requests[Count.NEED_AID.value])), 0).label("in_need")
    whole = select(func.count().label("households"), need, *added, *graded).where(
        *_chosen(actor, area, hazard), ~_beside()
    )
    if since is not None:
        whole = whole.where(requests.learned_at >= since)
    row = await tx.row(whole)
    names = ["households", "in_need", *(count.value for count in Count), *grades]
    counted = {} if row is None else {name: int(getattr(row, name)) for name in names}
    return counted | await _money(tx, actor, area, hazard, since)


async def _money(tx: Transaction, actor: Actor, area: int, hazard: str | None, since: int | None) -> dict[str, int]:
    """Return what was given in all, in fen; what an entry kept beside another was given counts, too."""
    of = _chosen(actor, area, hazard)
    of += [] if since is None else [requests.learned_at >= since]
    totals = [func.coalesce(func.sum(each), 0).label(name) for name, each in given_on().items()]
    row = await tx.row(select(*totals).where(*of))
    return {} if row is None else {name: int(getattr(row, name)) for name in given_on()}


def _chosen(actor: Actor, area: int, hazard: str | None) -> list[ColumnElement[bool]]:
    here = [below(area, requests.area_id), within(actor, requests.area_id), requests.drill.is_(False)]
    here.append(requests.state.not_in(LEFT_OUT))
    return here if hazard is None else [*here, requests.hazard == hazard]


def _beside() -> ColumnElement[bool]:
    """Say that an entry on behalf of the same household counts already."""
    entry = relief_requests.alias("entry")
    counts = select(entry.c.id).where(entry.c.id == requests.beside, entry.c.state.not_in(LEFT_OUT))
    return requests.beside.is_not(None) & counts.exists()


def given_on() -> Mapping[str, ColumnElement[int]]:
    """Return, by name, the money and goods that were given on a request: entries that count, and assistance paid."""
    later = relief_aid.alias("later")
    counts = ~exists().where(later.c.corrects_id == relief_aid.c.id)
    mine = (relief_aid.c.request_id == requests.id) & counts
    return {
        "aid_money": _added_up(select(func.sum(relief_aid.c.money)).where(mine)) + _paid_out(),
        "aid_goods": _added_up(select(func.sum(relief_aid.c.goods)).where(mine)),
    }


def _paid_out() -> ColumnElement[int]:
    paid = select(func.sum(assistance_applications.c.paid)).where(assistance_applications.c.request_id == requests.id)
    return _added_up(paid)


def _added_up(total: Select[Any]) -> ColumnElement[int]:
    return func.coalesce(total.correlate(relief_requests).scalar_subquery(), 0)


def _in_need() -> Any:
    table = relief_households.c
    newest = select(table.in_need).where(table.request_id == requests.id).order_by(table.id.desc()).limit(1)
    return newest.correlate(relief_requests).scalar_subquery()


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
        _paid_out().label("paid"),
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
        paid=int(row.paid),
    )


def _masked_name(name: str | None) -> str | None:
    return None if name is None else name[:1] + "○" * (len(name) - 1)
