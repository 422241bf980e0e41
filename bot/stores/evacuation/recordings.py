"""Recordings that may be sounded without asking: approved beforehand for an area and all that lies below it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update

from audiences.stores import areas as area_store
from audiences.stores.scope import within
from audiences.stores.tables import area_closure
from bot.cases.errors import UnknownRecording
from bot.stores.evacuation.tables import recordings
from broadcast.content.message import Audio
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Recording:
    """An approved recording."""

    id: int
    area: int
    audio: Audio
    approved_by: str
    approved_at: int


async def approve(tx: Transaction, actor: Actor, area_id: int, audio: Audio, at: int) -> Recording:
    """Approve a recording for an area; what was approved there before is not sounded any more."""
    actor.require(Role.APPROVER)
    await area_store.load(tx, actor, area_id)
    earlier = (recordings.c.area_id == area_id) & recordings.c.ended_at.is_(None)
    await tx.execute(update(recordings).where(earlier).values(ended_at=at))
    row = {"area_id": area_id, "audio": asdict(audio), "approved_by": actor.name, "approved_at": at}
    made = await tx.row(insert(recordings).values(row).returning(recordings))
    if made is None:
        raise UnknownRecording(recording=audio.digest)
    await record_deed(tx, actor, "evacuation.recording_approved", f"area:{area_id}", at, digest=audio.digest)
    return _recording(made)


async def withdraw(tx: Transaction, actor: Actor, recording_id: int, at: int) -> None:
    actor.require(Role.APPROVER)
    mine = (recordings.c.id == recording_id) & recordings.c.ended_at.is_(None) & within(actor, recordings.c.area_id)
    if (await tx.execute(update(recordings).where(mine).values(ended_at=at))).rowcount == 0:
        raise UnknownRecording(recording=recording_id)
    await record_deed(tx, actor, "evacuation.recording_withdrawn", f"recording:{recording_id}", at)


async def listed(tx: Transaction, actor: Actor) -> Sequence[Recording]:
    wanted = select(recordings).where(recordings.c.ended_at.is_(None), within(actor, recordings.c.area_id))
    return [_recording(row) for row in await tx.rows(wanted.order_by(recordings.c.id))]


async def nearest(tx: Transaction, actor: Actor, area_id: int) -> Audio | None:
    """Return the recording approved for an area, or for the nearest one above it."""
    actor.require_hub()
    above = area_closure.join(recordings, recordings.c.area_id == area_closure.c.ancestor_id)
    mine = (area_closure.c.descendant_id == area_id) & recordings.c.ended_at.is_(None)
    wanted = select(recordings.c.audio).select_from(above).where(mine).order_by(area_closure.c.depth).limit(1)
    kept = await tx.value(wanted)
    return Audio(**kept) if kept else None


def _recording(row: Row[Any]) -> Recording:
    return Recording(row.id, row.area_id, Audio(**row.audio), row.approved_by, row.approved_at)
