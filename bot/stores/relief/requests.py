"""Relief requests: filed once, found by their number, listed by area and state, looked up for who reported them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select, update

from audiences.stores import areas, households, people
from audiences.stores.scope import below, within
from bot.cases.relief import OPEN, PATIENCE, Act, Count, ForWhom, State, is_urgent
from bot.cases.relief_values import Draft, Request
from bot.cases.tracking import new_code
from bot.stores.relief.rows import one, request_of
from bot.stores.relief.tables import relief_entries, relief_requests
from bot.stores.relief.writing import Stepped, write_step
from ground.actor import Actor, ActorKind, Role
from ground.bulk import among
from ground.ids import new_id
from ground.transaction import Transaction

requests = relief_requests.c


async def file(tx: Transaction, actor: Actor, draft: Draft, now: int) -> tuple[Request, bool]:
    """File a request with its first step, and say whether it is new: the same turn or call files it once.

    The hub files what residents say; an operator or a member of an office enters it on behalf (`draft.entry`).
    """
    actor.require(Role.DUTY, Role.OFFICER)
    await _refuse_foreign(tx, actor, draft, now)
    if draft.dedupe is not None:
        known = await tx.row(select(relief_requests).where(requests.dedupe == draft.dedupe))
        if known is not None:
            return await one(tx, actor, requests.id == known.id, known.code), False
    by = draft.by if actor.kind is ActorKind.SYSTEM else actor.name
    beside = await _entered_before(tx, draft)
    row = await tx.row(insert(relief_requests).values(_row(draft, beside, now)).returning(relief_requests))
    if row is None:
        raise LookupError("a request that was just written cannot be read")
    step = Stepped(row.id, Act.FILE, "", State.SUBMITTED, draft.level, by, draft.filed_at, now)
    await write_step(tx, step, draft.told)
    if draft.entry is not None:
        await _write_entry(tx, row.id, draft, by, now)
    return request_of(row), True


async def load(tx: Transaction, actor: Actor, request_id: int) -> Request:
    return await one(tx, actor, requests.id == request_id, request_id)


async def named(tx: Transaction, actor: Actor, name: str) -> Request:
    """Return a request by its tracking number or its public id."""
    return await one(tx, actor, or_(requests.code == name, requests.public_id == name), name)


async def codes_by_id(tx: Transaction, actor: Actor, request_ids: Sequence[int]) -> Mapping[int, str]:
    """Return the tracking numbers of requests, in one statement; those out of the actor's area are left out."""
    chosen = among(tx, requests.id, request_ids) & within(actor, requests.area_id)
    return {row.id: row.code for row in await tx.rows(select(requests.id, requests.code).where(chosen))}


async def listed(
    tx: Transaction,
    actor: Actor,
    area: int,
    *,
    states: Sequence[State] = (),
    urgent: bool | None = None,
    after: int = 0,
    limit: int = 100,
) -> Sequence[Request]:
    """Return the requests of an area and below, in the order in which they were filed, a page at a time."""
    chosen: ColumnElement[bool] = (
        below(area, requests.area_id) & within(actor, requests.area_id) & (requests.id > after)
    )
    if states:
        chosen &= requests.state.in_([state.value for state in states])
    if urgent is not None:
        chosen &= requests.urgent.is_(urgent)
    rows = await tx.rows(select(relief_requests).where(chosen).order_by(requests.id).limit(limit))
    return [request_of(row) for row in rows]


async def reported_by(
    tx: Transaction, actor: Actor, address_id: int, person_id: int | None, household_id: int | None, limit: int = 9
) -> Sequence[Request]:
    """Return what was reported from an address, by its person or for their household, the newest first."""
    actor.require_hub()
    mine: ColumnElement[bool] = requests.address_id == address_id
    if person_id is not None:
        mine |= requests.person_id == person_id
    if household_id is not None:
        mine |= requests.household_id == household_id
    rows = await tx.rows(select(relief_requests).where(mine).order_by(requests.id.desc()).limit(limit))
    return [request_of(row) for row in rows]


async def place_office(tx: Transaction, actor: Actor, request_id: int, office: int | None, level: str) -> None:
    """Note which office was told of a request, and whose turn it is."""
    actor.require_hub()
    await tx.execute(update(relief_requests).where(requests.id == request_id).values(office_id=office, level=level))


async def settle_household(tx: Transaction, actor: Actor, request_id: int, household_id: int) -> Request:
    """Say which household of the register a request is for."""
    actor.require(Role.DUTY, Role.OFFICER)
    await load(tx, actor, request_id)
    await households.load(tx, actor, household_id)
    await tx.execute(update(relief_requests).where(requests.id == request_id).values(household_id=household_id))
    return await load(tx, actor, request_id)


async def _refuse_foreign(tx: Transaction, actor: Actor, draft: Draft, now: int) -> None:
    """Refuse places, households and people that are not the actor's to name; the hub was handed them."""
    await areas.load(tx, actor, draft.area)
    if actor.kind is ActorKind.SYSTEM:
        return
    if draft.household is not None:
        await households.load(tx, actor, draft.household)
    entry = draft.entry
    named = (draft.person, entry.for_person if entry else None, entry.spoke_person if entry else None)
    for person in dict.fromkeys(each for each in named if each is not None):  # three at most
        await people.load(tx, actor, person, now=now)


async def _entered_before(tx: Transaction, draft: Draft) -> int | None:
    """Return the entry on behalf of the same household, beside which its own report is kept."""
    if draft.for_whom is ForWhom.ENTERED or (draft.household is None and draft.person is None):
        return None
    theirs = relief_entries.c.for_person_id == draft.person if draft.person is not None else None
    same = requests.household_id == draft.household if draft.household is not None else None
    whose = [each for each in (theirs, same) if each is not None]
    recent = requests.filed_at > draft.filed_at - PATIENCE.same_household
    alive = requests.state.in_([*OPEN, State.SETTLED]) & (requests.for_whom == ForWhom.ENTERED.value)
    joined = relief_requests.outerjoin(relief_entries, relief_entries.c.request_id == requests.id)
    newest = select(requests.id).select_from(joined).where(or_(*whose), alive, recent)
    newest = newest.where(requests.drill.is_(draft.drill))
    found = await tx.value(newest.order_by(requests.id.desc()).limit(1))
    return None if found is None else int(found)


def _row(draft: Draft, beside: int | None, now: int) -> dict[str, Any]:
    told = draft.told
    return {
        "public_id": new_id(),
        "code": new_code(),
        "area_id": draft.area,
        "household_id": draft.household,
        "address_id": draft.address,
        "person_id": draft.person,
        "for_whom": draft.for_whom.value,
        "drill": draft.drill,
        "hazard": told.hazard,
        "state": State.SUBMITTED.value,
        "urgent": is_urgent(told.counts),
        "level": draft.level.value,
        "office_id": draft.office,
        "beside": beside,
        "happened_at": draft.filed_at if told.happened_at is None else told.happened_at,
        "filed_at": draft.filed_at,
        "learned_at": now,
        "dedupe": draft.dedupe,
    } | {count.value: told.counts.get(count) for count in Count}


async def _write_entry(tx: Transaction, request_id: int, draft: Draft, by: str, now: int) -> None:
    entry = draft.entry
    if entry is None:
        return
    row = {
        "request_id": request_id,
        "means": entry.means.value,
        "for_person_id": entry.for_person,
        "spoke_person_id": entry.spoke_person,
        "said_at": entry.said_at,
        "typed_by": by,
        "typed_at": now,
    }
    await tx.execute(insert(relief_entries).values(row))
