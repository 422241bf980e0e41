"""Waits: which gateway owes us a word on which delivery, and when it is told again.

A wait is written before its command goes out and lives until the gateway has said the last word, or the notice ends.
A gateway that stays away keeps its wait, so that its hello brings what is still valid: the broker is not the memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from audiences.stores.tables import gateways
from broadcast.deliveries import Key, State
from broadcast.stores.tables import deliveries, notices, speaker_commands, speaker_waits, stops
from ground.actor import Actor
from ground.bulk import among
from ground.clock import HOUR
from ground.transaction import Dialect, Transaction

CHANNEL = "speaker"
OWED = (State.ACCEPTED, State.UNCERTAIN)
waits, commands = speaker_waits.c, speaker_commands.c


@dataclass(frozen=True, slots=True)
class Wait:
    """One delivery whose gateway is to be told again. `stopped`: told to stop, for an officer said so."""

    key: Key
    gateway: int
    language: str
    rule: int
    tries: int
    stopped: bool


@dataclass(frozen=True, slots=True)
class Validity:
    """What is still worth playing at `now` (story time): an ending without expiry for so many hours after its start."""

    now: int
    ending_hours: float

    @property
    def holds(self) -> ColumnElement[bool]:
        ends = func.coalesce(notices.c.expires, notices.c.valid_from + round(self.ending_hours * HOUR))
        return and_(notices.c.superseded_at.is_(None), ends > self.now)


async def expect(
    tx: Transaction, actor: Actor, gateway_of: Sequence[tuple[Key, int]], told_at: int, due_at: int
) -> None:
    """Write that these gateways (by id) are told now and owe a word by `due_at`; both are machine time."""
    actor.require_hub()
    alike = {"told_at": told_at, "due_at": due_at, "tries": 1}
    rows = [{"notice_id": key.notice, "seq": key.seq, "gateway_id": gateway} | alike for key, gateway in gateway_of]
    if not rows:
        return
    statement = (insert_postgresql if tx.dialect is Dialect.POSTGRESQL else insert_sqlite)(speaker_waits)
    again = {
        "told_at": statement.excluded.told_at,
        "due_at": statement.excluded.due_at,
        "tries": waits.tries + 1,
    }
    await tx.execute(statement.on_conflict_do_update(index_elements=[waits.notice_id, waits.seq], set_=again), rows)


async def due(tx: Transaction, actor: Actor, valid: Validity, machine: int, tries: int, limit: int) -> Sequence[Wait]:
    """Return waits that ran out and were told fewer than `tries` times since the gateway's last word."""
    actor.require_hub()
    mine = and_(waits.due_at <= machine, waits.tries < tries, valid.holds)
    return await _waits(tx, mine, limit)


async def owed_to(
    tx: Transaction, actor: Actor, gateway_ids: Sequence[int], valid: Validity, before: int
) -> Sequence[Wait]:
    """Return what is still valid, not played, and was told `before` (machine time) to gateways that just came back."""
    actor.require_hub()
    mine = and_(among(tx, waits.gateway_id, gateway_ids), waits.told_at < before, valid.holds)
    return await _waits(tx, mine, None)


async def of_notice(tx: Transaction, actor: Actor, notice_id: int) -> Sequence[tuple[Key, int]]:
    """Return (delivery, gateway) for everything of a notice on which a word is owed."""
    actor.require_hub()
    rows = await tx.rows(select(speaker_waits).where(waits.notice_id == notice_id).order_by(waits.seq))
    return [(Key(row.notice_id, row.seq), row.gateway_id) for row in rows]


async def anything_due(tx: Transaction, actor: Actor, machine: int) -> bool:
    """Whether there is anything to write about: a wait ran out, or a stop was said while words are owed."""
    actor.require_hub()
    ran_out = select(exists().where(waits.due_at <= machine))
    return bool(await tx.value(ran_out)) or bool(await tx.value(select(exists().where(_to_be_stopped(machine)))))


async def silent(tx: Transaction, actor: Actor, machine: int, tries: int) -> Sequence[str]:
    """Return the codes of gateways that were told `tries` times and said nothing."""
    actor.require_hub()
    given_up = and_(waits.due_at <= machine, waits.tries == tries)
    codes = select(gateways.c.code).distinct().join(speaker_waits, waits.gateway_id == gateways.c.id)
    return await tx.values(codes.where(given_up))


async def let_rest(tx: Transaction, actor: Actor, machine: int, tries: int, until: int) -> None:
    """Leave the silent alone until they say hello; only whether the notice still holds is looked at again."""
    actor.require_hub()
    given_up = and_(waits.due_at <= machine, waits.tries >= tries)
    await tx.execute(update(speaker_waits).where(given_up).values(due_at=until, tries=tries + 1))


