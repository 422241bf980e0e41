"""Growth: news brings members in while a warning is valid; nobody is taken out, and nobody comes in twice."""

import pytest
from sqlalchemy import insert, update

from audiences.stores.tables import terms
from audiences.stores.targets.growth import add_member, matches_now
from audiences.targeting.errors import UnknownAudience
from ground.actor import HubOnly
from ground.transaction import Database
from tests.audiences.test_freezing import PLANNER, ask_for, freeze, members, next_slice
from tests.builders import NOON, World

LATER = NOON + 60_000


async def add(database: Database, audience: int, person: int, *, force: bool = False) -> int | None:
    async with database.writing() as tx:
        return await add_member(tx, PLANNER, audience, person, "duty.handed_over", LATER, force=force)


async def test_a_post_handed_over_brings_the_new_holder_in_and_keeps_the_old(database: Database) -> None:
    world = World(database)
    village, elsewhere = await world.area("v"), await world.area("e")
    old, new = await world.person(village), await world.person(elsewhere)
    post = await world.post(village, "patrol", old)
    audience = await ask_for(database, await world.operator(village), "duty(patrol)")
    await freeze(database, audience)
    async with database.writing() as tx:
        await tx.execute(update(terms).values(until_at=LATER))
        await tx.execute(insert(terms).values(post_id=post, holder_id=new, from_at=LATER))
    assert await add(database, audience, new) == 2
    assert await add(database, audience, new) is None
    rows = await members(database, audience)
    assert [(row.person_id, row.area_id, row.why) for row in rows] == [
        (old, village, "frozen"),
        (new, village, "duty.handed_over"),
    ]


async def test_who_matches_no_rule_comes_in_only_by_force_and_never_from_outside_the_scope(database: Database) -> None:
    world = World(database)
    village, elsewhere = await world.area("v"), await world.area("e")
    here, foreign = await world.person(village), await world.person(elsewhere)
    gone = await world.person(village, gone_at=1)
    audience = await ask_for(database, await world.operator(village), "need(lives_alone)")
    await freeze(database, audience)
    assert await add(database, audience, here) is None
    assert await add(database, audience, foreign, force=True) is None
    assert await add(database, audience, here, force=True) == 1
    assert await add(database, audience, gone, force=True) is None
    assert [(row.person_id, row.rule) for row in await members(database, audience)] == [(here, 0)]


async def test_a_member_who_came_in_while_slices_go_on_is_not_frozen_again(database: Database) -> None:
    world = World(database)
    village = await world.area("v")
    first, second = await world.person(village), await world.person(village)
    audience = await ask_for(database, await world.operator(village), "residents")
    await next_slice(database, audience)
    assert await add(database, audience, second) == 1
    rows = await freeze(database, audience)
    assert [(row.seq, row.person_id) for row in rows] == [(1, second), (2, first)]


async def test_growth_is_the_hubs_own_work_and_matching_is_bounded_by_area(database: Database) -> None:
    world = World(database)
    village, elsewhere = await world.area("v"), await world.area("e")
    person, foreign = await world.person(village), await world.person(elsewhere)
    officer, stranger = await world.operator(village), await world.operator(elsewhere)
    audience = await ask_for(database, officer, "residents")
    async with database.writing() as tx:
        assert await matches_now(tx, officer, audience, [person, foreign], NOON) == {person}
        with pytest.raises(UnknownAudience):
            await matches_now(tx, stranger, audience, [person], NOON)
        with pytest.raises(HubOnly):
            await add_member(tx, officer, audience, person, "x", NOON)
