"""Alarms of checks: each kind once for a check, whatever is said again."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update

from audiences.stores.scope import within
from bot.cases.video_check import AlarmKind
from bot.stores.video.checks import Check
from bot.stores.video.tables import video_alarms
from ground.actor import Actor
from ground.transaction import Transaction

alarms = video_alarms.c


@dataclass(frozen=True, slots=True)
class Alarm:
    check: int
    kind: AlarmKind
    raised_at: int
    told_people: int


async def raise_new(
    tx: Transaction, actor: Actor, check: Check, kinds: Sequence[AlarmKind], at: int
) -> Sequence[AlarmKind]:
    """Raise alarms; return those that were not raised before. The check must be held by this transaction."""
    actor.require_hub()
    before = set(await tx.values(select(alarms.kind).where(alarms.check_id == check.key)))
    new = [each for each in kinds if each.value not in before]
    if new:
        rows = [{"check_id": check.key, "kind": each.value, "area_id": check.area, "raised_at": at} for each in new]
        await tx.execute(insert(video_alarms), rows)
    return new


async def told(tx: Transaction, actor: Actor, check_id: int, kinds: Sequence[AlarmKind], people: int) -> None:
    """Note how many people were told: none is what an auditor must see."""
    actor.require_hub()
    mine = (alarms.check_id == check_id) & alarms.kind.in_([each.value for each in kinds])
    await tx.execute(update(video_alarms).where(mine).values(told_people=people))


async def of_check(tx: Transaction, actor: Actor, check_id: int) -> Sequence[Alarm]:
    mine = (alarms.check_id == check_id) & within(actor, alarms.area_id)
    rows = await tx.rows(select(video_alarms).where(mine).order_by(alarms.raised_at, alarms.kind))
    return [Alarm(row.check_id, AlarmKind(row.kind), row.raised_at, row.told_people) for row in rows]
