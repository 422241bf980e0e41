"""Rolls: the roll of a group, and reports on it in batches that may come late, twice and out of order."""

from collections.abc import Sequence

from fastapi import APIRouter

from app.api.evacuation.shapes import BatchGiven, BatchShown, HomeShown, ReportGiven, RollShown, TakenShown
from app.api.evacuation.showing import lines_shown, phones_shown
from app.api.shown import area_named, name_for
from app.api.unit import Now, Tx, Unit, Who
from bot.cases.evacuation import Way
from bot.evacuation import reporting
from bot.stores.evacuation import adding, missing, orders, returns, roll
from bot.stores.evacuation.adding import Found
from bot.stores.evacuation.orders import Order
from bot.stores.evacuation.reports import REPORTERS, Kept, Said
from ground.actor import Actor
from ground.transaction import Transaction

router = APIRouter(prefix="/evacuations", tags=["evacuation"], route_class=Unit)
NO_ROW = "no such row in your area; read the roll again"
CLOSED = "it happened after the order was closed"


@router.get("/{order}/rolls/{area}")
async def get_roll(tx: Tx, who: Who, order: str, area: str) -> RollShown:
    """Read the roll of one group: rows, how each person stands, where each household goes, who answers for it."""
    found = await orders.load(tx, who, order)
    place = await area_named(tx, who, area)
    group = await returns.of_group(tx, who, found.key, place)
    lines = await roll.of_group(tx, who, found.key, place)
    return RollShown(
        order=found.id,
        kind=found.kind,
        drill=found.drill,
        area=area,
        name=group.name,
        households=await _homes(tx, who, found, place, lines),
        lines=await lines_shown(tx, who, lines),
    )


@router.post("/{order}/reports")
async def post_reports(tx: Tx, who: Who, now: Now, order: str, given: BatchGiven) -> BatchShown:
    """Report on rows, and add people found on the spot. Each has a key of yours: sent again, it is the same one.

    One report that cannot be taken stops no other. What comes late takes its place by `happened_at`.
    """
    found = await orders.load(tx, who, order)
    who.require(*REPORTERS)
    added = await _add(tx, who, found, given)
    known = {f"{who.id}:{each}": each for each in {r.added for r in given.reports if r.added}}
    if known:
        earlier = await adding.known(tx, who, found.key, list(known))
        added |= {known[key]: line for key, line in earlier.items()}
    lines = {each.key: each.line if each.line is not None else added.get(each.added or "") for each in given.reports}
    on_roll = await roll.of_lines(tx, who, [line for line in lines.values() if line])
    mine = {row.id for row in on_roll if row.order == found.key}
    refused = {each.key: why for each in given.reports if (why := _refusal(found, each, lines[each.key], mine))}
    said = [_said(who, each, lines[each.key] or 0) for each in given.reports if each.key not in refused]
    kept = {each.said.dedupe: each for each in await reporting.report(tx, who, said, now)}
    taken = [_taken(each, kept.get(_dedupe(who, each.key)), refused.get(each.key, "")) for each in given.reports]
    return BatchShown(added=added, reports=taken)


def _taken(given: ReportGiven, kept: Kept | None, why: str) -> TakenShown:
    if kept is None:
        return TakenShown(key=given.key, result="refused", why=why, line=given.line)
    return TakenShown(
        key=given.key,
        result="kept" if kept.new else "known",
        line=kept.said.line,
        state=kept.standing.state,
        missing=kept.standing.missing,
        conflict=kept.standing.conflict,
    )


async def _add(tx: Transaction, who: Actor, order: Order, given: BatchGiven) -> dict[str, int]:
    added: dict[str, int] = {}
    for code in dict.fromkeys(each.area for each in given.added):
        here = [each for each in given.added if each.area == code]
        found = [Found(each.name, each.kind, f"{who.id}:{each.key}", each.household) for each in here]
        made = await adding.add(tx, who, order.key, await area_named(tx, who, code), found)
        added |= {each.key: made[f"{who.id}:{each.key}"] for each in here}
    return added


def _refusal(order: Order, each: ReportGiven, line: int | None, mine: set[int]) -> str:
    if line not in mine:
        return NO_ROW
    return CLOSED if order.lifted_at is not None and each.happened_at > order.lifted_at else ""


def _dedupe(who: Actor, key: str) -> str:
    return f"{who.id}:{key}"


def _said(who: Actor, each: ReportGiven, line: int) -> Said:
    return Said(
        line=line,
        state=each.state,
        happened_at=each.happened_at,
        entered_at=each.entered_at,
        by=who.name,
        means=Way.PAGE,
        dedupe=_dedupe(who, each.key),
        checks=each.checks,
        shelter=each.shelter,
        words=each.words,
        photos=tuple(each.photos),
    )


async def _homes(tx: Transaction, who: Actor, order: Order, place: int, lines: Sequence[roll.Line]) -> list[HomeShown]:
    homes = await roll.homes_of_group(tx, who, order.key, place)
    answering = await missing.responsible_for(tx, who, order.key, [home.household for home in homes])
    standing = roll.standing_of_homes(lines)
    rows: dict[int, list[int]] = {}
    for line in lines:
        rows.setdefault(line.household or 0, []).append(line.number)
    return [
        HomeShown(
            household=home.household,
            rows=rows.get(home.household, []),
            worst=standing[home.household].worst,
            settled=standing[home.household].settled,
            people=standing[home.household].people,
            assembly_point=home.assembly_point,
            shelter=home.shelter,
            shelter_name=home.shelter_name,
            route=home.route,
            responsible=[name_for(who, each.name) or "" for each in answering.get(home.household, ())],
            phones=[phone for each in answering.get(home.household, ()) for phone in phones_shown(who, each.phones)],
        )
        for home in homes
        if home.household in standing
    ]
