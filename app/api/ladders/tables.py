"""Calling tables: who must answer which warning in an area, at which hours, and by which steps they are called."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.api.ladders.rehearsing import minutes_of_first_round
from app.api.ladders.shapes import (
    DoubtShown,
    GivenBack,
    GridShown,
    PolicyGiven,
    RehearsalShown,
    RungShown,
    SpanShown,
    TableGiven,
    TableShown,
    VersionShown,
)
from app.api.paging import Page, Paged
from app.api.shown import area_named, codes_of, shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from broadcast.ladders.doubts import doubts, since_issue
from broadcast.ladders.grid import Grid, grids, rows_of, spans
from broadcast.ladders.occasions import packed, unpacked
from broadcast.ladders.policy import Occasion, policy_for
from broadcast.stores.ladders import policies, posts
from broadcast.stores.ladders.policies import Version
from ground.actor import Actor
from ground.clock import MINUTE, SECOND
from ground.transaction import Transaction

router = APIRouter(prefix="/calling/{area}", tags=["calling"], route_class=Unit)
Level = Annotated[int, Query(ge=1, le=4, description="1 (red) to 4 (blue)")]
EventCode = Annotated[str, Query(max_length=20, description="its code; empty: one that no policy names")]
OneEvent = Annotated[str | None, Query(max_length=20, description="an event code: show its hours alone")]
At = Annotated[int | None, Query(ge=0, lt=1 << 53, description="when it would be issued; null: now")]


@router.get("")
async def get_calling_table(tx: Tx, who: Who, area: str, event: OneEvent = None) -> TableShown:
    """Read whom warnings of an area wake, by level and hour, and by which steps."""
    found = await _table(tx, who, area)
    if event is None:
        return found
    rows = rows_of(unpacked([each.model_dump(mode="json") for each in found.policies]), event)
    return found.model_copy(update={"grids": [_grid(Grid((event,), rows))]})


@router.put("")
async def set_calling_table(tx: Tx, who: Who, now: Now, area: str, given: TableGiven) -> TableShown:
    """Let an area call by a table of its own, for every warning that is issued from now on."""
    occasions = unpacked([each.model_dump(mode="json") for each in given.policies])
    await policies.put(tx, who, await area_named(tx, who, area), occasions, given.reason, now, given.over)
    return await _table(tx, who, area)


@router.post("/back")
async def give_calling_back(tx: Tx, who: Who, now: Now, area: str, given: GivenBack) -> TableShown:
    """Let an area call again as what holds above it says: the nearest area's table, else the house's."""
    await policies.give_back(tx, who, await area_named(tx, who, area), given.reason, now, given.over)
    return await _table(tx, who, area)


@router.get("/versions")
async def list_calling_tables(tx: Tx, who: Who, paged: Paged, area: str) -> Page[VersionShown]:
    """List what an area set for itself, by whom and why, the newest first."""
    before = paged.after_number() or None
    found = await policies.versions(tx, who, await area_named(tx, who, area), before=before, limit=paged.fetch)
    page = paged.page(found, lambda each: each.version)
    return Page(items=[_version(each) for each in page.items], next=page.next)


@router.get("/rehearsal")
async def rehearse_calling_table(
    tx: Tx, who: Who, now: Now, house: TheHouse, area: str, level: Level, event: EventCode = "", at: At = None
) -> RehearsalShown:
    """Say whom a warning of this level, event and hour would wake, and when each step would come."""
    there, when = await area_named(tx, who, area), now if at is None else at
    policy = policy_for(level, event, when, (await policies.holding(tx, who, there)).occasions)
    if policy is None:
        return RehearsalShown(policy=None, people=0, duties={}, code=False, rungs=[], first_round=None)
    people = await posts.count(tx, who, there, None, policy.duties, when)
    held = await policies.held(tx, who, there, policy.duties, when)
    duties = {duty: held.get(duty, 0) for duty in policy.duties}
    rungs = [
        RungShown(after=rung.after // SECOND, does=rung.does, whom=rung.whom, minutes=round(passed / MINUTE, 2))
        for rung, passed in zip(policy.rungs, since_issue(policy.rungs), strict=True)
    ]
    first = minutes_of_first_round(house, policy, people)
    return RehearsalShown(
        policy=policy.name, people=people, duties=duties, code=policy.code, rungs=rungs, first_round=first
    )


async def _table(tx: Transaction, who: Actor, area: str) -> TableShown:
    there = await area_named(tx, who, area)
    found = await policies.holding(tx, who, there)
    newest = await policies.versions(tx, who, there, limit=1)
    kept = found.kept
    codes = await codes_of(tx, [kept.area]) if kept else {}
    return TableShown(
        area=area,
        source="area" if kept else "house",
        source_area=codes[kept.area] if kept else None,
        version=kept.version if kept else None,
        by=kept.by if kept else None,
        at=kept.at if kept else None,
        reason=kept.reason if kept else None,
        over=newest[0].version if newest else 0,
        policies=_policies(found.occasions),
        grids=[_grid(each) for each in grids(found.occasions)],
        doubts=[shown(DoubtShown, each) for each in doubts(found.occasions)],
    )


def _version(version: Version) -> VersionShown:
    listed = None if version.occasions is None else _policies(version.occasions)
    return shown(VersionShown, version, policies=listed)


def _policies(occasions: Sequence[Occasion]) -> list[PolicyGiven]:
    listed: list[dict[str, Any]] = packed(occasions)
    return [PolicyGiven.model_validate(each) for each in listed]


def _grid(grid: Grid) -> GridShown:
    levels = {
        level: [shown(SpanShown, span, policy=span.policy.name if span.policy else None) for span in spans(row)]
        for level, row in grid.rows.items()
    }
    return GridShown(events=list(grid.events), levels=levels)
