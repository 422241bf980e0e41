"""An area's calling table: every version stays, the nearest above holds, and what it says is done at the next issue."""

import asyncio
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from audiences.errors import UnknownArea
from broadcast.ladders import errors
from broadcast.ladders.policy import Occasion, read_occasions
from broadcast.stores.ladders import policies
from broadcast.stores.ladders.policies import Version
from ground.actor import Actor, Role, RoleMissing, system
from ground.clock import HOUR
from ground.tables import audit
from ground.transaction import Database
from tests.broadcast.dispatch.test_statement_counts import counted
from tests.broadcast.ladders.tables import table, without_slides_by_day
from tests.builders import NOON, World

HUB = system("test")
WEAKER, STRONGER = without_slides_by_day(), table({}, {"levels": [2, 3]})


@dataclass(frozen=True, slots=True)
class Tree:
    """A county, a township in it, a village in that; and an officer of each."""

    database: Database
    world: World
    county: int
    township: int
    village: int
    above: Actor
    below: Actor

    async def put(self, who: Actor, area: int, occasions: tuple[Occasion, ...], at: int = NOON) -> Version:
        async with self.database.writing() as tx:
            return await policies.put(tx, who, area, occasions, "rain season", at)

    async def back(self, who: Actor, area: int) -> Version | None:
        async with self.database.writing() as tx:
            return await policies.give_back(tx, who, area, "over", NOON)

    async def at(self, area: int) -> tuple[int | None, tuple[Occasion, ...]]:
        """Return what holds in an area, and whose it is."""
        async with self.database.reading() as tx:
            found = await policies.holding(tx, HUB, area)
        return found.kept.area if found.kept else None, tuple(found.occasions)

    async def versions(self, area: int) -> list[int]:
        async with self.database.reading() as tx:
            return [each.version for each in await policies.versions(tx, self.above, area)]


@pytest.fixture
async def tree(database: Database) -> Tree:
    world = World(database)
    county = await world.area("1", level="county")
    township = await world.area("11", parent=county, level="township")
    village = await world.area("111", parent=township)
    above, below = await world.operator(county, Role.OFFICER), await world.operator(township, Role.APPROVER)
    return Tree(database, world, county, township, village, above, below)


async def test_the_nearest_table_at_or_above_a_place_holds_there_and_else_the_houses(tree: Tree) -> None:
    house = (None, tuple(read_occasions()))
    assert await tree.at(tree.village) == house
    await tree.put(tree.above, tree.county, STRONGER)
    assert await tree.at(tree.village) == await tree.at(tree.county) == (tree.county, STRONGER)
    await tree.put(tree.below, tree.township, WEAKER)
    assert await tree.at(tree.village) == await tree.at(tree.township) == (tree.township, WEAKER)
    assert await tree.at(tree.county) == (tree.county, STRONGER)
    await tree.back(tree.below, tree.township)
    assert await tree.at(tree.village) == (tree.county, STRONGER)
    await tree.back(tree.above, tree.county)
    assert await tree.at(tree.village) == house


async def test_every_version_stays_with_who_why_and_when(tree: Tree) -> None:
    await tree.put(tree.below, tree.township, WEAKER)
    await tree.put(tree.below, tree.township, STRONGER, NOON + HOUR)
    await tree.back(tree.below, tree.township)
    async with tree.database.reading() as tx:
        found = await policies.versions(tx, tree.above, tree.township)
        page = await policies.versions(tx, tree.above, tree.township, before=3, limit=1)
        deeds = await tx.values(select(audit.c.deed).order_by(audit.c.id))
    assert [(each.version, each.occasions, each.at) for each in found] == [
        (3, None, NOON),
        (2, STRONGER, NOON + HOUR),
        (1, WEAKER, NOON),
    ]
    assert {each.by for each in found} == {tree.below.name}
    assert [each.reason for each in found] == ["over", "rain season", "rain season"]
    assert [each.version for each in page] == [2]
    assert deeds == ["calling_table.set", "calling_table.set", "calling_table.given_back"]


async def test_the_same_table_again_is_no_new_version_and_neither_is_giving_back_twice(tree: Tree) -> None:
    assert await tree.back(tree.below, tree.township) is None
    first = await tree.put(tree.below, tree.township, WEAKER)
    assert await tree.put(tree.below, tree.township, WEAKER, NOON + HOUR) == first
    gone = await tree.back(tree.below, tree.township)
    assert await tree.back(tree.below, tree.township) == gone
    assert await tree.versions(tree.township) == [2, 1]


async def test_an_unsound_table_is_refused_and_what_holds_goes_on_holding(tree: Tree) -> None:
    with pytest.raises(errors.RedAsleep):
        await tree.put(tree.below, tree.township, table({"hours": [6, 23]}))
    assert await tree.versions(tree.township) == []


async def test_a_reason_is_asked_for(tree: Tree) -> None:
    async with tree.database.writing() as tx:
        with pytest.raises(errors.WhyMissing):
            await policies.put(tx, tree.below, tree.township, WEAKER, "  ", NOON)
        with pytest.raises(errors.WhyMissing):
            await policies.put(tx, tree.below, tree.township, WEAKER, "因" * 401, NOON)


async def test_only_officers_and_approvers_of_the_area_set_its_table(tree: Tree) -> None:
    for role in (Role.DUTY, Role.ADMIN, Role.AUDITOR, Role.PUBLICITY):
        with pytest.raises(RoleMissing):
            await tree.put(await tree.world.operator(tree.township, role), tree.township, WEAKER)
    with pytest.raises(UnknownArea):
        await tree.put(tree.below, tree.county, WEAKER)
    with pytest.raises(UnknownArea):
        await tree.back(tree.below, tree.county)
    assert (await tree.put(tree.above, tree.township, WEAKER)).by == tree.above.name


async def test_whoever_read_an_older_version_is_told(tree: Tree) -> None:
    await tree.put(tree.below, tree.township, WEAKER)
    async with tree.database.writing() as tx:
        with pytest.raises(errors.StaleTable):
            await policies.put(tx, tree.below, tree.township, STRONGER, "late", NOON, over=0)
        with pytest.raises(errors.StaleTable):
            await policies.give_back(tx, tree.below, tree.township, "late", NOON, over=0)
        assert (await policies.put(tx, tree.below, tree.township, STRONGER, "seen", NOON, over=1)).version == 2


async def test_of_two_who_set_it_at_once_the_second_is_told(tree: Tree) -> None:
    async def put(occasions: tuple[Occasion, ...]) -> int:
        async with tree.database.writing() as tx:
            return (await policies.put(tx, tree.below, tree.township, occasions, "at once", NOON, over=0)).version

    done = await asyncio.gather(put(WEAKER), put(STRONGER), return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["StaleTable", "int"]
    assert await tree.versions(tree.township) == [1]


async def test_looking_up_what_holds_is_one_statement(tree: Tree) -> None:
    await tree.put(tree.above, tree.county, STRONGER)
    async with tree.database.reading() as tx:
        with counted(tree.database) as statements:
            await policies.holding(tx, HUB, tree.village)
    assert len(statements) == 1
