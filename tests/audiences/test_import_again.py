"""The same file again, changed: it updates, never deletes, repairs phones, lists what is gone, and outlives a crash."""

from pathlib import Path

import pytest
from sqlalchemy import Table, func, select

from audiences.errors import ImportUnderWay
from audiences.importing.job import SLICES
from audiences.importing.run import abandon_import, interrupted_imports, resume_imports
from audiences.sites import WaterLimits
from audiences.stores import duties, households, limits, organisations
from audiences.stores import people as people_store
from audiences.stores.intake import staging
from audiences.stores.intake.staging import StagedRow
from audiences.stores.reach import addresses as address_store
from audiences.stores.tables import addresses, import_rows, import_runs, people, sites
from ground.clock import MINUTE, HandClock
from ground.transaction import Database
from tests.audiences.files import HUB, Office, counted_statements
from tests.builders import NOON, World

PEOPLE = "id,name,area_code,phone,needs"
KNOWN = (PEOPLE, "p1,王,v,+15550100,lives_alone", "p2,李,v,+15550101,", "p3,张,v,+15550101,")


@pytest.fixture
async def office(database: Database, tmp_path: Path) -> Office:
    await World(database).area("v", "车草村委会")
    return Office(database, tmp_path)


async def person_called(office: Office, external_id: str) -> int:
    async with office.database.reading() as tx:
        return int(await tx.value(select(people.c.id).where(people.c.external_id == external_id)))


async def numbers_of(office: Office, external_id: str) -> dict[str, bool]:
    """Return the numbers somebody owns now, and whether each is open."""
    person = await person_called(office, external_id)
    async with office.database.reading() as tx:
        owned = await address_store.of_person(tx, HUB, person, now=NOON)
    return {str(address.value): address.closed_at is None for address in owned}


async def test_the_same_file_again_changes_nothing_and_tells_nothing(office: Office) -> None:
    first = await office.hand_in("people", *KNOWN)
    assert (first.new, first.changed, first.unchanged) == (3, 0, 0)
    assert await office.told() == []
    again = await office.hand_in("people", *KNOWN)
    assert (again.new, again.changed, again.unchanged, again.gone) == (0, 0, 3, 0)
    assert await office.told() == []


async def test_a_changed_phone_is_closed_and_the_new_one_opened_and_both_are_told(office: Office) -> None:
    await office.hand_in("people", *KNOWN)
    report = await office.hand_in("people", KNOWN[0], KNOWN[1].replace("0100", "0102"), *KNOWN[2:])
    assert (report.changed, report.unchanged) == (1, 2)
    assert await numbers_of(office, "p1") == {"+15550102": True}
    person = await person_called(office, "p1")
    (closed, old), (opened, new) = sorted(await office.told())
    assert (closed, opened) == ("address.closed", "address.opened")
    assert new["person"] == person
    assert new["address"] != old["address"]
    async with office.database.reading() as tx:
        row = await tx.row(select(addresses).where(addresses.c.id == old["address"]))
    assert row is not None
    assert (row.value, row.closed_at, row.closed_why) == ("+15550100", NOON, "changed")


async def test_a_shared_phone_stays_open_for_whoever_still_has_it(office: Office) -> None:
    await office.hand_in("people", *KNOWN)
    await office.hand_in("people", *KNOWN[:2], KNOWN[2].replace("0101", "0103"), KNOWN[3])
    assert await numbers_of(office, "p2") == {"+15550103": True}
    assert await numbers_of(office, "p3") == {"+15550101": True}
    assert [kind for kind, _ in await office.told()] == ["address.opened"]


async def test_a_phone_that_comes_back_is_open_again_and_unverified(office: Office) -> None:
    await office.hand_in("people", *KNOWN)
    async with office.database.writing() as tx:
        address = await address_store.find(tx, HUB, "sms", "+15550100")
        assert address is not None
        await address_store.verify(tx, HUB, address.id, "call", at=NOON)
    await office.hand_in("people", KNOWN[0], KNOWN[1].replace("+15550100", ""), *KNOWN[2:])
    assert await numbers_of(office, "p1") == {}
    await office.hand_in("people", *KNOWN)
    assert await numbers_of(office, "p1") == {"+15550100": True}
    async with office.database.reading() as tx:
        again = await address_store.load(tx, HUB, address.id)
    assert (again.verified_at, again.closed_at) == (None, None)


