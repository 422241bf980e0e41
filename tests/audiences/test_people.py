"""People: seen where they live or serve, and forgotten on demand while evidence keeps their ids."""

from pathlib import Path

import pytest
from sqlalchemy import select

from audiences.errors import UnknownPerson
from audiences.stores import duties
from audiences.stores import people as people_store
from audiences.stores.tables import address_owners, addresses, households, needs, particulars, people
from ground.transaction import Database
from tests.audiences.files import HUB, Office
from tests.builders import NOON, World


async def test_who_serves_here_is_seen_here_as_long_as_the_term_lasts(database: Database) -> None:
    world = World(database)
    mine, other = await world.area("v"), await world.area("w")
    holder, deputy = await world.person(other, "Holder"), await world.person(other, "Deputy")
    neighbour = await world.person(other, "Neighbour")
    await world.post(mine, "patrol", holder, deputy=deputy, from_at=NOON, until_at=NOON + 10)
    local = await world.operator(mine)
    everyone = [holder, deputy, neighbour]
    async with database.reading() as tx:
        assert await people_store.names(tx, local, everyone, now=NOON) == {holder: "Holder", deputy: "Deputy"}
        assert await people_store.names(tx, local, everyone, now=NOON + 10) == {}
        assert (await people_store.load(tx, local, holder, now=NOON)).name == "Holder"
        with pytest.raises(UnknownPerson):
            await people_store.load(tx, local, neighbour, now=NOON)


async def test_a_person_is_forgotten_and_the_ids_stay(database: Database, tmp_path: Path) -> None:
    world = World(database)
    village = await world.area("v")
    house = await world.household(village)
    gone = await world.person(
        village, "王小明", sms="+15550100", telegram="77", needs_codes=["lives_alone"], household=house
    )
    kept = await world.person(village, "李四", sms="+15550100")
    post = await world.post(village, "patrol", gone, deputy=kept)
    office = Office(database, tmp_path)
    async with database.writing() as tx:
        await tx.execute(households.update().values(responsible_a_id=gone))
        await people_store.erase(tx, HUB, office.desk, gone, at=NOON)
    async with database.reading() as tx:
        person = await people_store.load(tx, HUB, gone, now=NOON)
        row = await tx.row(select(people).where(people.c.id == gone))
        assert (await duties.load(tx, HUB, post, now=NOON)).term is None
        values = dict(tuple(each) for each in await tx.rows(select(addresses.c.channel, addresses.c.value)))
        links = await tx.rows(select(address_owners).where(address_owners.c.person_id == gone))
        assert await tx.values(select(needs.c.person_id)) == []
        assert await tx.values(select(particulars.c.person_id)) == [kept]
        assert await tx.values(select(households.c.responsible_a_id)) == [None]
    assert (person.name, person.household, person.needs) == (None, None, ())
    assert row is not None
    assert (row.external_id, row.gone_at) == (f"erased:{gone}", NOON)
    assert values == {"sms": "+15550100", "telegram": None}
    assert [link.until_at for link in links] == [NOON, NOON]
    assert ("address.closed", {"address": links[1].address_id}) in await office.told()


async def test_nobody_is_forgotten_from_elsewhere(database: Database) -> None:
    world = World(database)
    person, local = await world.person(await world.area("v")), await world.operator(await world.area("w"))
    async with database.writing() as tx:
        with pytest.raises(UnknownPerson):
            await people_store.erase(tx, local, Office(database, Path()).desk, person, at=NOON)
