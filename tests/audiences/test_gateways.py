"""Gateways: heard of, fallen silent, and cut into whole subtrees for publishing."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from audiences.errors import GatewayTaken, UnknownGateway
from audiences.gateways import GatewayState
from audiences.stores import gateways as gateway_store
from audiences.stores.coverage import cover
from audiences.stores.tables import addresses, area_closure, areas, gateways
from ground.transaction import Database
from tests.audiences.files import HUB
from tests.builders import NOON, World


async def test_a_gateway_is_registered_with_an_address_and_hears_all_above_it(database: Database) -> None:
    world = World(database)
    county = await world.area("36", level="county")
    village = await world.area("36-1", parent=county)
    async with database.writing() as tx:
        gateway = await gateway_store.register(tx, HUB, code="g1", name="村口", area=village, source="hand", at=NOON)
        assert await gateway_store.topics(tx, HUB, gateway) == ["36-1", "36"]
        kept = await gateway_store.by_code(tx, HUB, "g1")
        assert await tx.value(select(addresses.c.value).where(addresses.c.id == kept.address)) == "g1"
        with pytest.raises(GatewayTaken):
            await gateway_store.register(tx, HUB, code="g1", name="村口", area=county, source="hand", at=NOON)


async def test_a_gateway_is_heard_lost_and_silent(database: Database) -> None:
    world = World(database)
    village = await world.area("v")
    for code in ("g1", "g2", "g3"):
        await world.gateway(village, code)

    async def states() -> list[GatewayState]:
        async with database.reading() as tx:
            return [each.state for each in await gateway_store.in_area(tx, HUB, village)]

    async with database.writing() as tx:
        assert await gateway_store.hear(tx, HUB, ["g1", "g2", "nobody"], at=1_000) == 2
    assert await states() == ["online", "online", "unknown"]
    async with database.writing() as tx:
        await gateway_store.lose(tx, HUB, ["g1"])
        await gateway_store.hear(tx, HUB, ["g3"], at=2_000)
        assert await gateway_store.lose_silent(tx, HUB, before=1_500) == 1
    assert await states() == ["offline", "offline", "online"]


async def test_gateways_elsewhere_are_neither_seen_nor_heard(database: Database) -> None:
    world = World(database)
    gateway = await world.gateway(await world.area("v"), "g1")
    stranger = await world.operator(await world.area("w"))
    async with database.writing() as tx:
        with pytest.raises(UnknownGateway):
            await gateway_store.load(tx, stranger, gateway)
        assert await gateway_store.hear(tx, stranger, ["g1"], at=1) == 0
        assert await cover(tx, stranger, [gateway]) == []


Tree = Sequence[tuple[int | None, int, int]]  # per area: index of the parent, present gateways, gone gateways


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """A small tree of areas with gateways anywhere in it."""
    count = draw(st.integers(1, 8))
    few = st.integers(0, 3)
    return [
        (None if index == 0 else draw(st.integers(0, index - 1)), draw(few), draw(st.integers(0, 1)))
        for index in range(count)
    ]


def cut_naively(
    tree: Tree, standing: Mapping[int, set[str]], wanted: set[str]
) -> set[tuple[str | None, frozenset[str]]]:
    """Of all areas whose gateways are all wanted, keep the largest sets, each by its lowest area."""

    def under(area: int) -> frozenset[str]:
        below = [index for index, (parent, _, _) in enumerate(tree) if parent == area]
        return frozenset(standing[area]).union(*(under(each) for each in below))

    whole = [(under(area), area) for area in range(len(tree)) if len(under(area)) >= 2 and under(area) <= wanted]
    largest = [(found, area) for found, area in whole if not any(found < other for other, _ in whole)]
    lowest = {found: max(area for other, area in largest if other == found) for found, _ in largest}
    singles = wanted.difference(*lowest) if lowest else wanted
    return {(str(area), found) for found, area in lowest.items()} | {(None, frozenset({code})) for code in singles}


async def build(database: Database, tree: Tree) -> Mapping[int, Mapping[str, int]]:
    """Make the tree anew; return the ids of the present gateways by code, area by area."""
    async with database.writing() as tx:
        for table in (gateways, addresses, area_closure):
            await tx.execute(delete(table))
        await tx.execute(update(areas).values(parent_id=None))
        await tx.execute(delete(areas))
    world, ids = World(database), list[int]()
    standing: dict[int, dict[str, int]] = {}
    for index, (parent, present, gone) in enumerate(tree):
        ids.append(await world.area(str(index), parent=None if parent is None else ids[parent]))
        codes = [f"{index}-{number}" for number in range(present)]
        standing[index] = {code: await world.gateway(ids[index], code) for code in codes}
        for number in range(gone):
            await world.gateway(ids[index], f"{index}-gone-{number}", gone_at=1)
    return standing


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=trees(), data=st.data())
async def test_a_set_of_gateways_is_cut_as_a_naive_reader_would(
    database: Database, tree: Tree, data: st.DataObject
) -> None:
    standing = await build(database, tree)
    ids = {code: gateway for codes in standing.values() for code, gateway in codes.items()}
    left_out = data.draw(st.sets(st.sampled_from(sorted(ids) or [""])))
    wanted = set(ids) - left_out
    async with database.reading() as tx:
        cut = await cover(tx, HUB, [ids[code] for code in wanted])
    assert {(each.area, frozenset(each.gateways)) for each in cut} == cut_naively(
        tree, {area: set(codes) for area, codes in standing.items()}, wanted
    )


async def test_of_areas_with_the_same_gateways_the_lowest_is_spoken_to(database: Database) -> None:
    world = World(database)
    county = await world.area("1", level="county")
    village = await world.area("1-1", parent=county)
    both = [await world.gateway(village, code) for code in ("g1", "g2")]
    async with database.reading() as tx:
        [subtree] = await cover(tx, HUB, both)
    assert (subtree.area, subtree.gateways) == ("1-1", ("g1", "g2"))
