"""Many rows in one statement: arrays unnested on PostgreSQL, executemany on SQLite, and lists of keys as one value."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Select,
    String,
    Table,
    Text,
    bindparam,
    func,
    insert,
    literal,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from ground.transaction import Dialect, Transaction


async def insert_rows(
    tx: Transaction, table: Table, rows: Sequence[Mapping[str, Any]], *, ignore_known: bool = False
) -> None:
    """Insert rows that all have the same columns; `ignore_known` passes over those whose key is already there."""
    if not rows:
        return
    names = list(rows[0])
    if tx.dialect is Dialect.SQLITE:
        statement = insert_sqlite(table)
        await tx.execute(statement.on_conflict_do_nothing() if ignore_known else insert(table), list(rows))
        return
    alike = {name: rows[0][name] for name in names if _says_one_thing(table, name, rows)}
    varied = {name: [row[name] for row in rows] for name in names if name not in alike}
    await insert_columns(tx, table, alike, varied or {names[-1]: [alike.pop(names[-1])]}, ignore_known=ignore_known)


def _says_one_thing(table: Table, name: str, rows: Sequence[Mapping[str, Any]]) -> bool:
    return not isinstance(table.c[name].type, JSON) and all(row[name] == rows[0][name] for row in rows)


async def insert_columns(
    tx: Transaction,
    table: Table,
    alike: Mapping[str, Any],
    varied: Mapping[str, Sequence[Any]],
    *,
    ignore_known: bool = False,
) -> None:
    """Insert rows given by their columns: `alike` is said once for all, `varied` are numbers or texts side by side.

    One statement, and no dictionary per row: what is written a thousand times a second can be written so.
    """
    once = [literal(value, table.c[name].type) for name, value in alike.items()]
    chosen = side_by_side(tx, table, varied).add_columns(*once)
    insert_here = insert_postgresql if tx.dialect is Dialect.POSTGRESQL else insert_sqlite
    bulk = insert_here(table).from_select([*varied, *alike], chosen)
    await tx.execute(bulk.on_conflict_do_nothing() if ignore_known else bulk)


def side_by_side(tx: Transaction, table: Table, columns: Mapping[str, Sequence[Any]]) -> Select[Any]:
    """Return a SELECT of rows given by their columns, in the order given: numbers and texts, of the table's types."""
    if tx.dialect is Dialect.POSTGRESQL:
        arrays = [  # one dimension, said aloud: a JSON value that is itself a list must not become a second one
            literal(values, ARRAY(table.c[name].type, dimensions=1)) for name, values in columns.items()
        ]
        given = func.unnest(*arrays).table_valued(*columns).render_derived(name="given")
        return select(*(given.c[name] for name in columns))
    listed = func.json_each(json.dumps(list(zip(*columns.values(), strict=True)))).table_valued("value").c.value
    return select(*(func.json_extract(listed, f"$[{place}]") for place in range(len(columns)))).where(true())


def rows_to_come(dialect: Dialect, table: Table, names: Sequence[str]) -> Select[Any]:
    """As `side_by_side`, of rows that `as_rows` brings later: for a statement that is put together once."""
    if dialect is Dialect.POSTGRESQL:
        arrays = [bindparam(f"all_{name}", type_=ARRAY(table.c[name].type, dimensions=1)) for name in names]
        given = func.unnest(*arrays).table_valued(*names).render_derived(name="given")
        return select(*(given.c[name] for name in names))
    listed = func.json_each(bindparam("rows")).table_valued("value").c.value
    return select(*(func.json_extract(listed, f"$[{place}]") for place in range(len(names)))).where(true())


def as_rows(dialect: Dialect, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Mapping[str, Any]:
    """Return the values for a statement over `rows_to_come`; there must be one row at least."""
    if dialect is Dialect.POSTGRESQL:
        return {f"all_{name}": column for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    return {"rows": json.dumps(rows)}


async def insert_chosen(
    tx: Transaction, table: Table, names: Sequence[str], chosen: Select[Any], given: Mapping[str, Any] | None = None
) -> None:
    """INSERT … SELECT, passing over rows whose key is already there; `given` are values that the SELECT names.

    The SELECT needs a WHERE: without one SQLite reads "JOIN b ON CONFLICT" as the condition of the join.
    """
    insert_here = insert_postgresql if tx.dialect is Dialect.POSTGRESQL else insert_sqlite
    await tx.execute(insert_here(table).from_select(list(names), chosen).on_conflict_do_nothing(), given)


def among(tx: Transaction, column: ColumnElement[Any], keys: Sequence[int] | Sequence[str]) -> ColumnElement[bool]:
    """Say `column IN (keys)` with one bound value: the same statement for ten keys and for ten thousand."""
    if tx.dialect is Dialect.POSTGRESQL:
        kind = Text if isinstance(column.type, String) else BigInteger
        return column == func.any(literal(list(keys), ARRAY(kind)))
    return column.in_(json_list(keys))


async def refresh_statistics(tx: Transaction, *tables: Table) -> None:
    """Let PostgreSQL count tables that have grown much: plans made for the empty table would scan the full one."""
    if tx.dialect is Dialect.POSTGRESQL:
        await tx.execute(text("ANALYZE " + ", ".join(table.name for table in tables)))


def among_pairs(
    tx: Transaction, columns: tuple[ColumnElement[int], ColumnElement[int]], pairs: Sequence[tuple[int, int]]
) -> ColumnElement[bool]:
    """Say `(first, second) IN (pairs)`, for keys of two columns, with the same statement however many there are."""
    if tx.dialect is Dialect.POSTGRESQL:
        sides = [literal([pair[side] for pair in pairs], ARRAY(BigInteger)) for side in (0, 1)]
        given = func.unnest(*sides).table_valued("first", "second").render_derived(name="given")
        return tuple_(*columns).in_(select(given.c.first, given.c.second))
    listed = func.json_each(json.dumps(pairs)).table_valued("value").c.value
    return tuple_(*columns).in_(select(*(func.json_extract(listed, f"$[{side}]") for side in (0, 1))))


def json_list(keys: Sequence[Any]) -> Select[Any]:
    """Return a SQLite subquery over a list bound as one JSON value."""
    return select(func.json_each(json.dumps(list(keys))).table_valued("value").c.value)
