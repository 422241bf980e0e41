"""Aid as it is kept: entries that are never changed, and what sort of household it was given to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Row, Select, func, insert, select

from audiences.stores.scope import within
from bot.cases.aid import Aid, AidForm, FamilyType, Given, require_givable, require_people
from bot.cases.relief_errors import CorrectedAlready, UnknownAid
from bot.stores.relief import requests as request_store
from bot.stores.relief.tables import relief_aid, relief_households, relief_requests
from ground.actor import Actor, Role
from ground.bulk import among
from ground.ids import new_id
from ground.transaction import Transaction

later = relief_aid.alias("later")


@dataclass(frozen=True, slots=True)
class Judged:
    """家庭类型 and 需救助人口, as the office judged them."""

    family: FamilyType
    in_need: int


async def give(
    tx: Transaction, actor: Actor, request_id: int, given: Given, now: int, corrects: str | None = None
) -> Aid:
    """Enter what was given; an entry that corrects another counts in its place."""
    actor.require(Role.DUTY, Role.OFFICER)
    await tx.execute(select(relief_requests.c.id).where(relief_requests.c.id == request_id).with_for_update())
    request = await request_store.load(tx, actor, request_id)
    earlier = None if corrects is None else await _to_correct(tx, request_id, corrects)
    require_givable(given, request.state, now, correction=earlier is not None)
    row = {
        "public_id": new_id(),
        "request_id": request_id,
        "money": given.money,
        "goods": given.goods,
        "form": given.form.value,
        "corrects_id": earlier,
        "actor": actor.name,
        "happened_at": given.at,
        "learned_at": now,
    }
    await tx.execute(insert(relief_aid).values(row))
    return (await of_request(tx, actor, request_id))[-1]


async def of_request(tx: Transaction, actor: Actor, request_id: int) -> Sequence[Aid]:
    """Return every entry of a request, the oldest first, those that were corrected, too."""
    await request_store.load(tx, actor, request_id)
    return (await of_requests(tx, actor, [request_id])).get(request_id, [])


async def of_requests(tx: Transaction, actor: Actor, request_ids: Sequence[int]) -> Mapping[int, list[Aid]]:
    """Return the entries of requests in the actor's area, each the oldest first, in one statement."""
    chosen = among(tx, relief_aid.c.request_id, request_ids) & _seen(actor, relief_aid.c.request_id)
    found: dict[int, list[Aid]] = defaultdict(list)
    names: dict[int, str] = {}
    for row in await tx.rows(_chosen().where(chosen).order_by(relief_aid.c.id)):
        names[row.id] = row.public_id
        found[row.request_id].append(_aid(row, names))
    return found


async def judge(tx: Transaction, actor: Actor, request_id: int, judged: Judged, now: int) -> None:
    """Write down what sort of household it is, and how many of it need aid; what was written before stays."""
    actor.require(Role.DUTY, Role.OFFICER)
    await request_store.load(tx, actor, request_id)
    require_people(judged.in_need)
    row = {"request_id": request_id, "family": judged.family.value, "in_need": judged.in_need, "actor": actor.name}
    await tx.execute(insert(relief_households).values(row | {"happened_at": now, "learned_at": now}))


async def judged_of(tx: Transaction, actor: Actor, request_ids: Sequence[int]) -> Mapping[int, Judged]:
    """Return the newest judgement of each request's household, of those in the actor's area."""
    table = relief_households.c
    newest = select(func.max(table.id)).where(among(tx, table.request_id, request_ids)).group_by(table.request_id)
    chosen = table.id.in_(newest) & _seen(actor, table.request_id)
    rows = await tx.rows(select(relief_households).where(chosen))
    return {row.request_id: Judged(FamilyType(row.family), row.in_need) for row in rows}


async def _to_correct(tx: Transaction, request_id: int, aid: str) -> int:
    mine = (relief_aid.c.public_id == aid) & (relief_aid.c.request_id == request_id)
    row = await tx.row(_chosen().where(mine))
    if row is None:
        raise UnknownAid(aid=aid)
    if row.corrected_by is not None:
        raise CorrectedAlready(aid=aid)
    return int(row.id)


def _seen(actor: Actor, request_id: Column[int]) -> ColumnElement[bool]:
    return request_id.in_(select(relief_requests.c.id).where(within(actor, relief_requests.c.area_id)))


def _chosen() -> Select[Any]:
    joined = relief_aid.outerjoin(later, later.c.corrects_id == relief_aid.c.id)
    return select(relief_aid, later.c.public_id.label("corrected_by")).select_from(joined)


def _aid(row: Row[Any], names: Mapping[int, str]) -> Aid:
    return Aid(
        id=row.public_id,
        request=row.request_id,
        given=Given(row.money, row.goods, AidForm(row.form), row.happened_at),
        actor=row.actor,
        learned_at=row.learned_at,
        corrects=None if row.corrects_id is None else names.get(row.corrects_id),
        corrected_by=row.corrected_by,
    )
