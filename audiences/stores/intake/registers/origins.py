"""Things by (source, external id): looked up, and rewritten in batches."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Table, bindparam, delete, select, update

from audiences.stores.scope import within
from ground.actor import Actor, Role
from ground.bulk import among, insert_rows
from ground.transaction import Transaction

Rows = Sequence[Mapping[str, Any]]


async def ids_in(
    tx: Transaction, actor: Actor, table: Table, source: str, external_ids: Sequence[str]
) -> Mapping[str, int]:
    """Return the ids of things of a table that are not gone and lie within the actor's area."""
    chosen = (table.c.source == source) & among(tx, table.c.external_id, external_ids) & table.c.gone_at.is_(None)
    rows = await tx.rows(select(table.c.external_id, table.c.id).where(chosen, within(actor, table.c.area_id)))
    return {row.external_id: row.id for row in rows}


async def ids_present(tx: Transaction, actor: Actor, table: Table, row_ids: Sequence[int]) -> set[int]:
    """Return those of the ids whose things are not gone and lie within the actor's area."""
    chosen = among(tx, table.c.id, row_ids) & table.c.gone_at.is_(None) & within(actor, table.c.area_id)
    return set(await tx.values(select(table.c.id).where(chosen)))


async def origin_of(tx: Transaction, actor: Actor, table: Table, row_id: int) -> tuple[str, str] | None:
    """Return (source, external id) of a thing that is not gone and lies within the actor's area."""
    chosen = (table.c.id == row_id) & table.c.gone_at.is_(None) & within(actor, table.c.area_id)
    row = await tx.row(select(table.c.source, table.c.external_id).where(chosen))
    return None if row is None else (row.source, row.external_id)


async def update_rows(tx: Transaction, actor: Actor, table: Table, rows: Rows) -> None:
    """Update rows by their key `id`; all of them have the same columns."""
    actor.require(Role.ADMIN)
    if not rows:
        return
    names = [name for name in rows[0] if name != "id"]
    changed = (
        update(table)
        .where(table.c.id == bindparam("row_id"))
        .values({name: bindparam(f"new_{name}") for name in names})
    )
    await tx.execute(changed, [{"row_id": row["id"]} | {f"new_{name}": row[name] for name in names} for row in rows])


async def replace_rows(tx: Transaction, actor: Actor, column: Column[int], keys: Sequence[int], rows: Rows) -> None:
    """Put rows in the place of those whose `column` is among the keys."""
    actor.require(Role.ADMIN)
    if keys:
        await tx.execute(delete(column.table).where(among(tx, column, keys)))
    await insert_rows(tx, column.table, rows)
