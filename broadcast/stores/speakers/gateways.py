"""Loudspeakers in the hub's eyes: which gateways a batch is for, whose word a report is, and the coverage."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, and_, func, or_, select

from audiences.stores.scope import within
from audiences.stores.tables import areas, gateways
from broadcast.deliveries import Key, State
from broadcast.stores.speakers.waits import CHANNEL
from broadcast.stores.tables import counters, deliveries, notices, speaker_waits
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a notice got by loudspeaker in one area (0: none)."""

    area: int
    played: int
    reachable: int  # played, or not known to be away
    all: int


async def by_code(tx: Transaction, actor: Actor, codes: Sequence[str]) -> dict[str, int]:
    """Return code → id of the gateways that are there; a code that is missing in the answer is known no more."""
    mine = (among(tx, gateways.c.code, codes), gateways.c.gone_at.is_(None), within(actor, gateways.c.area_id))
    return {row.code: row.id for row in await tx.rows(select(gateways.c.code, gateways.c.id).where(*mine))}


async def keys_of(
    tx: Transaction, actor: Actor, notice_ids: Sequence[str], codes: Sequence[str]
) -> dict[tuple[str, str], Key]:
    """Return (notice's public id, gateway's code) → delivery, for every delivery that is both."""
    found = (
        select(notices.c.public_id, gateways.c.code, deliveries.c.notice_id, deliveries.c.seq)
        .join(deliveries, deliveries.c.notice_id == notices.c.id)
        .join(gateways, gateways.c.address_id == deliveries.c.address_id)
        .where(among(tx, notices.c.public_id, notice_ids), among(tx, gateways.c.code, codes))
        .where(within(actor, gateways.c.area_id))
    )
    return {(row.public_id, row.code): Key(row.notice_id, row.seq) for row in await tx.rows(found)}


async def told(tx: Transaction, actor: Actor, notice_id: int, language: str, rule: int) -> Sequence[int]:
    """Return the gateways to which these words of a notice went out, whatever they said since."""
    sent = deliveries.c.state.in_((State.ACCEPTED, State.DELIVERED, State.FAILED, State.UNCERTAIN))
    words = and_(deliveries.c.language == language, deliveries.c.rule == rule)
    wanted = (
        select(gateways.c.id)
        .join(deliveries, deliveries.c.address_id == gateways.c.address_id)
        .where(deliveries.c.notice_id == notice_id, deliveries.c.channel == CHANNEL, sent, words)
        .where(gateways.c.gone_at.is_(None), within(actor, gateways.c.area_id))
    )
    return await tx.values(wanted)


async def roots(tx: Transaction, actor: Actor) -> Sequence[str]:
    """Return the codes of the areas that hang below no other: together their topics reach every gateway."""
    return await tx.values(select(areas.c.code).where(areas.c.parent_id.is_(None), within(actor, areas.c.id)))


async def replaced_by(tx: Transaction, actor: Actor, notice_id: int, earlier: Sequence[int]) -> Sequence[str]:
    """Return the public ids of what a notice supersedes, and of the `earlier` ones whose hearers it tells."""
    mine = or_(notices.c.superseded_by == notice_id, among(tx, notices.c.id, earlier))
    wanted = select(notices.c.public_id).where(mine, within(actor, notices.c.area_id)).order_by(notices.c.id)
    return await tx.values(wanted)


async def coverage(tx: Transaction, actor: Actor, notice_id: int) -> Sequence[Coverage]:
    """Return played / reachable / all of one notice, area by area."""
    total = func.sum(counters.c.n).cast(Integer)
    played = func.sum(counters.c.n).filter(counters.c.state == State.DELIVERED).cast(Integer)
    counted = (
        select(counters.c.area_id, total.label("total"), played.label("played"))
        .where(counters.c.notice_id == notice_id, counters.c.channel == CHANNEL)
        .where(counters.c.state.in_(list(State)), _seen(actor))
        .group_by(counters.c.area_id)
        .order_by(counters.c.area_id)
    )
    away = await _away(tx, notice_id)
    return [
        Coverage(row.area_id, row.played or 0, row.total - away.get(row.area_id, 0), row.total)
        for row in await tx.rows(counted)
        if row.total
    ]


def _seen(actor: Actor) -> Any:
    return within(actor, counters.c.area_id)


async def _away(tx: Transaction, notice_id: int) -> dict[int, int]:
    """How many gateways that owe a word are known to be away, by area."""
    place = func.coalesce(deliveries.c.area_id, 0).label("place")
    owing = (
        select(place, func.count().label("n"))
        .select_from(speaker_waits)
        .join(deliveries, (deliveries.c.notice_id == notice_id) & (deliveries.c.seq == speaker_waits.c.seq))
        .join(gateways, gateways.c.id == speaker_waits.c.gateway_id)
        .where(speaker_waits.c.notice_id == notice_id, gateways.c.state == "offline")
        .group_by(place)
    )
    return {row.place: row.n for row in await tx.rows(owing)}
