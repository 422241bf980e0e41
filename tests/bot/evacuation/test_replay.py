"""The missing list equals a naive replay of the log, under conflicting, late and repeated reports."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from bot.cases.evacuation import SETTLED, OrderKind, PersonState, Way
from bot.evacuation import reporting
from bot.stores.evacuation import freezing, missing, orders, roll
from bot.stores.evacuation.orders import OrderDraft
from bot.stores.evacuation.reports import Said
from ground.actor import Actor, system
from ground.clock import MINUTE
from ground.transaction import Database
from tests import databases
from tests.builders import NOON, World

HUB = system("test")
PEOPLE = 4
SURE, HEARSAY = True, False


@dataclass(frozen=True)
class Step:
    """One report as it came in."""

    person: int
    state: PersonState
    verified: bool
    minute: int
    key: int  # the same key again is the same report


STEPS = st.lists(
    st.builds(
        Step,
        st.integers(0, PEOPLE - 1),
        st.sampled_from(PersonState),
        st.booleans(),
        st.integers(0, 5),
        st.integers(0, 9),
    ),
    max_size=12,
)


def naive(steps: list[Step]) -> set[int]:
    """Go through the log once for each person and keep what counts by the rule as it is stated."""
    out = set(range(PEOPLE))
    for person in range(PEOPLE):
        best: Step | None = None
        seen: set[int] = set()
        for step in steps:
            if step.person != person or step.key in seen:
                continue
            seen.add(step.key)
            if best is None or (step.verified, step.minute) >= (best.verified, best.minute):
                best = step
        if best is not None and best.verified and best.state in SETTLED:
            out.remove(person)
    return out


async def roll_of_four(world: World) -> tuple[Actor, list[int], list[int]]:
    """Make a county, a village, a group with two households; return the officer and the areas from below to above."""
    county = await world.area("1", level="county")
    village = await world.area("11", parent=county)
    group = await world.area("111", parent=village, level="group")
    homes = [await world.household(group) for _ in range(2)]
    for number in range(PEOPLE):
        await world.person(group, household=homes[number % 2])
    return await world.operator(county), [group, village, county], homes


async def begun(database: Database, officer: Actor, county: int) -> tuple[int, list[int]]:
    async with database.writing() as tx:
        draft = OrderDraft(kind=OrderKind.NOW, drill=False, area=county)
        made = await orders.keep(tx, officer, draft, NOON)
        await freezing.freeze_slice(tx, HUB, made, 10)
        group = (await roll.groups_of(tx, HUB, made.key))[0]
        return made.key, [line.id for line in await roll.of_group(tx, HUB, made.key, group.area)]


def said(line: int, step: Step) -> Said:
    return Said(
        line=line,
        state=step.state,
        happened_at=NOON + step.minute * MINUTE,
        by="person:1" if step.verified else "person:2",
        means=Way.PAGE,
        verified=step.verified,
        dedupe=f"key:{step.key}",
    )


async def replayed(database: Database, officer: Actor, areas: list[int], steps: list[Step]) -> None:
    order, lines = await begun(database, officer, areas[-1])
    for step in steps:
        async with database.writing() as tx:
            one = [said(lines[step.person], step)]
            now = NOON + 10 * MINUTE
            if step.verified:
                await reporting.report(tx, officer, one, now)
            else:
                await reporting.overhear(tx, one, now)
    expected = naive(steps)
    async with database.reading() as tx:
        listed = {lines.index(each.line.id) for each in await missing.listed(tx, officer, order)}
        tallies = await missing.tallies(tx, officer, order, areas)
    assert listed == expected
    assert [tallies[area].missing for area in areas] == [len(expected)] * len(areas)


@given(STEPS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_missing_list_equals_a_naive_replay_of_the_log(
    sqlite_template: Path, tmp_path: Path, steps: list[Step]
) -> None:
    async def play() -> None:
        async with databases.fresh_sqlite(sqlite_template, tmp_path) as database:
            officer, areas, _ = await roll_of_four(World(database))
            await replayed(database, officer, areas, steps)

    asyncio.run(play())


async def test_so_it_does_on_both_databases(database: Database) -> None:
    moved, refused, safe = PersonState.MOVED, PersonState.REFUSED, PersonState.SAFE
    steps = [
        Step(0, moved, SURE, 3, 1),
        Step(0, refused, SURE, 1, 2),  # late
        Step(0, moved, SURE, 3, 1),  # repeated
        Step(1, safe, HEARSAY, 5, 3),
        Step(2, moved, SURE, 2, 4),
        Step(2, refused, SURE, 2, 5),  # of the same moment, entered last
        Step(3, refused, SURE, 1, 6),
        Step(3, PersonState.AWAY, SURE, 2, 7),
        Step(3, PersonState.NEED_HELP, HEARSAY, 4, 8),
    ]
    officer, areas, _ = await roll_of_four(World(database))
    await replayed(database, officer, areas, steps)
    assert naive(steps) == {1, 2}


async def test_two_who_report_at_once_are_counted_one_after_the_other(database: Database) -> None:
    officer, areas, _ = await roll_of_four(World(database))
    order, lines = await begun(database, officer, areas[-1])

    async def report(step: Step) -> None:
        async with database.writing() as tx:
            await reporting.report(tx, officer, [said(line, step) for line in lines], NOON + 10 * MINUTE)

    steps = [Step(0, PersonState.MOVED, SURE, minute, minute) for minute in range(4)]
    await asyncio.gather(*(report(step) for step in [*steps, Step(0, PersonState.REFUSED, SURE, 5, 9)]))
    async with database.reading() as tx:
        assert len(await missing.listed(tx, officer, order)) == PEOPLE


@pytest.mark.parametrize("people", [5, 50])
async def test_a_batch_costs_the_same_number_of_statements_whatever_its_size(database: Database, people: int) -> None:
    world = World(database)
    area = await world.area("1")
    home = await world.household(area)
    for _ in range(people):
        await world.person(area, household=home)
    officer = await world.operator(area)
    order, lines = await begun(database, officer, area)
    count = 0

    def counted(*_given: object) -> None:
        nonlocal count
        count += 1

    async with database.writing() as tx:
        event.listen(database.engine.sync_engine, "before_cursor_execute", counted)
        try:
            step = Step(0, PersonState.MOVED, SURE, 1, 1)
            await reporting.report(tx, officer, [said(line, step) for line in lines], NOON)
        finally:
            event.remove(database.engine.sync_engine, "before_cursor_execute", counted)
    assert count <= 12
    async with database.reading() as tx:
        assert await missing.listed(tx, officer, order) == []
