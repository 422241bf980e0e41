"""Areas as they are kept: the tree, and its closure that every scope and every target is asked of."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Row, delete, insert, literal, select, true, update

from audiences.areas import Area, fold
from audiences.errors import AreaInCircle, AreaTaken, ScopeTooWide, UnknownArea
from audiences.stores.scope import below, within
from audiences.stores.tables import area_closure, areas
from ground.actor import Actor, Role
from ground.audit import record_deed
from ground.bulk import among
from ground.transaction import Transaction

AREA_COLUMNS = (areas.c.id, areas.c.code, areas.c.name, areas.c.level, areas.c.parent_id)
PRESENT = areas.c.gone_at.is_(None)


def area_of(row: Row[tuple[int, str, str, str, int | None]]) -> Area:
    """Read the AREA_COLUMNS of a row."""
    return Area(row.id, row.code, row.name, row.level, row.parent_id)


async def load(tx: Transaction, actor: Actor, area_id: int) -> Area:
    row = await tx.row(select(*AREA_COLUMNS).where(areas.c.id == area_id, within(actor, areas.c.id)))
    if row is None:
        raise UnknownArea(area=area_id)
    return area_of(row)


async def by_codes(tx: Transaction, actor: Actor, codes: Sequence[str]) -> Mapping[str, int]:
    """Return the ids of the areas with these codes; those unknown, gone or out of scope are left out."""
    known = among(tx, areas.c.code, codes) & PRESENT & within(actor, areas.c.id)
    return {row.code: row.id for row in await tx.rows(select(areas.c.code, areas.c.id).where(known))}


async def children(tx: Transaction, actor: Actor, parent: int | None) -> Sequence[Area]:
    """Return the areas right below one, by code; below None stand the roots of what the actor sees."""
    hangs: ColumnElement[bool] = areas.c.parent_id.is_(None) if actor.area is None else areas.c.id == actor.area
    chosen = hangs if parent is None else areas.c.parent_id == parent
    rows = await tx.rows(select(*AREA_COLUMNS).where(chosen, PRESENT, within(actor, areas.c.id)).order_by(areas.c.code))
    return [area_of(row) for row in rows]


async def lies_in(tx: Transaction, actor: Actor, area_id: int, around: int) -> bool:
    """Say whether an area of the actor's is, or lies somewhere below, another."""
    inside = select(areas.c.id).where(areas.c.id == area_id, below(around, areas.c.id), within(actor, areas.c.id))
    return await tx.value(inside) is not None


async def add(
    tx: Transaction, actor: Actor, code: str, name: str, level: str, parent: int | None, *, source: str, at: int
) -> int:
    """Hang a new area below `parent`; only the unbounded may plant a root."""
    actor.require(Role.ADMIN)
    if parent is None and not actor.unbounded:
        raise ScopeTooWide
    if parent is not None:
        await load(tx, actor, parent)
    if await tx.value(select(areas.c.id).where(areas.c.code == code)) is not None:
        raise AreaTaken(code=code)
    row = {"code": code, "name": name, "folded": fold(name), "level": level, "parent_id": parent, "source": source}
    area_id = int(await tx.value(insert(areas).values(row).returning(areas.c.id)))
    await close_over(tx, actor, [area_id])
    await record_deed(tx, actor, "area.added", f"area:{area_id}", at)
    return area_id


async def move(tx: Transaction, actor: Actor, area_id: int, parent: int, *, at: int) -> None:
    """Hang an area with all that lies below it under another parent."""
    actor.require(Role.ADMIN)
    for each in (area_id, parent):
        await load(tx, actor, each)
    if await tx.value(select(areas.c.id).where(areas.c.id == parent, below(area_id, areas.c.id))) is not None:
        raise AreaInCircle(area=area_id, parent=parent)
    await tx.execute(update(areas).where(areas.c.id == area_id).values(parent_id=parent))
    mine = select(area_closure.c.descendant_id).where(area_closure.c.ancestor_id == area_id).scalar_subquery()
    from_above = area_closure.c.descendant_id.in_(mine) & area_closure.c.ancestor_id.not_in(mine)
    await tx.execute(delete(area_closure).where(from_above))
    above, under = area_closure.alias("above"), area_closure.alias("under")
    every_pair = above.join(under, true())
    lines = select(above.c.ancestor_id, under.c.descendant_id, above.c.depth + under.c.depth + 1)
    lines = lines.select_from(every_pair).where(above.c.descendant_id == parent, under.c.ancestor_id == area_id)
    await tx.execute(insert(area_closure).from_select(["ancestor_id", "descendant_id", "depth"], lines))
    await record_deed(tx, actor, "area.moved", f"area:{area_id}", at, parent=parent)


async def close_over(tx: Transaction, actor: Actor, area_ids: Sequence[int]) -> None:
    """Write the closure of new areas whose parents are closed over already: the parent's lines and their own."""
    actor.require(Role.ADMIN)
    new = among(tx, areas.c.id, area_ids) & within(actor, areas.c.parent_id)
    inherited = (
        select(area_closure.c.ancestor_id, areas.c.id, area_closure.c.depth + 1)
        .select_from(areas.join(area_closure, area_closure.c.descendant_id == areas.c.parent_id))
        .where(new)
    )
    own = select(areas.c.id, areas.c.id.label("itself"), literal(0)).where(new)
    lines = inherited.union_all(own)
    await tx.execute(insert(area_closure).from_select(["ancestor_id", "descendant_id", "depth"], lines))
