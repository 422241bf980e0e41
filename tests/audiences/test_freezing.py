"""Freezing: duties first, nobody twice, the first rule's words, in slices that survive a crash and a second planner."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Row, event, select, update

from audiences.stores.tables import audience_members, organisations, sites
from audiences.stores.targets import saved
from audiences.stores.targets.freezing import Slice, ask, freeze_slice
from audiences.targeting import line_form
from audiences.targeting.errors import UnknownAudience
from audiences.targeting.target import Target
from ground.actor import Actor, HubOnly, system
from ground.transaction import Database
from tests.builders import NOON, World

PLANNER = system("planner")


async def ask_for(database: Database, actor: Actor, *lines: str) -> int:
    async with database.writing() as tx:
        return await ask(tx, actor, Target.of(*lines), NOON)


async def next_slice(database: Database, audience: int, limit: int = 100) -> Slice:
    async with database.writing() as tx:
        return await freeze_slice(tx, PLANNER, audience, limit, NOON)


async def freeze(database: Database, audience: int, limit: int = 100) -> Sequence[Row[Any]]:
    while not (await next_slice(database, audience, limit)).done:
        pass
    return await members(database, audience)


async def members(database: Database, audience: int) -> Sequence[Row[Any]]:
    mine = select(audience_members).where(audience_members.c.audience_id == audience)
    async with database.reading() as tx:
        return await tx.rows(mine.order_by(audience_members.c.seq))


async def test_people_with_duties_come_first_then_the_others_then_the_speakers(database: Database) -> None:
    world = World(database)
    county = await world.area("c", level="county")
    village = await world.area("v", parent=county)
    gong = await world.gateway(village, "g1")
    villager = await world.person(village)
    monitor = await world.person(village)
    await world.post(village, "monitor", monitor)
    audience = await ask_for(database, await world.operator(county), "area(v)")
    assert await next_slice(database, audience) == Slice(1, 1, done=False)
    assert [row.person_id for row in await members(database, audience)] == [monitor]
    rows = await freeze(database, audience)
    assert [(row.person_id, row.gateway_id) for row in rows] == [(monitor, None), (villager, None), (None, gong)]
    assert {row.why for row in rows} == {"frozen"}


async def test_who_matches_several_rules_is_a_member_once_by_the_first(database: Database) -> None:
    world = World(database)
    village = await world.area("v")
    party = await world.person(village)
    other = await world.person(village)
    await world.organisation(village, "party_cell", [party])
    officer = await world.operator(village)
    rows = await freeze(database, await ask_for(database, officer, "organisation(party_cell)", "residents"))
    assert {row.person_id: row.rule for row in rows} == {party: 0, other: 1}
    rows = await freeze(database, await ask_for(database, officer, "residents", "organisation(party_cell)"))
    assert {row.person_id: row.rule for row in rows} == {party: 0, other: 0}


async def test_scope_follows_the_duty_and_so_does_the_area_of_the_member(database: Database) -> None:
    world = World(database)
    here = await world.area("here", level="county")
    village = await world.area("here1", parent=here)
    there = await world.area("there", level="county")
    spot = await world.site(village, "landslide_spot")
    patrol, neighbour = await world.person(there), await world.person(there)
    await world.post(village, "patrol", patrol, site=spot)
    await world.organisation(here, "party_cell", [neighbour])
    officer = await world.operator(here)
    line = "duty(patrol, landslide_spot, here) | organisation(party_cell)"
    rows = await freeze(database, await ask_for(database, officer, line))
    assert [(row.person_id, row.area_id) for row in rows] == [(patrol, village)]


async def test_a_duty_that_has_ended_or_not_begun_names_nobody(database: Database) -> None:
    world = World(database)
    village = await world.area("v")
    past, present, coming, deputy = [await world.person(village) for _ in range(4)]
    await world.post(village, "patrol", past, until_at=NOON)
    await world.post(village, "patrol", present, deputy=deputy, from_at=NOON)
    await world.post(village, "patrol", coming, from_at=NOON + 1)
    officer = await world.operator(village)
    rows = await freeze(database, await ask_for(database, officer, "duty(patrol)"))
    assert [row.person_id for row in rows] == [present, deputy]
    rows = await freeze(database, await ask_for(database, officer, "holders(patrol)"))
    assert [row.person_id for row in rows] == [present]


async def test_who_is_gone_is_no_member(database: Database) -> None:
    world = World(database)
    village = await world.area("v")
    await world.person(village, gone_at=1)
    await world.gateway(village, "g", gone_at=1)
    assert await freeze(database, await ask_for(database, await world.operator(None), "area(v)")) == []


async def test_what_is_gone_brings_nobody_in(database: Database) -> None:
    world = World(database)
    village = await world.area("v")
    house = await world.household(village)
    person = await world.person(village, household=house)
    await world.person(village, household=house, needs_codes=["cannot_walk"], gone_at=1)
    await world.organisation(village, "party_cell", [person])
    await world.post(village, "patrol", person, site=await world.site(village, "landslide_spot"))
    async with database.writing() as tx:
        for table in (organisations, sites):
            await tx.execute(update(table).values(gone_at=1))
    line = "organisation(party_cell) | households(cannot_walk) | duty(patrol, landslide_spot, v)"
    assert await freeze(database, await ask_for(database, await world.operator(village), line)) == []


async def test_a_slice_looks_at_no_more_people_with_duties_than_its_limit(database: Database) -> None:
    world = World(database)
    village = await world.area("v")
    people = [await world.person(village) for _ in range(6)]
    for holder, deputy in ((4, 0), (5, 1), (3, 2)):
        await world.post(village, "patrol", people[holder], deputy=people[deputy])
    audience = await ask_for(database, await world.operator(village), "duty")
    slices = [await next_slice(database, audience, 1) for _ in range(6)]
    assert [(each.first_seq, each.last_seq) for each in slices] == [(seq, seq) for seq in range(1, 7)]
    assert [row.person_id for row in await members(database, audience)] == people


async def test_a_slice_that_crashed_is_taken_again_and_numbers_go_on_without_a_gap(database: Database) -> None:
    world = World(database)
    village = await world.area("v")
    for _ in range(5):
        await world.person(village)
    audience = await ask_for(database, await world.operator(village), "residents")
    first = [await next_slice(database, audience, 2) for _ in range(2)]
    assert first == [Slice(1, 0, done=False), Slice(1, 2, done=False)]

    async def freeze_and_crash() -> None:
        async with database.writing() as tx:
            assert await freeze_slice(tx, PLANNER, audience, 2, NOON) == Slice(3, 4, done=False)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await freeze_and_crash()
    assert await next_slice(database, audience, 2) == Slice(3, 4, done=False)
    assert [row.seq for row in await freeze(database, audience, 2)] == [1, 2, 3, 4, 5]
    assert await next_slice(database, audience, 2) == Slice(6, 5, done=True)


async def test_two_planners_at_once_number_every_member_once(postgresql: Database) -> None:
    world = World(postgresql)
    village = await world.area("v")
    people = [await world.person(village) for _ in range(9)]
    audience = await ask_for(postgresql, await world.operator(village), "residents")
    await asyncio.gather(*(freeze(postgresql, audience, 2) for _ in range(3)))
    rows = await members(postgresql, audience)
    assert [(row.seq, row.person_id) for row in rows] == list(enumerate(people, start=1))


async def test_a_saved_audience_changed_meanwhile_does_not_change_what_is_being_frozen(database: Database) -> None:
    world = World(database)
    village = await world.area("v")
    person = await world.person(village)
    officer = await world.operator(village)
    async with database.writing() as tx:
        await saved.save(tx, officer, "some", line_form.read("residents"), NOON)
    audience = await ask_for(database, officer, "saved(some)")
    async with database.writing() as tx:
        await saved.save(tx, officer, "some", line_form.read("residents - residents"), NOON)
    assert [row.person_id for row in await freeze(database, audience)] == [person]


async def test_freezing_is_the_hubs_own_work(database: Database) -> None:
    world = World(database)
    village = await world.area("v")
    officer = await world.operator(village)
    audience = await ask_for(database, officer, "residents")
    async with database.writing() as tx:
        with pytest.raises(HubOnly):
            await freeze_slice(tx, officer, audience, 10, NOON)
        with pytest.raises(UnknownAudience):
            await freeze_slice(tx, PLANNER, audience + 1, 10, NOON)


async def test_a_slice_takes_as_many_statements_for_ten_people_as_for_three_hundred(database: Database) -> None:
    world = World(database)
    small, large = await world.area("s"), await world.area("l")
    for area, size in ((small, 10), (large, 300)):
        for _ in range(size):
            await world.person(area)
    statements: list[str] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *heard: statements.append(heard[2]))
    counts = []
    for code in ("s", "l"):
        audience = await ask_for(database, await world.operator(None), f"area({code})")
        statements.clear()
        await freeze(database, audience, 1_000)
        counts.append(len(statements))
    assert counts[0] == counts[1]
