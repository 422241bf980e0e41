"""Scope: what an actor sees is the subtree of the actor's area, and nothing beside it."""

from sqlalchemy import select

from audiences.stores.scope import within
from audiences.stores.tables import people
from ground.actor import Actor, system
from ground.transaction import Database
from tests.builders import World


async def lives_in_sight_of(database: Database, actor: Actor) -> set[int]:
    async with database.reading() as tx:
        return set(await tx.values(select(people.c.id).where(within(actor, people.c.area_id))))


async def test_an_actor_sees_the_own_subtree_however_deep_and_nothing_beside_it(database: Database) -> None:
    world = World(database)
    county = await world.area("1", level="county")
    village = await world.area("1-1", parent=await world.area("1-0", parent=county, level="township"))
    other = await world.area("2", level="county")
    mine, foreign = await world.person(village), await world.person(other)
    assert await lives_in_sight_of(database, await world.operator(county)) == {mine}
    assert await lives_in_sight_of(database, await world.operator(village)) == {mine}
    assert await lives_in_sight_of(database, await world.operator(other)) == {foreign}
    assert await lives_in_sight_of(database, system("planner")) == {mine, foreign}