async def test_two_who_exchange_their_phones_both_keep_one(office: Office) -> None:
    await office.hand_in("people", PEOPLE, "p1,王,v,+15550100,", "p2,李,v,+15550101,")
    await office.hand_in("people", PEOPLE, "p1,王,v,+15550101,", "p2,李,v,+15550100,")
    assert await numbers_of(office, "p1") == {"+15550101": True}
    assert await numbers_of(office, "p2") == {"+15550100": True}


async def test_a_column_the_file_lacks_is_left_as_it_is(office: Office) -> None:
    await office.hand_in("people", *KNOWN)
    await office.hand_in("people", "id,name,area_code", "p1,王大,v", "p2,李,v", "p3,张,v")
    person = await person_called(office, "p1")
    async with office.database.reading() as tx:
        kept = await people_store.load(tx, HUB, person, now=NOON)
    assert (kept.name, kept.needs) == ("王大", ("lives_alone",))
    assert await numbers_of(office, "p1") == {"+15550100": True}


async def test_what_is_gone_from_the_file_is_listed_and_left_unless_asked(office: Office) -> None:
    await office.hand_in("people", *KNOWN)
    report = await office.hand_in("people", *KNOWN[:2])
    assert (report.gone, report.gone_ids, report.retired) == (2, ("p2", "p3"), False)
    asked = await office.hand_in("people", *KNOWN[:2], retire_gone=True)
    assert (asked.gone_ids, asked.retired) == (("p2", "p3"), True)
    assert (await office.hand_in("people", *KNOWN[:2])).gone == 0
    back = await office.hand_in("people", *KNOWN)
    assert (back.new, back.changed, back.unchanged) == (0, 2, 1)


async def test_a_bad_row_is_not_gone_and_nothing_is_retired_beside_it(office: Office) -> None:
    await office.hand_in("people", *KNOWN)
    report = await office.hand_in("people", *KNOWN[:2], "p2,李,v,nonsense,", good_rows=True, retire_gone=True)
    assert (report.gone_ids, report.bad, report.retired) == (("p3",), 1, False)


async def test_one_source_does_not_list_or_change_what_another_brought(office: Office, tmp_path: Path) -> None:
    await office.hand_in("people", *KNOWN)
    other = Office(office.database, tmp_path, source="clinic")
    report = await other.hand_in("people", PEOPLE, "p1,另一人,v,,")
    assert (report.new, report.gone) == (1, 0)


async def test_a_foreign_actor_can_neither_take_over_nor_see_who_lives_elsewhere(
    office: Office, tmp_path: Path
) -> None:
    world = World(office.database)
    other = await world.area("w")
    await office.hand_in("people", *KNOWN)
    stranger = Office(office.database, tmp_path, actor=await world.operator(other))
    report = await stranger.hand_in("people", PEOPLE, "p1,王,w,,", "p9,赵,v,,")
    assert [(fault.row, fault.reason) for fault in report.faults] == [
        (2, "Another area or another source has this already."),
        (3, "No area is known by this id in your area."),
    ]
    assert report.gone == 0


async def test_another_holder_in_the_file_is_a_handover(office: Office) -> None:
    await office.hand_in("people", *KNOWN)
    await office.hand_in("sites", "id,kind,name,area_code", "s1,landslide_spot,北霞滑坡点,v")
    post = ("id,duty,site,holder,deputy", "d1,patrol,s1,p1,p2")
    await office.hand_in("posts", *post)
    await office.told()
    office.clock.pass_by(MINUTE)
    report = await office.hand_in("posts", post[0], "d1,patrol,s1,p3,p2")
    assert report.changed == 1
    [(kind, facts)] = await office.told()
    assert kind == "duty.handed_over"
    holders = [await person_called(office, each) for each in ("p1", "p3", "p2")]
    assert [facts["from"], facts["to"], facts["deputy"]] == holders
    assert (await office.hand_in("posts", post[0], "d1,patrol,s1,p3,p2")).unchanged == 1
    async with office.database.reading() as tx:
        kept = await duties.load(tx, HUB, facts["post"], now=office.clock.now())
        before = await duties.load(tx, HUB, facts["post"], now=NOON)
    assert kept.term is not None
    assert before.term is not None
    assert (before.term.holder, before.term.until) == (holders[0], NOON + MINUTE)
    assert (kept.term.holder, kept.term.since) == (holders[1], NOON + MINUTE)


