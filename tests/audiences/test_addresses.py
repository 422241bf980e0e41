"""Addresses: shared, repaired, stopped by the carrier; an opt-out from lessons never silences a warning."""

from pathlib import Path

import pytest
from sqlalchemy import select

from audiences.addresses import Opening, Purpose, masked, normal_phone
from audiences.errors import NotAPhoneNumber, UnknownAddress, UnknownPerson
from audiences.stores.reach import addresses as address_store
from audiences.stores.reach import consents, owners
from audiences.stores.tables import address_owners, opt_outs
from ground.actor import RoleMissing, operator
from ground.transaction import Database
from tests.audiences.files import HUB, Office, counted_statements
from tests.builders import NOON, World


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+1 555 0100", "+15550100"),
        ("+999 1234-5678", "+99912345678"),
        ("138 0000 0000", "+8613800000000"),
        ("８６１３８００００００００", "+8613800000000"),
        ("0795-1234567", "+867951234567"),
    ],
)
def test_numbers_are_kept_in_one_form(written: str, number: str) -> None:
    assert normal_phone(written) == number
    assert normal_phone(number) == number


@pytest.mark.parametrize("written", ["", "none", "12", "+999", "+999abc", "+9991234567890123", "+1" + "5" * 30, "+0"])
def test_what_cannot_be_a_number_is_refused_without_repeating_it(written: str) -> None:
    with pytest.raises(NotAPhoneNumber) as refused:
        normal_phone(written)
    assert len(written) < 6 or written not in str(refused.value)


def test_a_masked_value_shows_its_end_only() -> None:
    assert (masked("+15550100"), masked("1234")) == ("…00", "…")


async def test_one_address_is_shared_and_closed_when_its_last_owner_goes(database: Database, tmp_path: Path) -> None:
    world = World(database)
    village = await world.area("v")
    one, two = await world.person(village), await world.person(village)
    office = Office(database, tmp_path)
    async with database.writing() as tx:
        openings = [Opening(person, "sms", "+15550100", "hand", rank=0) for person in (one, two)]
        await owners.open_for(tx, HUB, office.desk, openings, at=NOON)
        await owners.open_for(tx, HUB, office.desk, openings[:1], at=NOON)
        address = await address_store.find(tx, HUB, "sms", "+15550100")
    assert address is not None
    assert address.owners == (one, two)
    assert [facts["person"] for _, facts in await office.told()] == [one, two]
    for person, state in ((one, None), (two, NOON)):
        async with database.writing() as tx:
            await owners.end_links(tx, HUB, office.desk, address_owners.c.person_id == person, "moved", at=NOON)
            assert (await address_store.load(tx, HUB, address.id)).closed_at == state
    assert [kind for kind, _ in await office.told()] == ["address.closed"]


async def test_ten_addresses_are_opened_in_as_many_statements_as_a_hundred(database: Database, tmp_path: Path) -> None:
    world = World(database)
    village = await world.area("v")
    people = [await world.person(village) for _ in range(100)]
    office = Office(database, tmp_path)
    counts = []
    for group in (people[:10], people):
        openings = [Opening(person, "sms", f"+1555{len(group):04}{person}", "hand") for person in group]
        with counted_statements(database) as statements:
            async with database.writing() as tx:
                await owners.open_for(tx, HUB, office.desk, openings, at=NOON)
        counts.append(len(statements))
    assert counts[0] == counts[1]


async def test_the_address_of_somebody_elsewhere_is_not_opened_nor_seen(database: Database, tmp_path: Path) -> None:
    world = World(database)
    mine, other = await world.area("v"), await world.area("w")
    stranger = await world.person(other, sms="+15550101")
    local = await world.operator(mine)
    async with database.writing() as tx:
        address = await address_store.find(tx, HUB, "sms", "+15550101")
        assert address is not None
        assert await address_store.find(tx, local, "sms", "+15550101") is None
        with pytest.raises(UnknownPerson):
            await owners.open_for(tx, local, None, [Opening(stranger, "sms", "+15550102", "hand")], at=NOON)
        with pytest.raises(UnknownAddress):
            await address_store.verify(tx, local, address.id, "call", at=NOON)
        with pytest.raises(RoleMissing):
            await address_store.verify(tx, operator("x", other, []), address.id, "call", at=NOON)


async def test_an_opt_out_from_lessons_leaves_warnings_alone_and_the_newest_word_counts(database: Database) -> None:
    world = World(database)
    await world.person(await world.area("v"), sms="+15550100")
    async with database.writing() as tx:
        address = await address_store.find(tx, HUB, "sms", "+15550100")
        assert address is not None
        await consents.opt_in(tx, HUB, address.id, Purpose.WARNINGS, "form", at=NOON)
        await consents.opt_out(tx, HUB, address.id, Purpose.LESSONS, "reply", at=NOON)
        await consents.opt_out(tx, HUB, address.id, Purpose.LESSONS, "reply", at=NOON + 1)
        assert [row.purpose for row in await tx.rows(select(opt_outs))] == ["lessons"]
        assert await consents.present(tx, HUB, address.id) == {Purpose.WARNINGS: True, Purpose.LESSONS: False}
        await consents.opt_in(tx, HUB, address.id, Purpose.LESSONS, "call", at=NOON + 2)
        assert await tx.rows(select(opt_outs)) == []
        assert (await consents.present(tx, HUB, address.id))[Purpose.LESSONS]


async def test_what_the_carrier_stops_is_shown_to_the_village_of_its_people_only(database: Database) -> None:
    world = World(database)
    mine, other = await world.area("v"), await world.area("w")
    person = await world.person(mine, sms="+15550100")
    await world.person(other, sms="+15550100")
    await world.person(mine, sms="+15550101")
    village = await world.operator(mine)
    async with database.writing() as tx:
        address = await address_store.find(tx, HUB, "sms", "+15550100")
        assert address is not None
        await address_store.stop(tx, HUB, address.id, at=NOON)
        [shown] = await address_store.stopped(tx, village, mine)
        assert (shown.address, shown.people, shown.stopped_at) == (address.id, (person,), NOON)
        assert await address_store.stopped(tx, village, other) == []
        await address_store.lift_stop(tx, HUB, address.id)
        assert await address_store.stopped(tx, village, mine) == []


async def test_a_closed_address_is_closed_for_all_and_told_once(database: Database, tmp_path: Path) -> None:
    world = World(database)
    await world.person(await world.area("v"), sms="+15550100")
    office = Office(database, tmp_path)
    async with database.writing() as tx:
        address = await address_store.find(tx, HUB, "sms", "+15550100")
        assert address is not None
        await address_store.close(tx, HUB, office.desk, address.id, "wrong number", at=NOON)
        await address_store.close(tx, HUB, office.desk, address.id, "again", at=NOON + 1)
        assert (await address_store.load(tx, HUB, address.id)).closed_why == "wrong number"
    assert [kind for kind, _ in await office.told()] == ["address.closed"]
    assert "+15550100" not in repr(address)