async def heard(tx: Transaction, actor: Actor, keys: Sequence[Key], due_at: int) -> None:
    """A word came, though not the last: the gateway is there, and is asked again only if it falls silent now."""
    actor.require_hub()
    if keys:
        await tx.execute(update(speaker_waits).where(_these(tx, keys)).values(due_at=due_at, tries=0))


async def answered(tx: Transaction, actor: Actor, gateway_ids: Sequence[int]) -> None:
    """These gateways are there again: whatever they owe may be told as often as at first."""
    actor.require_hub()
    if gateway_ids:
        await tx.execute(update(speaker_waits).where(among(tx, waits.gateway_id, gateway_ids)).values(tries=0))


async def over(tx: Transaction, actor: Actor, keys: Sequence[Key]) -> None:
    """The gateway has said the last word on these."""
    actor.require_hub()
    if keys:
        await tx.execute(delete(speaker_waits).where(_these(tx, keys)))


async def forget_ended(tx: Transaction, actor: Actor, valid: Validity, machine: int, limit: int) -> None:
    """Delete waits that ran out and are of no use: the delivery has its end, or the notice holds no longer."""
    actor.require_hub()
    ended = deliveries.c.state.in_((State.DELIVERED, State.SUPPRESSED, State.SUPERSEDED, State.EXPIRED))
    failed_there = and_(deliveries.c.state == State.FAILED, deliveries.c.detail.is_not(None))
    useless = (
        select(waits.notice_id, waits.seq)
        .join(deliveries, _same_delivery())
        .join(notices, notices.c.id == waits.notice_id)
        .where(waits.due_at <= machine, or_(ended, failed_there, ~valid.holds))
        .limit(limit)
        .cte("useless")
    )
    gone = exists().where(useless.c.notice_id == waits.notice_id, useless.c.seq == waits.seq)
    await tx.execute(delete(speaker_waits).where(gone))


async def hasten_stopped(tx: Transaction, actor: Actor, machine: int) -> None:
    """An officer said stop: whoever was told to play is told to stop now, not when the wait runs out."""
    actor.require_hub()
    await tx.execute(update(speaker_waits).where(_to_be_stopped(machine)).values(due_at=machine, tries=0))


async def _waits(tx: Transaction, which: ColumnElement[bool], limit: int | None) -> Sequence[Wait]:
    stopped = case((_in_force(waits.notice_id), True), else_=False).label("stopped")
    never_taken = and_(deliveries.c.state == State.FAILED, deliveries.c.detail.is_(None))
    wanted = (
        select(speaker_waits, deliveries.c.language, deliveries.c.rule, stopped)
        .join(deliveries, _same_delivery())
        .join(notices, notices.c.id == waits.notice_id)
        .join(gateways, gateways.c.id == waits.gateway_id)
        .where(which, or_(deliveries.c.state.in_(OWED), never_taken), gateways.c.gone_at.is_(None))
        .order_by(waits.due_at, waits.notice_id, waits.seq)
        .limit(limit)
    )
    return [
        Wait(Key(row.notice_id, row.seq), row.gateway_id, row.language, row.rule, row.tries, bool(row.stopped))
        for row in await tx.rows(wanted)
    ]


def _same_delivery() -> ColumnElement[bool]:
    return and_(deliveries.c.notice_id == waits.notice_id, deliveries.c.seq == waits.seq)


def _applies(notice_id: Any) -> ColumnElement[bool]:
    """A stop of this notice, of the speakers, or of everything, that was not lifted."""
    wider = and_(stops.c.notice_id.is_(None), or_(stops.c.channel == CHANNEL, stops.c.channel.is_(None)))
    return and_(stops.c.lifted_at.is_(None), or_(stops.c.notice_id == notice_id, wider))


def _in_force(notice_id: Any) -> ColumnElement[bool]:
    return exists().where(_applies(notice_id))


def _to_be_stopped(machine: int) -> ColumnElement[bool]:
    """Told to play before an officer said stop, and not told to stop since; those due anyway need no haste."""
    told = exists().where(commands.notice_id == waits.notice_id, commands.kind == "stop", commands.at >= _stopped_at())
    return and_(waits.due_at > machine, _in_force(waits.notice_id), ~told)


def _stopped_at() -> Any:
    return select(stops.c.at).where(_applies(waits.notice_id)).order_by(stops.c.at.desc()).limit(1).scalar_subquery()


def _these(tx: Transaction, keys: Sequence[Key]) -> ColumnElement[bool]:
    """These deliveries, a list of numbers for each notice that they are of."""
    by_notice: dict[int, list[int]] = {}
    for key in keys:
        by_notice.setdefault(key.notice, []).append(key.seq)
    return or_(
        *(and_(waits.notice_id == notice, among(tx, waits.seq, seqs)) for notice, seqs in sorted(by_notice.items()))
    )