async def test_a_post_moves_along_with_its_site_and_is_vacated_when_nobody_holds_it(office: Office) -> None:
    other = await World(office.database).area("w")
    await office.hand_in("people", *KNOWN)
    await office.hand_in("sites", "id,kind,name,area_code", "s1,landslide_spot,北霞滑坡点,v")
    await office.hand_in("posts", "id,duty,site,holder", "d1,patrol,s1,p1")
    await office.hand_in("sites", "id,kind,name,area_code", "s1,landslide_spot,北霞滑坡点,w")
    await office.hand_in("posts", "id,duty,site,holder", "d1,patrol,s1,")
    async with office.database.reading() as tx:
        [post] = await duties.in_area(tx, HUB, other, now=NOON)
    assert post.term is None


async def test_a_household_is_told_with_everything_that_belongs_to_it(office: Office) -> None:
    await office.hand_in("sites", "id,kind,name,area_code", "s1,landslide_spot,北霞滑坡点,v", "s2,shelter,村部,v")
    household = "id,area_code,latitude,longitude,hazard,site,assembly_point,shelter,route"
    await office.hand_in("households", household, "h1,v,28.1,115.9,landslide,s1,老樟树,s2,沿河堤")
    await office.hand_in("people", "id,name,area_code,household", "p1,王,v,h1", "p2,李,v,h1")
    await office.hand_in("responsibles", "household,person_a,person_b", "h1,p1,p2")
    await office.hand_in("relatives", "person,relative,relation", "p1,p2,wife")
    assert (await office.hand_in("relatives", "person,relative,relation", "p1,p2,wife")).unchanged == 1
    first, second = await person_called(office, "p1"), await person_called(office, "p2")
    async with office.database.reading() as tx:
        site = await tx.value(select(sites.c.id).where(sites.c.external_id == "s1"))
        [kept] = await households.under_site(tx, HUB, site)
        kin = (await people_store.load(tx, HUB, first, now=NOON)).relatives
    assert (kept.hazard, kept.assembly_point, kept.people) == ("landslide", "老樟树", (first, second))
    assert (kept.responsible_a, kept.responsible_b) == (first, second)
    assert [(each.person, each.relation) for each in kin] == [(second, "wife")]


async def test_a_member_who_is_gone_from_the_list_is_a_member_no_more(office: Office) -> None:
    await office.hand_in("people", *KNOWN)
    await office.hand_in("organisations", "id,kind,name,area_code", "o1,party_cell,车草党支部,v")
    await office.hand_in("members", "organisation,person", "o1,p1", "o1,p2")
    await office.hand_in("members", "organisation,person", "o1,p2", retire_gone=True)
    async with office.database.reading() as tx:
        [cell] = await organisations.in_area(tx, HUB, 1, kind="party_cell")
        assert await organisations.members(tx, HUB, cell.id) == [await person_called(office, "p2")]


async def test_a_file_of_addresses_is_known_by_what_it_calls_each_of_them(office: Office) -> None:
    await office.hand_in("people", "id,name,area_code", "p1,王,v")
    header = "id,person,channel,value,rank"
    await office.hand_in("addresses", header, "a1,p1,sms,+15550110,0", "a2,p1,voice,+15550111,1")
    assert [kind for kind, _ in await office.told()] == ["address.opened", "address.opened"]
    report = await office.hand_in("addresses", header, "a1,p1,sms,+15550112,0", "a2,p1,voice,+15550111,2")
    assert (report.changed, report.gone) == (2, 0)
    assert sorted(kind for kind, _ in await office.told()) == ["address.closed", "address.opened"]
    assert await numbers_of(office, "p1") == {"+15550112": True, "+15550111": True}
    await office.hand_in("addresses", header, "a1,p1,sms,+15550112,0", retire_gone=True)
    assert await numbers_of(office, "p1") == {"+15550112": True}


async def test_a_gateway_comes_with_its_speaker_address_and_goes_with_it(office: Office) -> None:
    await office.hand_in("gateways", "code,name,area_code", "g1,村口,v", "g2,村部,v")
    await office.hand_in("gateways", "code,name,area_code", "g2,村部二楼,v", retire_gone=True)
    async with office.database.reading() as tx:
        rows = await tx.rows(select(addresses).where(addresses.c.channel == "speaker").order_by(addresses.c.value))
    assert [(row.value, row.closed_at) for row in rows] == [("g1", NOON), ("g2", None)]
    await office.hand_in("gateways", "code,name,area_code", "g1,村口,v")
    async with office.database.reading() as tx:
        assert await tx.value(select(addresses.c.closed_at).where(addresses.c.value == "g1")) is None


