"""Reports as they are kept: append-only, and how each person stands is written in the same transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Row, delete, select

from audiences.stores.scope import within
from bot.cases import counting
from bot.cases.counting import Report, Standing
from bot.cases.errors import OrderLifted, UnknownLine
from bot.cases.evacuation import PersonState, Way
from bot.stores.evacuation.tables import lines, orders, report_photos, report_words, reports, states
from broadcast.answers import Means
from ground.actor import Actor, Role
from ground.bulk import among, insert_rows
from ground.transaction import Transaction

REPORTERS = (Role.DUTY, Role.OFFICER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody says of one line. `dedupe` makes it one report however often it comes."""

    line: int
    state: PersonState
    happened_at: int
    by: str
    means: Means | Way
    dedupe: str
    entered_at: int | None = None  # None: as it was said
    verified: bool = True
    checks: bool = False
    shelter: int | None = None
    typed_by: str | None = None
    spoke: str = field(repr=False, default="")
    words: str = field(repr=False, default="")
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What a report led to: how the person stands now, and how often they refused so far."""

    said: Said
    order: int
    area: int
    new: bool
    standing: Standing
    refusals: int


async def keep(tx: Transaction, actor: Actor, said: Sequence[Said], at: int) -> Sequence[Kept]:
    """Keep what somebody with a duty reports; every line must lie in the actor's area."""
    actor.require(*REPORTERS)
    return await _keep(tx, actor, said, at)


async def overhear(tx: Transaction, actor: Actor, said: Sequence[Said], at: int) -> Sequence[Kept]:
    """Keep what people say of themselves, or somebody whom we cannot be sure of: shown, never verified."""
    actor.require_hub()
    return await _keep(tx, actor, [replace(each, verified=False, checks=False) for each in said], at)


async def _keep(tx: Transaction, actor: Actor, said: Sequence[Said], at: int) -> Sequence[Kept]:
    if not said:
        return []
    line_ids = sorted({each.line for each in said})
    places = await _hold(tx, actor, line_ids)
    _refuse_late(said, places)
    before = await _reports_of(tx, line_ids)
    known = {(row.line_id, row.dedupe) for row in before}
    new = {(each.line, each.dedupe): each for each in said if (each.line, each.dedupe) not in known}
    await insert_rows(tx, reports, [_row(each, places[each.line], at) for each in new.values()])
    after = await _reports_of(tx, line_ids) if new else before
    await _keep_words(tx, after, new)
    standings = await _count_again(tx, places, after) if new else _standings(after)
    refused = _refusals(after)
    return [
        Kept(
            each,
            places[each.line].order_id,
            places[each.line].area_id,
            new.get((each.line, each.dedupe)) is each,
            standings[each.line],
            refused.get(each.line, 0),
        )
        for each in said
    ]


async def _hold(tx: Transaction, actor: Actor, line_ids: Sequence[int]) -> Mapping[int, Row[Any]]:
    """Lock the lines in one order, so that two who report at once are counted one after the other."""
    columns = (lines.c.id, lines.c.order_id, lines.c.area_id, orders.c.lifted_at, orders.c.public_id)
    wanted = select(*columns).join(orders, orders.c.id == lines.c.order_id)
    mine = wanted.where(among(tx, lines.c.id, line_ids), within(actor, lines.c.area_id)).order_by(lines.c.id)
    places = {row.id: row for row in await tx.rows(mine.with_for_update(of=lines, key_share=True))}
    unknown = [each for each in line_ids if each not in places]
    if unknown:
        raise UnknownLine(line=unknown[0])
    return places


def _refuse_late(said: Sequence[Said], places: Mapping[int, Row[Any]]) -> None:
    """Refuse what happened after an order was closed; what happened before and comes late is kept."""
    for each in said:
        lifted_at = places[each.line].lifted_at
        if lifted_at is not None and each.happened_at > lifted_at:
            raise OrderLifted(order=places[each.line].public_id)


async def _reports_of(tx: Transaction, line_ids: Sequence[int]) -> Sequence[Row[Any]]:
    return await tx.rows(select(reports).where(among(tx, reports.c.line_id, line_ids)).order_by(reports.c.id))


async def _count_again(
    tx: Transaction, places: Mapping[int, Row[Any]], found: Sequence[Row[Any]]
) -> Mapping[int, Standing]:
    """Write how each line stands after all that was said of it."""
    standings, by_id = _standings(found), {row.id: row for row in found}
    refused = _refusals(found)
    await tx.execute(delete(states).where(among(tx, states.c.line_id, sorted(standings))))
    rows = []
    for line, standing in standings.items():
        if standing.counts is not None:
            counts = by_id[standing.counts.entry]
            rows.append(_state(standing, counts, places[line], refused.get(line, 0)))
    await insert_rows(tx, states, rows)
    return standings


def _standings(found: Sequence[Row[Any]]) -> Mapping[int, Standing]:
    by_line: dict[int, list[Report]] = defaultdict(list)
    for row in found:
        by_line[row.line_id].append(report_of(row))
    return {line: counting.standing(said) for line, said in by_line.items()}


def report_of(row: Row[Any]) -> Report:
    return Report(row.id, PersonState(row.state), row.verified, row.happened_at, row.by, row.checks)


def _refusals(found: Sequence[Row[Any]]) -> Mapping[int, int]:
    """Count the attempts: what is said of one moment by several ways is one."""
    attempts: dict[int, set[int]] = defaultdict(set)
    for row in found:
        if row.state == PersonState.REFUSED and row.verified:
            attempts[row.line_id].add(row.happened_at)
    return {line: len(moments) for line, moments in attempts.items()}


def _state(standing: Standing, counts: Row[Any], place: Row[Any], refusals: int) -> dict[str, Any]:
    return {
        "line_id": place.id,
        "order_id": place.order_id,
        "area_id": place.area_id,
        "state": standing.state,
        "missing": standing.missing,
        "verified": counts.verified,
        "conflict": standing.conflict,
        "report_id": counts.id,
        "to_check_id": standing.to_check.entry if standing.to_check else None,
        "shelter_id": counts.shelter_id,
        "happened_at": counts.happened_at,
        "refusals": refusals,
    }


def _row(said: Said, place: Row[Any], at: int) -> dict[str, Any]:
    return {
        "line_id": said.line,
        "order_id": place.order_id,
        "area_id": place.area_id,
        "state": said.state,
        "shelter_id": said.shelter,
        "verified": said.verified,
        "checks": said.checks,
        "means": said.means,
        "by": said.by,
        "typed_by": said.typed_by,
        "happened_at": min(said.happened_at, at),
        "entered_at": said.happened_at if said.entered_at is None else said.entered_at,
        "learned_at": at,
        "dedupe": said.dedupe,
    }


async def _keep_words(tx: Transaction, found: Sequence[Row[Any]], new: Mapping[tuple[int, str], Said]) -> None:
    fresh = [(row.id, new[row.line_id, row.dedupe]) for row in found if (row.line_id, row.dedupe) in new]
    spoken = [
        {"report_id": report, "spoke": said.spoke[:120], "words": said.words[:1000]}
        for report, said in fresh
        if said.spoke or said.words
    ]
    await insert_rows(tx, report_words, spoken)
    photos = [{"report_id": report, "digest": digest} for report, said in fresh for digest in said.photos]
    await insert_rows(tx, report_photos, photos, ignore_known=True)
