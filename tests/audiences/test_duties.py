"""Posts and terms: a term is closed and another opened, and the one who holds a post is told as news."""

from pathlib import Path

import pytest

from audiences.errors import UnknownPerson, UnknownPost
from audiences.stores import duties
from ground.transaction import Database
from tests.audiences.files import HUB, Office
from tests.builders import NOON, World


async def test_a_handover_closes_one_term_and_opens_the_next(database: Database, tmp_path: Path) -> None:
    world = World(database)
    village = await world.area("v")
    old, new, deputy = [await world.person(village) for _ in range(3)]
    post = await world.post(village, "monitor", old)
    office = Office(database, tmp_path)
    async with database.writing() as tx:
        await duties.hand_over(tx, HUB, office.desk, post, new, deputy=deputy, at=NOON)
    async with database.reading() as tx:
        before = (await duties.load(tx, HUB, post, now=NOON - 1)).term
        after = (await duties.load(tx, HUB, post, now=NOON)).term
    assert before is not None
    assert after is not None
    assert (before.holder, before.until, after.holder, after.deputy, after.since) == (old, NOON, new, deputy, NOON)
    assert await office.told() == [("duty.handed_over", {"post": post, "from": old, "to": new, "deputy": deputy})]


async def test_a_term_ends_where_one_begins_that_was_arranged_before(database: Database, tmp_path: Path) -> None:
    world = World(database)
    village = await world.area("v")
    first, later, between = [await world.person(village) for _ in range(3)]
    post = await world.post(village, "monitor", first)
    office = Office(database, tmp_path)
    async with database.writing() as tx:
        await duties.hand_over(tx, HUB, office.desk, post, later, at=NOON + 100)
        await duties.hand_over(tx, HUB, office.desk, post, between, at=NOON)
    for now, holder in ((NOON - 1, first), (NOON + 99, between), (NOON + 100, later)):
        async with database.reading() as tx:
            term = (await duties.load(tx, HUB, post, now=now)).term
        assert term is not None
        assert term.holder == holder


async def test_neither_foreign_posts_nor_foreign_people_can_be_appointed(database: Database, tmp_path: Path) -> None:
    world = World(database)
    mine, other = await world.area("v"), await world.area("w")
    local, desk = await world.operator(mine), Office(database, tmp_path).desk
    neighbour, stranger = await world.person(mine), await world.person(other)
    here, there = await world.post(mine, "monitor", neighbour), await world.post(other, "monitor", stranger)
    async with database.writing() as tx:
        with pytest.raises(UnknownPost):
            await duties.hand_over(tx, local, desk, there, neighbour, at=NOON)
        with pytest.raises(UnknownPerson):
            await duties.hand_over(tx, local, desk, here, stranger, at=NOON)
        await duties.vacate(tx, local, [here, there], at=NOON)
        assert (await duties.load(tx, HUB, here, now=NOON)).term is None
        assert (await duties.load(tx, HUB, there, now=NOON)).term is not None
        assert [post.id for post in await duties.in_area(tx, local, mine, now=NOON, duty="monitor")] == [here]
