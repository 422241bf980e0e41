"""Reporting: what is said of people is kept, and what somebody above must deal with is raised beside it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.cases.evacuation import COUNTED_EVERY, URGENT, AlarmKind, PersonState
from bot.evacuation.ordering import MARSHAL
from bot.stores.evacuation import alarms, reports, roll, shelters
from bot.stores.evacuation.alarms import Raised
from bot.stores.evacuation.reports import Kept, Said
from ground.actor import Actor
from ground.clock import HOUR
from ground.transaction import Transaction

PATIENCE = 2  # attempts, after which the township takes over


async def report(tx: Transaction, actor: Actor, said: Sequence[Said], now: int) -> Sequence[Kept]:
    """Keep reports of somebody with a duty in the lines' area."""
    kept = await reports.keep(tx, actor, await _with_shelters(tx, said), now)
    await _raise(tx, kept, now)
    await _have_heads_counted(tx, said, kept, now)
    return kept


async def overhear(tx: Transaction, said: Sequence[Said], now: int) -> Sequence[Kept]:
    """Keep what people say of themselves: shown for checking, nobody leaves the missing list by it."""
    kept = await reports.overhear(tx, MARSHAL, said, now)
    await _raise(tx, kept, now)
    await _have_heads_counted(tx, said, kept, now)
    return kept


async def _with_shelters(tx: Transaction, said: Sequence[Said]) -> Sequence[Said]:
    """Who has moved, and nobody said where, went to the household's own shelter."""
    open_ones = [each.line for each in said if each.state is PersonState.MOVED and each.shelter is None]
    if not open_ones:
        return said
    lines = {line.id: line for line in await roll.of_lines(tx, MARSHAL, open_ones)}
    shelters: dict[tuple[int, int], int | None] = {}
    for order in {line.order for line in lines.values()}:
        ids = [line.household for line in lines.values() if line.order == order and line.household]
        for home in await roll.homes(tx, MARSHAL, order, ids):
            shelters[order, home.household] = home.shelter
    own = {line.id: shelters.get((line.order, line.household or 0)) for line in lines.values()}
    return [replace(each, shelter=own[each.line]) if each.line in own else each for each in said]


async def _raise(tx: Transaction, kept: Sequence[Kept], now: int) -> None:
    new = [each for each in kept if each.new]
    back = {(each.order, each.area) for each in new if each.said.state is PersonState.WENT_BACK}
    allowed = set()
    for order, area in back:
        groups = await roll.groups_of(tx, MARSHAL, order, under=area)
        allowed |= {(order, each.area) for each in groups if each.return_at is not None}
    raised = [found for each in new if (found := _alarm(each, now, allowed)) is not None]
    await alarms.raise_all(tx, MARSHAL, raised)


async def _have_heads_counted(tx: Transaction, said: Sequence[Said], kept: Sequence[Kept], now: int) -> None:
    """Heads are counted at a shelter that was not planned, too, from the first who went there on."""
    named = {each.line: each.shelter for each in said if each.state is PersonState.MOVED and each.shelter is not None}
    new = {(each.order, named[each.said.line]) for each in kept if each.new and each.said.line in named}
    raised = [
        Raised(order, f"heads:{each.site}:1", AlarmKind.HEAD_COUNT, each.area, now + COUNTED_EVERY, site=each.site)
        for order in sorted({order for order, _ in new})
        for each in await shelters.of_order(tx, MARSHAL, order)
        if (order, each.site) in new
    ]
    await alarms.raise_all(tx, MARSHAL, raised)


def _alarm(kept: Kept, now: int, allowed: set[tuple[int, int]]) -> Raised | None:
    said, hour = kept.said, kept.said.happened_at // HOUR
    if said.state in URGENT:
        return Raised(kept.order, f"help:{said.line}:{hour}", AlarmKind.NEED_HELP, kept.area, now, said.line)
    if said.state is PersonState.REFUSED and kept.refusals >= PATIENCE:
        return Raised(kept.order, f"refused:{said.line}", AlarmKind.REFUSED_TWICE, kept.area, now, said.line)
    if said.state is PersonState.WENT_BACK and (kept.order, kept.area) not in allowed:
        return Raised(kept.order, f"back:{said.line}:{hour}", AlarmKind.WENT_BACK, kept.area, now, said.line)
    return None
