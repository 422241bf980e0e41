"""The stores of relief on both databases: one winner, one filing, and as many statements for fifty as for one."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from audiences.stores import nearby, offices
from bot.cases.relief import Act, Count, ForWhom, Level, State
from bot.cases.relief_errors import NotNow, ReasonMissing, UnknownRequest
from bot.cases.relief_values import Deed, Draft, Told, Words
from bot.stores.relief import ledger, requests, steps, twins
from ground.actor import system
from ground.transaction import Database
from tests.builders import NOON, World

HUB = system("test")


def draft(area: int, **changes: Any) -> Draft:
    told = Told({Count.PEOPLE: 3}, ("roof",), (), {Words.TOLD: "hail", Words.HEAD: "Li"}, (), "hail")
    made = Draft(area, ForWhom.OWN, told, "address:1", NOON, Level.VILLAGE, None)
    return replace(made, **changes)


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


async def filed(world: World, area: int, **changes: Any) -> int:
    async with world.database.writing() as tx:
        request, _ = await requests.file(tx, HUB, draft(area, **changes), NOON)
    return request.id


async def test_of_two_who_accept_at_once_one_does(world: World) -> None:
    village = await world.area("1")
    request, operator = await filed(world, village), await world.operator(village)

    async def accept() -> State | None:
        try:
            async with world.database.writing() as tx:
                return (await steps.take(tx, operator, request, Deed(Act.ACCEPT, NOON, NOON))).state
        except NotNow:
            return None

    outcomes = await asyncio.gather(*(accept() for _ in range(4)))
    assert sorted(map(str, outcomes)) == ["None", "None", "None", "accepted"]
    async with world.database.reading() as tx:
        assert [each.act for each in await steps.history(tx, operator, request)] == [Act.FILE, Act.ACCEPT]


async def test_the_same_turn_files_once(world: World) -> None:
    village = await world.area("1")
    first = await filed(world, village, dedupe="sms:a:1")
    assert await filed(world, village, dedupe="sms:a:1") == first
    assert await filed(world, village, dedupe="sms:a:2") != first


async def test_a_refusal_without_a_reason_changes_nothing(world: World) -> None:
    village = await world.area("1")
    request, operator = await filed(world, village), await world.operator(village)
    async with world.database.writing() as tx:
        with pytest.raises(ReasonMissing):
            await steps.take(tx, operator, request, Deed(Act.DECLINE, NOON, NOON, Told(words={Words.REASON: "  "})))
        assert (await requests.load(tx, operator, request)).state is State.SUBMITTED


async def test_another_village_finds_nothing_under_the_number(world: World) -> None:
    village, other = await world.area("1"), await world.area("2")
    request = await filed(world, village)
    async with world.database.reading() as tx:
        code = (await requests.load(tx, HUB, request)).code
        with pytest.raises(UnknownRequest):
            await requests.named(tx, await world.operator(other), code)


async def test_namesakes_in_one_village_may_be_one_household_and_elsewhere_not(world: World) -> None:
    village, other = await world.area("1"), await world.area("2")
    first, second, elsewhere = await filed(world, village), await filed(world, village), await filed(world, other)
    async with world.database.reading() as tx:
        assert [each.id for each in await twins.likely(tx, HUB, first)] == [second]
        assert await twins.likely(tx, HUB, elsewhere) == []


async def test_the_nearest_office_is_found_in_one_statement_however_high_it_sits(world: World) -> None:
    county = await world.area("C", level="county")
    village = await world.area("V", parent=await world.area("T", parent=county, level="township"))
    member = await world.person(county)
    centre = await world.organisation(county, "command_centre", [member])
    counted = _counting(world.database)
    async with world.database.reading() as tx:
        found = await offices.nearest(tx, await world.operator(village), village, "command_centre")
        none = await offices.nearest(tx, HUB, village, "school")
    assert found is not None
    assert (found.organisation, found.area, found.members, none) == (centre, county, (member,), None)
    assert sum("organisations" in each for each in counted) == 2


async def test_a_point_lies_where_the_nearest_household_is(world: World) -> None:
    near, far = await world.area("1"), await world.area("2")
    await world.household(near, latitude=28.100, longitude=115.700)
    await world.household(far, latitude=28.110, longitude=115.700)
    async with world.database.reading() as tx:
        assert await nearby.area_near(tx, HUB, 28.101, 115.701) == near
        assert await nearby.area_near(tx, HUB, 28.109, 115.700) == far
        assert await nearby.area_near(tx, HUB, 30.0, 100.0) is None


async def test_fifty_households_cost_as_many_statements_as_one(world: World) -> None:
    village = await world.area("1")
    costs = []
    for more in (1, 49):
        for _ in range(more):
            await filed(world, village)
        counted = _counting(world.database)
        async with world.database.reading() as tx:
            assert await ledger.lines(tx, HUB, ledger.Wanted(village))
            await ledger.sums(tx, HUB, village)
            await requests.listed(tx, HUB, village)
        costs.append(len(counted))
    assert costs[0] == costs[1]


async def test_a_drill_is_in_no_ledger(world: World) -> None:
    village = await world.area("1")
    await filed(world, village, drill=True)
    async with world.database.reading() as tx:
        assert await ledger.lines(tx, HUB, ledger.Wanted(village)) == []
        assert (await ledger.sums(tx, HUB, village))["households"] == 0


def _counting(database: Database) -> Sequence[str]:
    counted: list[str] = []
    seen = database.engine.sync_engine

    def note(*given: Any) -> None:
        counted.append(str(given[2]))

    event.listen(seen, "before_cursor_execute", note)
    return counted
