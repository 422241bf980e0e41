"""Stops: an officer holds back one notice, one channel or everything; they are read at every claim."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, insert, or_, select, true, update

from audiences.stores.scope import within
from broadcast.errors import OutsideYourArea, UnknownStop
from broadcast.stores.sending import ranges
from broadcast.stores.tables import notices, stops
from broadcast.stores.tables import ranges as ranges_table
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop as it stands. `went_out` counts sendings that were under way when it was said and could not be held."""

    id: int
    notice: int | None
    channel: str | None
    actor: str
    reason: str
    at: int
    lifted_at: int | None
    went_out: int


async def stop_notice(tx: Transaction, actor: Actor, notice_id: int, reason: str, at: int) -> int:
    """Stop one notice of the actor's area; return the stop's id."""
    actor.require(Role.OFFICER, Role.APPROVER, Role.DUTY)
    mine = and_(notices.c.id == notice_id, within(actor, notices.c.area_id))
    if await tx.value(select(notices.c.id).where(mine)) is None:
        raise OutsideYourArea
    return await _write(tx, actor, notice_id, None, reason, at)


async def stop_channel(tx: Transaction, actor: Actor, channel: str | None, reason: str, at: int) -> int:
    """Stop a channel, or everything (None): it holds for all areas, so only an unbounded officer may say it."""
    actor.require(Role.OFFICER, Role.APPROVER, Role.DUTY, Role.ADMIN)
    if not actor.unbounded:
        raise OutsideYourArea
    return await _write(tx, actor, None, channel, reason, at)


async def lift(tx: Transaction, actor: Actor, stop_id: int, at: int) -> None:
    """Let what was held go on: its ranges are planned again; who may not say a stop may not lift it either."""
    actor.require(Role.OFFICER, Role.APPROVER, Role.DUTY, Role.ADMIN)
    own = or_(stops.c.notice_id.is_not(None), true() if actor.unbounded else false())
    mine = and_(stops.c.id == stop_id, stops.c.lifted_at.is_(None), own, _visible(actor))
    row = await tx.row(update(stops).where(mine).values(lifted_at=at, lifted_by=actor.name).returning(*stops.c))
    if row is None:
        raise UnknownStop(stop=stop_id)
    held = [ranges_table.c.state == ranges.State.HELD]
    if row.notice_id is not None:
        held.append(ranges_table.c.notice_id == row.notice_id)
    if row.channel is not None:
        held.append(ranges_table.c.channel == row.channel)
    await tx.execute(update(ranges_table).where(*held).values(state=ranges.State.PLANNED))
    await record_deed(tx, actor, "stop.lifted", f"stop:{stop_id}", at)


async def stopped(tx: Transaction, actor: Actor, notice_id: int, channel: str) -> bool:
    """Whether a stop of this notice, this channel or everything is in force."""
    actor.require_hub()
    return bool(await tx.value(select(exists().where(_holds(notice_id, channel)))))


async def count_sent(tx: Transaction, actor: Actor, notice_id: int, channel: str, n: int) -> None:
    """Note on the stops in force that `n` sendings, under way when they were said, went out after all."""
    actor.require_hub()
    if n:
        await tx.execute(update(stops).where(_holds(notice_id, channel)).values(went_out=stops.c.went_out + n))


async def in_force(tx: Transaction, actor: Actor, *, lifted_too: bool = False) -> Sequence[Stop]:
    """Return the stops that the actor may see, newest first, each with what still went out after it was said."""
    wanted = select(stops).where(_visible(actor)).order_by(stops.c.id.desc())
    if not lifted_too:
        wanted = wanted.where(stops.c.lifted_at.is_(None))
    return [
        Stop(row.id, row.notice_id, row.channel, row.actor, row.reason, row.at, row.lifted_at, row.went_out)
        for row in await tx.rows(wanted)
    ]


async def _write(
    tx: Transaction, actor: Actor, notice_id: int | None, channel: str | None, reason: str, at: int
) -> int:
    row = {"notice_id": notice_id, "channel": channel, "actor": actor.name, "reason": reason, "at": at}
    stop_id = int(await tx.value(insert(stops).values(row).returning(stops.c.id)))
    await record_deed(tx, actor, "stop.said", f"stop:{stop_id}", at, notice=notice_id, channel=channel)
    return stop_id


def _holds(notice_id: int, channel: str) -> ColumnElement[bool]:
    everywhere = and_(stops.c.notice_id.is_(None), or_(stops.c.channel == channel, stops.c.channel.is_(None)))
    return and_(stops.c.lifted_at.is_(None), or_(stops.c.notice_id == notice_id, everywhere))


def _visible(actor: Actor) -> ColumnElement[bool]:
    """Stops of all areas concern everybody; a notice's own, those whose area it is."""
    if actor.unbounded:
        return true()
    own = select(notices.c.id).where(within(actor, notices.c.area_id))
    return or_(stops.c.notice_id.is_(None), stops.c.notice_id.in_(own))
