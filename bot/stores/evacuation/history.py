"""Everything that was said of some rows, the oldest first: nothing is ever overwritten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from audiences.stores.scope import within
from bot.stores.evacuation.tables import report_photos, report_words, reports
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Told:
    """One report as it is kept."""

    id: int
    line: int
    state: str
    verified: bool
    checks: bool
    means: str
    by: str
    typed_by: str | None
    shelter: int | None
    happened_at: int
    entered_at: int
    learned_at: int
    spoke: str = field(repr=False)
    words: str = field(repr=False)
    photos: tuple[str, ...] = ()


async def of_lines(tx: Transaction, actor: Actor, line_ids: Sequence[int]) -> Mapping[int, Sequence[Told]]:
    """Return line → its reports."""
    mine = among(tx, reports.c.line_id, line_ids) & within(actor, reports.c.area_id)
    wanted = select(reports, report_words.c.spoke, report_words.c.words)
    wanted = wanted.outerjoin(report_words, report_words.c.report_id == reports.c.id).where(mine)
    rows = await tx.rows(wanted.order_by(reports.c.happened_at, reports.c.id))
    pictures = await tx.rows(select(report_photos).where(among(tx, report_photos.c.report_id, [r.id for r in rows])))
    photos: dict[int, tuple[str, ...]] = {}
    for row in pictures:
        photos[row.report_id] = (*photos.get(row.report_id, ()), row.digest)
    found: dict[int, list[Told]] = {}
    for row in rows:
        told = Told(
            id=row.id,
            line=row.line_id,
            state=row.state,
            verified=row.verified,
            checks=row.checks,
            means=row.means,
            by=row.by,
            typed_by=row.typed_by,
            shelter=row.shelter_id,
            happened_at=row.happened_at,
            entered_at=row.entered_at,
            learned_at=row.learned_at,
            spoke=row.spoke or "",
            words=row.words or "",
            photos=photos.get(row.id, ()),
        )
        found.setdefault(row.line_id, []).append(told)
    return found
