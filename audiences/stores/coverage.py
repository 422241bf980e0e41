"""How a set of gateways is cut for publishing: whole subtrees by one publish each, the rest one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select

from audiences.gateways import Cover
from audiences.stores.gateways import PRESENT
from audiences.stores.scope import within
from audiences.stores.tables import area_closure, areas, gateways
from ground.actor import Actor
from ground.bulk import among
from ground.transaction import Transaction

WORTH_A_SUBTREE = 2  # a single gateway is spoken to by itself


@dataclass(frozen=True, slots=True)
class _Whole:
    """An area all of whose gateways are wanted."""

    id: int
    code: str
    parent: int | None
    size: int


async def cover(tx: Transaction, actor: Actor, gateway_ids: Sequence[int]) -> Sequence[Cover]:
    """Cut a set of gateways into the largest whole subtrees and single gateways.

    An area stands for all that lies below it only if every gateway there that is not gone is in the set. Of areas that
    stand for the same gateways the lowest is taken: a publish should reach no further than it is meant.
    """
    wholes = {each.id: each for each in await _whole_areas(tx, actor, gateway_ids)}
    chosen = _tightest(wholes)
    covered: dict[int, list[str]] = {area: [] for area in chosen}
    singles: list[Cover] = []
    for area, code in await _by_chosen(tx, actor, gateway_ids, chosen):
        if area is None:
            singles.append(Cover(None, (code,)))
        else:
            covered[area].append(code)
    subtrees = [Cover(wholes[area].code, tuple(codes)) for area, codes in covered.items()]
    return sorted(subtrees, key=lambda each: str(each.area)) + singles


async def _whole_areas(tx: Transaction, actor: Actor, gateway_ids: Sequence[int]) -> Sequence[_Whole]:
    wanted = among(tx, gateways.c.id, gateway_ids) & within(actor, gateways.c.area_id)
    standing = gateways.join(area_closure, area_closure.c.descendant_id == gateways.c.area_id)
    touched = select(area_closure.c.ancestor_id).select_from(standing).where(wanted, PRESENT)
    total, asked = func.count(), func.sum(case((wanted, 1), else_=0))
    counts = (
        select(area_closure.c.ancestor_id, total.label("size"))
        .select_from(standing)
        .where(PRESENT, area_closure.c.ancestor_id.in_(touched))
        .group_by(area_closure.c.ancestor_id)
        .having(total == asked, total >= WORTH_A_SUBTREE)
        .subquery()
    )
    named = counts.join(areas, areas.c.id == counts.c.ancestor_id)
    rows = await tx.rows(select(areas.c.id, areas.c.code, areas.c.parent_id, counts.c.size).select_from(named))
    return [_Whole(row.id, row.code, row.parent_id, row.size) for row in rows]


def _tightest(wholes: Mapping[int, _Whole]) -> Sequence[int]:
    """Return the topmost whole areas, each moved down as long as one child holds all its gateways."""
    heir = {each.parent: each.id for each in wholes.values() if _same_size(wholes, each)}
    tops = [each.id for each in wholes.values() if each.parent not in wholes]
    chosen = []
    for top in tops:
        lowest = top
        while lowest in heir:
            lowest = heir[lowest]
        chosen.append(lowest)
    return chosen


def _same_size(wholes: Mapping[int, _Whole], each: _Whole) -> bool:
    return each.parent is not None and each.parent in wholes and wholes[each.parent].size == each.size


async def _by_chosen(
    tx: Transaction, actor: Actor, gateway_ids: Sequence[int], chosen: Sequence[int]
) -> Sequence[tuple[int | None, str]]:
    """Return (chosen area above it or None, code) of every wanted gateway, by code."""
    up = (area_closure.c.descendant_id == gateways.c.area_id) & among(tx, area_closure.c.ancestor_id, chosen)
    wanted = among(tx, gateways.c.id, gateway_ids) & within(actor, gateways.c.area_id) & PRESENT
    placed = select(area_closure.c.ancestor_id, gateways.c.code).select_from(gateways.outerjoin(area_closure, up))
    return [(row.ancestor_id, row.code) for row in await tx.rows(placed.where(wanted).order_by(gateways.c.code))]
