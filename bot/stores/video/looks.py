"""How photos look: noted once, and held against the photos of earlier checks of the same site."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, update

from bot.cases.freshness import ALIKE_BITS, bits_apart
from bot.stores.video.tables import video_evidence, video_looks
from ground.actor import Actor
from ground.bulk import insert_rows
from ground.transaction import Transaction

COMPARED: Final = 500  # of the older photos of a site, the newest
UNSEEN: Final = ""
looks = video_looks.c


@dataclass(frozen=True, slots=True)
class Unseen:
    """A photo at which nobody has looked: it came in a chat, where no file is at hand."""

    evidence: int
    site: int | None
    check: int
    digest: str


async def note(
    tx: Transaction, actor: Actor, evidence_id: int, site_id: int | None, check_id: int, look: str | None
) -> int | None:
    """Note how a photo looks, or that nobody looked yet; return an older one of the site that looks the same."""
    actor.require_hub()
    alike = await _alike(tx, site_id, check_id, look)
    row = {"evidence_id": evidence_id, "site_id": site_id, "check_id": check_id, "look": look, "alike_id": alike}
    await insert_rows(tx, video_looks, [row])
    return alike


async def unseen(tx: Transaction, actor: Actor, limit: int) -> Sequence[Unseen]:
    """Return photos at which nobody has looked yet."""
    actor.require_hub()
    evidence = video_evidence.c
    joined = video_looks.join(video_evidence, evidence.id == looks.evidence_id)
    columns = (evidence.id, evidence.site_id, evidence.check_id, evidence.digest)
    rows = await tx.rows(select(*columns).select_from(joined).where(looks.look.is_(None)).limit(limit))
    return [Unseen(row.id, row.site_id, row.check_id, row.digest) for row in rows]


async def seen(tx: Transaction, actor: Actor, photo: Unseen, look: str) -> int | None:
    """Note how a photo looks at which nobody had looked; return an older one that looks the same."""
    actor.require_hub()
    alike = await _alike(tx, photo.site, photo.check, look)
    mine = (looks.evidence_id == photo.evidence) & looks.look.is_(None)
    await tx.execute(update(video_looks).where(mine).values(look=look, alike_id=alike))
    return alike


async def _alike(tx: Transaction, site_id: int | None, check_id: int, look: str | None) -> int | None:
    if site_id is None or not look or not int(look, 16):  # all of one shade, as by night: it says nothing
        return None
    older = (looks.site_id == site_id) & (looks.check_id < check_id) & (looks.look != UNSEEN)
    wanted = select(looks.evidence_id, looks.look).where(older).order_by(looks.evidence_id.desc()).limit(COMPARED)
    near = (row.evidence_id for row in await tx.rows(wanted) if bits_apart(look, row.look) <= ALIKE_BITS)
    return next(near, None)
