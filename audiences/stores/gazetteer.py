"""Areas by name: 车草村 finds 车草村委会, and a name that many bear is answered with the choices."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select, true

from audiences.areas import Ambiguous, Area, Choice, Found, Meaning, NoSuchArea, cores_in, fold, is_meant, keys_in
from audiences.stores.areas import AREA_COLUMNS, PRESENT, area_of
from audiences.stores.scope import below, within
from audiences.stores.tables import area_closure, areas
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

CHOICES_SHOWN = 50


async def find(tx: Transaction, actor: Actor, text: str, *, inside: int | None = None) -> Meaning:
    """Say which area a name means: by code, by its own name, or by its name led by names of areas above it.

    A name that is only like one (荷湖镇 for 荷湖乡) is never taken for it: it is answered with what it may mean.
    """
    by_code = areas.c.code == text.strip()
    around = true() if inside is None else below(inside, areas.c.id)
    named = among(tx, areas.c.folded, keys_in(text)) | by_code
    rows = await tx.rows(select(*AREA_COLUMNS).where(named, PRESENT, around, within(actor, areas.c.id)))
    candidates = [area_of(row) for row in rows]
    for area in candidates:
        if area.code == text.strip():
            return Found(area)
    paths = await paths_to(tx, actor, [area.id for area in candidates])
    meant = [area for area in candidates if is_meant(text, paths[area.id][::-1])]
    if len(meant) == 1:
        return Found(meant[0])
    return _choices(meant or [area for area in candidates if fold(area.name) == fold(text)], paths)


async def mentioned(tx: Transaction, actor: Actor, text: str) -> Sequence[Choice]:
    """Return the areas whose names a longer text may have somewhere; which of them it means is for the reader."""
    named = among(tx, areas.c.folded, cores_in(text))
    rows = await tx.rows(select(*AREA_COLUMNS).where(named, PRESENT, within(actor, areas.c.id)))
    candidates = [area_of(row) for row in rows]
    paths = await paths_to(tx, actor, [area.id for area in candidates])
    return [Choice(area, paths[area.id]) for area in candidates]


async def paths_to(tx: Transaction, actor: Actor, area_ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """Return the names from the top down to each area; what stands above the actor's own area is named too."""
    if not area_ids:
        return {}
    closure = area_closure.c
    lines = (
        select(closure.descendant_id, areas.c.name)
        .select_from(area_closure.join(areas, areas.c.id == closure.ancestor_id))
        .where(among(tx, closure.descendant_id, area_ids), within(actor, closure.descendant_id))
        .order_by(closure.descendant_id, closure.depth.desc())
    )
    paths: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for row in await tx.rows(lines):
        paths[row.descendant_id] += (row.name,)
    return paths


def _choices(meant: Sequence[Area], paths: Mapping[int, tuple[str, ...]]) -> Meaning:
    if not meant:
        return NoSuchArea()
    shown = sorted(meant, key=lambda area: area.code)[:CHOICES_SHOWN]
    return Ambiguous(tuple(Choice(area, paths[area.id]) for area in shown), len(meant))
