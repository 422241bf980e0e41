"""The tree of areas: codes are names and not structure, and the closure follows every change."""

from pathlib import Path

import pytest
from sqlalchemy import select

from audiences.errors import AreaInCircle, AreaTaken, ScopeTooWide, UnknownArea
from audiences.stores import areas as area_store
from audiences.stores.tables import area_closure, areas
from ground.actor import RoleMissing, operator
from ground.transaction import Database
from tests.audiences.files import HUB, Office, reasons
from tests.builders import NOON, World

HEADER = "code,name,level,parent_code"


async def closure_as_kept(database: Database) -> set[tuple[str, str, int]]:
    up, down = areas.alias(), areas.alias()
    joined = area_closure.join(up, up.c.id == area_closure.c.ancestor_id).join(
        down, down.c.id == area_closure.c.descendant_id
    )
    async with database.reading() as tx:
        return {
            tuple(row)
            for row in await tx.rows(select(up.c.code, down.c.code, area_closure.c.depth).select_from(joined))
        }


async def closure_by_walking(database: Database) -> set[tuple[str, str, int]]:
    """What the closure must be: walk up from every area by the parent link alone."""
    async with database.reading() as tx:
        rows = {row.id: row for row in await tx.rows(select(areas))}
    lines = set()
    for row in rows.values():
        above, depth = row.id, 0
        while above is not None:
            lines.add((rows[above].code, row.code, depth))
            above, depth = rows[above].parent_id, depth + 1
    return lines


async def test_codes_say_nothing_about_what_lies_below_what(database: Database, tmp_path: Path) -> None:
    """A county without a level between, a district with villages of another county's digits, a group of local code."""
    office = Office(database, tmp_path)
    report = await office.hand_in(
        "areas",
        HEADER,
        "BX-1,北霞组,group,360429105205",
        "419001,济源市,county,41",
        "41,河南省,province,",
        "419001001,沁园街道,township,419001",
        "360499,八里湖新区,county,41",
        "360429105205,杨家场村委会,village,360499",
    )
    assert (report.new, report.bad, report.applied) == (6, 0, True)
    assert await closure_as_kept(database) == await closure_by_walking(database)
    assert ("360499", "BX-1", 2) in await closure_as_kept(database)


async def test_a_changed_file_moves_an_area_with_all_below_it(database: Database, tmp_path: Path) -> None:
    office = Office(database, tmp_path)
    tree = ["a,A,county,", "b,B,township,a", "c,C,village,b", "d,D,township,a"]
    await office.hand_in("areas", HEADER, *tree)
    report = await office.hand_in("areas", HEADER, "a,A,county,", "b,B,township,d", "c,C,village,b", "d,D,township,a")
    assert (report.new, report.changed, report.unchanged) == (0, 1, 3)
    assert await closure_as_kept(database) == await closure_by_walking(database)
    assert ("d", "c", 2) in await closure_as_kept(database)


async def test_a_file_may_turn_a_branch_upside_down(database: Database, tmp_path: Path) -> None:
    office = Office(database, tmp_path)
    await office.hand_in("areas", HEADER, "a,A,county,", "b,B,township,a", "c,C,village,b")
    await office.hand_in("areas", HEADER, "a,A,county,", "b,B,township,c", "c,C,village,a")
    assert await closure_as_kept(database) == await closure_by_walking(database)
    assert ("c", "b", 1) in await closure_as_kept(database)


async def test_a_row_below_a_kept_area_waits_for_what_the_file_moves_above_it(
    database: Database, tmp_path: Path
) -> None:
    """B is kept below A; the file puts A below C and C below B: round in a circle through an area it does not name."""
    office = Office(database, tmp_path)
    await office.hand_in("areas", HEADER, "r,R,province,", "a,A,county,r", "b,B,township,a", "c,C,village,r")
    report = await office.hand_in("areas", HEADER, "a,A,county,c", "c,C,village,b")
    assert report.bad == 2
    assert not report.applied
    assert await closure_as_kept(database) == await closure_by_walking(database)


