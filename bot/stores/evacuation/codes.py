"""Codes that households show at a shelter's door: one for each household, and for whoever stands on no list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from audiences.stores.scope import within
from bot.cases.door_code import new_code
from bot.stores.evacuation.pass_tables import codes
from bot.stores.evacuation.reports import REPORTERS
from bot.stores.evacuation.tables import households, lines
from ground.actor import Actor
from ground.bulk import among, insert_rows
from ground.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a group's roll."""

    homes: Mapping[int, str] = field(repr=False)
    found: Mapping[int, str] = field(repr=False)  # line → code


async def give(tx: Transaction, actor: Actor, order_id: int, household_ids: Sequence[int]) -> None:
    """Give a code to each of these households of an order that has none yet."""
    actor.require(*REPORTERS)
    mine = (households.c.order_id == order_id) & among(tx, households.c.household_id, household_ids)
    wanted = select(households.c.household_id, households.c.area_id).where(mine, within(actor, households.c.area_id))
    lacking = wanted.where(households.c.household_id.not_in(_given(order_id, codes.c.household_id)))
    rows = await tx.rows(lacking)
    await insert_rows(
        tx, codes, [_row(order_id, row.area_id, household=row.household_id) for row in rows], ignore_known=True
    )


async def give_to_found(tx: Transaction, actor: Actor, order_id: int, area_id: int) -> None:
    """Give a code to whoever was found in a group and lives with no household there."""
    actor.require_hub()
    mine = (lines.c.order_id == order_id) & (lines.c.area_id == area_id) & lines.c.household_id.is_(None)
    lacking = select(lines.c.id).where(mine, lines.c.id.not_in(_given(order_id, codes.c.line_id)))
    rows = await tx.values(lacking)
    await insert_rows(tx, codes, [_row(order_id, area_id, line=each) for each in rows], ignore_known=True)


async def of_group(tx: Transaction, actor: Actor, order_id: int, area_id: int) -> Codes:
    mine = (codes.c.order_id == order_id) & (codes.c.area_id == area_id) & within(actor, codes.c.area_id)
    rows = await tx.rows(select(codes).where(mine))
    homes = {row.household_id: row.code for row in rows if row.household_id is not None}
    return Codes(homes, {row.line_id: row.code for row in rows if row.line_id is not None})


async def of_homes(tx: Transaction, actor: Actor, order_id: int, household_ids: Sequence[int]) -> Mapping[int, str]:
    """Return household → code."""
    actor.require_hub()
    mine = (codes.c.order_id == order_id) & among(tx, codes.c.household_id, household_ids)
    rows = await tx.rows(select(codes).where(mine))
    return {row.household_id: row.code for row in rows}


def _given(order_id: int, column: ColumnElement[Any]) -> Select[Any]:
    return select(column).where(codes.c.order_id == order_id, column.is_not(None))


def _row(order_id: int, area_id: int, *, household: int | None = None, line: int | None = None) -> dict[str, object]:
    return {"order_id": order_id, "area_id": area_id, "code": new_code(), "household_id": household, "line_id": line}