class Crash(Exception):
    """The process dies."""


class DyingClock(HandClock):
    """A clock that is asked once per slice, and the last time the process lives."""

    def __init__(self, lives: int) -> None:
        super().__init__(NOON)
        self._lives = lives

    def now(self) -> int:
        if self._lives == 0:
            raise Crash
        self._lives -= 1
        return super().now()


SEVEN = (PEOPLE, *(f"p{i},人,v,," for i in range(7)))
ASKED_WHILE_CHECKING = 2  # once for the one chunk of the file, once for what is gone


async def die_after(office: Office, monkeypatch: pytest.MonkeyPatch, slices: int) -> None:
    """Import seven people in slices of two, and die after some of them."""
    monkeypatch.setitem(SLICES, office.database.dialect, 2)
    calm, office.clock = office.clock, DyingClock(ASKED_WHILE_CHECKING + slices)
    with pytest.raises(Crash):
        await office.hand_in("people", *SEVEN)
    office.clock = calm


async def count_of(office: Office, table: Table) -> int:
    async with office.database.reading() as tx:
        return int(await tx.value(select(func.count()).select_from(table)))


async def test_an_import_that_died_half_way_is_finished_from_where_it_stood(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await die_after(office, monkeypatch, slices=2)
    assert await count_of(office, people) == 4
    with pytest.raises(ImportUnderWay):
        await office.hand_in("people", *SEVEN)
    assert (
        await resume_imports(
            office.database, await interrupted_imports(office.database), clock=office.clock, desk=office.desk
        )
        == 1
    )
    assert await count_of(office, people) == 7
    assert (await count_of(office, import_rows), await count_of(office, import_runs)) == (0, 0)
    assert (await office.hand_in("people", *SEVEN)).unchanged == 7


async def test_an_import_that_cannot_be_finished_is_given_up(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await die_after(office, monkeypatch, slices=1)
    assert await abandon_import(office.database, HUB, "people", "office", clock=office.clock) == 1
    assert (await count_of(office, people), await count_of(office, import_rows)) == (2, 0)


async def test_what_was_still_being_checked_when_the_process_died_is_forgotten(office: Office) -> None:
    async with office.database.writing() as tx:
        run = await staging.begin(tx, HUB, "people", "office")
        await staging.stage(tx, HUB, run, [StagedRow(2, "p1", {"name": "王"})])
    assert (
        await resume_imports(
            office.database, await interrupted_imports(office.database), clock=office.clock, desk=office.desk
        )
        == 0
    )
    assert [await count_of(office, table) for table in (people, import_rows, import_runs)] == [0, 0, 0]


async def test_a_file_is_compared_in_as_many_statements_for_ten_rows_as_for_a_hundred(office: Office) -> None:
    """Nothing is asked row by row: a file that fits one slice takes the same statements, however full it is."""
    counts = []
    for size in (10, 100):
        rows = [f"q{size}-{i},人,v,+999{size:03}{i:04},lives_alone" for i in range(size)]
        clinic = Office(office.database, office.folder, source=f"clinic {size}")
        with counted_statements(office.database) as statements:
            assert (await clinic.hand_in("people", PEOPLE, *rows)).new == size
        counts.append(len(statements))
    assert counts[0] == counts[1]


async def test_the_limits_of_a_site_are_taken_over_in_metres_and_changed_by_the_next_file(office: Office) -> None:
    await office.hand_in("sites", "id,kind,name,area_code", "s1,reservoir,上塘水库,v")
    first = await office.hand_in("site_limits", "site,flood_limit,crest", "s1,87.32,90")
    again = await office.hand_in("site_limits", "site,flood_limit", "s1,86.5")
    async with office.database.reading() as tx:
        site = await tx.value(select(sites.c.id).where(sites.c.external_id == "s1"))
        known = await limits.of_sites(tx, HUB, [site])
    assert (first.new, again.changed) == (1, 1)
    assert known == {site: WaterLimits(8650, 9000)}
