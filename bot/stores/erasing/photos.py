"""Photos that a case still holds: a file that an erasure let go of stays as long as anybody else has it."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Column, select

from bot.stores.assistance.tables import assistance_photos
from bot.stores.doors.tables import photos as door_photos
from bot.stores.erasing.texts import saying
from bot.stores.evacuation.tables import report_photos
from bot.stores.relief.tables import relief_photos
from bot.stores.tables import talks
from bot.stores.video.tables import video_evidence
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

HOLDERS: Final[Sequence[Column[Any]]] = (
    relief_photos.c.digest,
    assistance_photos.c.digest,
    report_photos.c.digest,
    door_photos.c.digest,
    video_evidence.c.digest,  # of a site, not of a person: it stays
)


async def held(tx: Transaction, actor: Actor, digests: Sequence[str]) -> frozenset[str]:
    """Return those of the photos that a case or an open talk holds; there are few holders and few photos at a time."""
    actor.require_hub()
    found: set[str] = set()
    for column in HOLDERS:
        found |= set(await tx.values(select(column).where(among(tx, column, digests)).distinct()))
    open_talks = select(talks.c.facts).where(talks.c.ended_at.is_(None), saying(tx, talks.c.facts, digests))
    for facts in await tx.values(open_talks) if digests else ():
        found |= set(facts.get("photos") or ()) & set(digests)
    return frozenset(found)