async def test_rows_without_a_footing_are_named_with_the_reason(database: Database, tmp_path: Path) -> None:
    office = Office(database, tmp_path)
    report = await office.hand_in(
        "areas",
        HEADER,
        "a,A,county,",
        "b,B,township,nowhere",
        "c,C,village,b",
        "d,D,township,e",
        "e,E,township,d",
        "a,A again,county,",
        good_rows=True,
    )
    assert reasons(report) == [
        (3, "parent_code", "The parent area is neither in the file nor known in your area."),
        (4, "parent_code", "The row of the parent area is not taken."),
        (5, "parent_code", "The parents of this area lead round in a circle, or more than 30 levels deep."),
        (6, "parent_code", "The parents of this area lead round in a circle, or more than 30 levels deep."),
        (7, "code", "Row 2 has the same id."),
    ]
    assert (report.rows, report.new, report.bad) == (6, 1, 5)


async def test_an_area_of_another_source_is_not_this_ones_to_change(database: Database, tmp_path: Path) -> None:
    await Office(database, tmp_path, source="statistics").hand_in("areas", HEADER, "a,A,county,")
    report = await Office(database, tmp_path, source="village").hand_in("areas", HEADER, "a,Mine,county,")
    assert reasons(report) == [(2, "", "Another area or another source has this already.")]


async def test_a_bounded_actor_hangs_areas_only_below_the_own(database: Database, tmp_path: Path) -> None:
    world = World(database)
    mine = await world.area("m", level="county")
    await world.area("f", level="county")
    office = Office(database, tmp_path, actor=await world.operator(mine))
    report = await office.hand_in(
        "areas", HEADER, "m-1,One,village,m", "f-1,Two,village,f", "x,Root,county,", good_rows=True
    )
    assert [fault.row for fault in report.faults] == [3, 4]
    async with database.reading() as tx:
        assert set(await area_store.by_codes(tx, HUB, ["m-1", "f-1", "x"])) == {"m-1"}


async def test_an_area_is_added_and_moved_by_hand(database: Database) -> None:
    world = World(database)
    county = await world.area("1", level="county")
    one, two = await world.area("1-1", parent=county), await world.area("1-2", parent=county)
    admin, narrow = await world.operator(county), await world.operator(one)
    async with database.writing() as tx:
        group = await area_store.add(tx, admin, "G1", "北霞组", "group", one, source="local", at=NOON)
        await area_store.move(tx, admin, group, two, at=NOON)
    assert await closure_as_kept(database) == await closure_by_walking(database)
    async with database.writing() as tx:
        with pytest.raises(AreaInCircle):
            await area_store.move(tx, admin, two, group, at=NOON)
        with pytest.raises(AreaTaken):
            await area_store.add(tx, admin, "G1", "another", "group", one, source="local", at=NOON)
        with pytest.raises(ScopeTooWide):
            await area_store.add(tx, admin, "R", "a root", "province", None, source="local", at=NOON)
        with pytest.raises(UnknownArea):
            await area_store.move(tx, narrow, group, one, at=NOON)
        with pytest.raises(RoleMissing):
            await area_store.add(tx, operator("x", county, []), "G2", "g", "group", one, source="local", at=NOON)


async def test_children_are_listed_from_where_the_actor_stands(database: Database) -> None:
    world = World(database)
    county = await world.area("1", level="county")
    village = await world.area("1-1", parent=county)
    narrow = await world.operator(village)
    async with database.reading() as tx:
        assert [area.code for area in await area_store.children(tx, HUB, None)] == ["1"]
        assert [area.code for area in await area_store.children(tx, HUB, county)] == ["1-1"]
        assert [area.code for area in await area_store.children(tx, narrow, None)] == ["1-1"]
