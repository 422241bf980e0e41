"""Areas by what people type on a keyboard without Chinese: kept beside the names, renewed in slices by a round."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, or_, select

from audiences.areas import Choice
from audiences.pinyin import Reading, readings_in
from audiences.stores.areas import AREA_COLUMNS, PRESENT, area_of
from audiences.stores.gazetteer import CHOICES_SHOWN, paths_to
from audiences.stores.scope import within
from audiences.stores.tables import area_readings, areas
from ground.actor import Actor
from ground.bulk import among, insert_rows
from ground.transaction import Transaction

SLICE = 500


async def find(tx: Transaction, actor: Actor, text: str) -> Sequence[Choice]:
    """Return the areas whose names are read like this, in full or by initials, by code."""
    full, initials = readings_in(text)
    if not full:
        return []
    alike = or_(
        among(tx, area_readings.c.full, sorted(full)), among(tx, area_readings.c.initials, sorted(initials or full))
    )
    joined = areas.join(area_readings, area_readings.c.area_id == areas.c.id)
    chosen = select(*AREA_COLUMNS).select_from(joined).where(alike, PRESENT, within(actor, areas.c.id))
    found = [area_of(row) for row in await tx.rows(chosen.order_by(areas.c.code).limit(CHOICES_SHOWN))]
    paths = await paths_to(tx, actor, [area.id for area in found])
    return [Choice(area, paths[area.id]) for area in found]


async def unread(tx: Transaction, actor: Actor) -> Mapping[int, str]:
    """Return the next names, by area, that were not read yet or are others by now."""
    actor.require_hub()
    joined = areas.outerjoin(area_readings, area_readings.c.area_id == areas.c.id)
    stale = or_(area_readings.c.area_id.is_(None), area_readings.c.folded != areas.c.folded)
    rows = await tx.rows(select(areas.c.id, areas.c.folded).select_from(joined).where(stale, PRESENT).limit(SLICE))
    return {row.id: row.folded for row in rows}


async def keep(tx: Transaction, actor: Actor, names: Mapping[int, str], read: Sequence[Reading]) -> None:
    """Keep how these names are read; a name that is another by now is found again by `unread`."""
    actor.require_hub()
    await tx.execute(delete(area_readings).where(among(tx, area_readings.c.area_id, list(names))))
    rows = [
        {"area_id": area, "folded": name, "full": said.full, "initials": said.initials}
        for (area, name), said in zip(names.items(), read, strict=True)
    ]
    await insert_rows(tx, area_readings, rows)
