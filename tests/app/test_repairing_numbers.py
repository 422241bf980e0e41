"""Numbers repaired by hand: closed and opened, and told, as a file would do it."""

from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from app.house import House
from audiences.stores.tables import address_owners, addresses
from ground.actor import Role
from tests.app.conftest import bearer
from tests.app.entering import Ear, change, enter, numbers
from tests.audiences.files import Office
from tests.builders import NOON, World


@pytest.fixture
def ear(house: House) -> Ear:
    return Ear(house)


async def test_a_changed_number_closes_the_old_address_and_opens_the_new_one_as_a_file_does(
    http: httpx.AsyncClient, world: World, house: House, ear: Ear, tmp_path: Path
) -> None:
    await world.area("1")
    admin = await bearer(world, None, Role.ADMIN)
    by_hand = await enter(http, admin, name="Li", area="1", phone="+15550100", telegram="71")
    assert await change(http, admin, f"/people/{by_hand}", phone="+15550102", telegram="72")
    assert await ear.told() == ["address.closed", "address.closed", "address.opened", "address.opened"]
    assert await numbers(http, admin, by_hand) == {"sms": "+15550102", "telegram": "72"}
    office = Office(house.database, tmp_path)
    for number in ("+15550110", "+15550112"):
        await office.hand_in("people", "id,name,area_code,phone", f"p,Wu,1,{number}")
    assert sorted(kind for kind, _ in await office.told()) == ["address.closed", "address.opened"]
    async with house.database.reading() as tx:
        joined = address_owners.join(addresses, addresses.c.id == address_owners.c.address_id)
        columns = (addresses.c.value, addresses.c.closed_at, addresses.c.closed_why, address_owners.c.until_at)
        rows = {row.value: tuple(row)[1:] for row in await tx.rows(select(*columns).select_from(joined))}
    assert rows["+15550100"] == rows["+15550110"] == (NOON, "changed", NOON)
    assert rows["+15550102"] == rows["+15550112"] == (None, None, None)


async def test_a_shared_number_stays_open_for_the_others(http: httpx.AsyncClient, world: World, ear: Ear) -> None:
    await world.area("1")
    admin = await bearer(world, None, Role.ADMIN)
    one, other = [await enter(http, admin, name="Li", area="1", phone="+15550100") for _ in range(2)]
    await change(http, admin, f"/people/{one}", phone=None)
    assert await numbers(http, admin, one) == {}
    assert await numbers(http, admin, other) == {"sms": "+15550100"}
    assert await ear.told() == []


async def test_a_phone_that_turns_out_to_be_a_landline_is_called_instead_of_written_to(
    http: httpx.AsyncClient, world: World
) -> None:
    await world.area("1")
    admin = await bearer(world, None, Role.ADMIN)
    person = await enter(http, admin, name="Li", area="1", phone="+15550100")
    await change(http, admin, f"/people/{person}", phone_kind="landline")
    assert await numbers(http, admin, person) == {"voice": "+15550100"}
