"""The missing list: who has not answered a notice, why, and how they can still be reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, func, select

from audiences.stores.scope import below, within
from audiences.stores.tables import (
    address_owners,
    addresses,
    areas,
    audience_members,
    households,
    particulars,
    people,
)
from broadcast.notices import Notice
from broadcast.stores.standing import answered
from broadcast.stores.tables import deliveries, delivery_sharers
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Sending:
    """How far one of a person's deliveries got."""

    channel: str
    state: str
    reason: str | None
    shared: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """One person who has not answered. `sendings` is empty where nothing reaches them: somebody must go there."""

    seq: int  # in the audience: where the next page begins
    person: int
    name: str | None
    area: int
    area_name: str
    phone_kind: str
    household: int | None
    responsible: int | None  # the household's person A, who knows the door
    sendings: tuple[Sending, ...]
    channels: tuple[str, ...]  # by which they could be reached: open addresses


async def missing(
    tx: Transaction,
    actor: Actor,
    notice: Notice,
    *,
    after: int = 0,
    limit: int = 100,
    area: int | None = None,
) -> Sequence[Missing]:
    """Return up to `limit` people of the notice's audience who have not answered, from audience seq `after` on.

    Where several share an address, an answer from it speaks for all of them. Four statements, however many people.
    """
    rows = await tx.rows(_unanswered(actor, notice, area).where(audience_members.c.seq > after).limit(limit))
    ids = [row.person_id for row in rows]
    sendings = await _sendings(tx, notice.id, ids)
    channels = await _channels(tx, ids)
    return [_missing(row, sendings.get(row.person_id, ()), channels.get(row.person_id, ())) for row in rows]


async def count_missing(tx: Transaction, actor: Actor, notice: Notice, area: int | None = None) -> int:
    unanswered = _unanswered(actor, notice, area).order_by(None).subquery()
    return int(await tx.value(select(func.count()).select_from(unanswered)))


def _unanswered(actor: Actor, notice: Notice, area: int | None) -> Select[Any]:
    member = audience_members.c
    wanted = (
        select(
            member.seq,
            member.person_id,
            member.area_id,
            areas.c.name.label("area_name"),
            particulars.c.name,
            people.c.phone_kind,
            people.c.household_id,
            households.c.responsible_a_id,
        )
        .join(people, people.c.id == member.person_id)
        .join(areas, areas.c.id == member.area_id)
        .outerjoin(particulars, particulars.c.person_id == people.c.id)
        .outerjoin(households, households.c.id == people.c.household_id)
        .where(member.audience_id == notice.audience, within(actor, member.area_id))
        .where(~answered(notice.id, member.person_id))
        .order_by(member.seq)
    )
    return wanted if area is None else wanted.where(below(area, member.area_id))


async def _sendings(tx: Transaction, notice_id: int, ids: Sequence[int]) -> dict[int, tuple[Sending, ...]]:
    columns = (deliveries.c.seq, deliveries.c.channel, deliveries.c.state, deliveries.c.reason)
    theirs = and_(
        deliveries.c.notice_id == notice_id,
        deliveries.c.address_id == address_owners.c.address_id,  # found by address: deliveries have no index by person
        deliveries.c.person_id == address_owners.c.person_id,
    )
    own = (
        select(deliveries.c.person_id, *columns)
        .select_from(address_owners)
        .join(deliveries, theirs)
        .where(among(tx, address_owners.c.person_id, ids))
    )
    sharing = and_(delivery_sharers.c.notice_id == deliveries.c.notice_id, delivery_sharers.c.seq == deliveries.c.seq)
    shared = (
        select(delivery_sharers.c.person_id, *columns)
        .join(deliveries, sharing)
        .where(delivery_sharers.c.notice_id == notice_id, among(tx, delivery_sharers.c.person_id, ids))
    )
    found: dict[int, list[tuple[int, Sending]]] = {}
    for rows, is_shared in ((await tx.rows(own), False), (await tx.rows(shared), True)):
        for row in rows:
            sending = Sending(row.channel, row.state, row.reason, is_shared)
            found.setdefault(row.person_id, []).append((row.seq, sending))
    return {person: tuple(each for _, each in sorted(sent, key=lambda s: s[0])) for person, sent in found.items()}


async def _channels(tx: Transaction, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    working = (
        select(address_owners.c.person_id, addresses.c.channel)
        .distinct()
        .join(addresses, addresses.c.id == address_owners.c.address_id)
        .where(among(tx, address_owners.c.person_id, ids), address_owners.c.until_at.is_(None))
        .where(addresses.c.closed_at.is_(None), addresses.c.stopped_at.is_(None))
        .order_by(address_owners.c.person_id, addresses.c.channel)
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in await tx.rows(working):
        found[row.person_id] = (*found.get(row.person_id, ()), row.channel)
    return found


def _missing(row: Row[Any], sendings: tuple[Sending, ...], channels: tuple[str, ...]) -> Missing:
    return Missing(
        seq=row.seq,
        person=row.person_id,
        name=row.name,
        area=row.area_id,
        area_name=row.area_name,
        phone_kind=row.phone_kind,
        household=row.household_id,
        responsible=row.responsible_a_id,
        sendings=sendings,
        channels=channels,
    )
