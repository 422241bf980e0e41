"""Names of places: what people write, and which area they mean by it."""

import pytest

from audiences.areas import Ambiguous, Found, Meaning, NoSuchArea, cores_in, fold, is_meant
from audiences.stores import gazetteer
from audiences.stores.tables import areas
from ground.actor import Actor
from ground.transaction import Database
from tests.audiences.files import HUB
from tests.builders import World

CHECAO = ["车草村委会", "荷湖乡", "丰城市", "宜春市", "江西省"]


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("车草村委会", "车草"),
        ("车草村", "车草"),
        (" 车 草 ", "车草"),
        ("东安村村委会", "东安"),
        ("新村村委会", "新村"),
        ("和县", "和县"),
        ("樟坪畲族乡", "樟坪"),
        ("HEHU Township", "hehu"),
    ],
)
def test_a_name_folds_to_its_core(name: str, core: str) -> None:
    assert fold(name) == core


@pytest.mark.parametrize(
    "text", ["车草", "车草村", "车草村民委员会", "荷湖乡车草村", "丰城荷湖车草", "江西省丰城市，车草村"]
)
def test_a_village_is_meant_with_or_without_what_it_lies_in(text: str) -> None:
    assert is_meant(text, CHECAO)


@pytest.mark.parametrize("text", ["车草居委会", "荷湖镇车草村", "车草荷湖", "草村", "荷湖", ""])
def test_a_village_is_not_meant_by_another_ending_order_or_place(text: str) -> None:
    assert not is_meant(text, CHECAO)


@pytest.fixture
async def province(database: Database) -> World:
    """Two townships of two counties with villages that share a name."""
    world = World(database)
    jiangxi = await world.area("36", "江西省", level="province")
    fengcheng = await world.area("360981", "丰城市", parent=jiangxi, level="county")
    zhangshu = await world.area("360982", "樟树市", parent=jiangxi, level="county")
    hehu = await world.area("360981205", "荷湖乡", parent=fengcheng, level="township")
    await world.area("360981205205", "车草村委会", parent=hehu)
    await world.area("360981205001", "荷湖居委会", parent=hehu)
    await world.area("360981205300", "新建村委会", parent=hehu)
    await world.area("360982300", "新建村委会", parent=zhangshu)
    return world


async def find(database: Database, text: str, actor: Actor = HUB) -> Meaning:
    async with database.reading() as tx:
        return await gazetteer.find(tx, actor, text)


@pytest.mark.parametrize("text", ["车草村", "荷湖乡车草村", "丰城 荷湖 车草", "360981205205"])
async def test_one_village_is_found_by_name_path_or_code(province: World, text: str) -> None:
    meaning = await find(province.database, text)
    assert isinstance(meaning, Found)
    assert meaning.area.code == "360981205205"


async def test_a_name_that_two_bear_is_answered_with_both_and_where_they_lie(province: World) -> None:
    meaning = await find(province.database, "新建村")
    assert isinstance(meaning, Ambiguous)
    assert [choice.path for choice in meaning.choices] == [
        ("江西省", "丰城市", "荷湖乡", "新建村委会"),
        ("江西省", "樟树市", "新建村委会"),
    ]


async def test_the_place_before_the_name_tells_two_apart(province: World) -> None:
    meaning = await find(province.database, "樟树新建村")
    assert isinstance(meaning, Found)
    assert meaning.area.code == "360982300"


async def test_the_ending_tells_a_township_from_the_neighbourhood_of_its_name(province: World) -> None:
    township, either = await find(province.database, "荷湖乡"), await find(province.database, "荷湖")
    assert isinstance(township, Found)
    assert isinstance(either, Ambiguous)
    assert {choice.area.name for choice in either.choices} == {"荷湖乡", "荷湖居委会"}


async def test_what_is_only_like_a_name_is_asked_back_never_taken(province: World) -> None:
    meaning = await find(province.database, "车草镇")
    assert isinstance(meaning, Ambiguous)
    assert meaning.count == 1
    assert isinstance(await find(province.database, "天上"), NoSuchArea)


async def test_an_actor_finds_only_within_the_own_area(province: World) -> None:
    async with province.database.reading() as tx:
        zhangshu = await tx.value(areas.select().where(areas.c.code == "360982"))
    meaning = await find(province.database, "新建村", await province.operator(zhangshu))
    assert isinstance(meaning, Found)
    assert isinstance(await find(province.database, "车草村", await province.operator(zhangshu)), NoSuchArea)


@pytest.mark.parametrize("core", ["车草", "荷湖乡车草", "hehu", "fujiacun"])
def test_a_longer_text_is_looked_through_for_cores(core: str) -> None:
    assert core in cores_in("屋顶坏了，荷湖乡车草村的，HEHU township, Fujia cun")


def test_no_core_goes_over_a_mark_and_none_is_long() -> None:
    cores = cores_in("车，草" + "田" * 500)
    assert "车草" not in cores
    assert max(map(len, cores)) <= 8


async def test_a_message_brings_every_area_that_it_may_mention(province: World) -> None:
    async with province.database.reading() as tx:
        found = await gazetteer.mentioned(tx, HUB, "我们新建村屋顶坏了，在荷湖乡")
    assert {choice.path[-1] for choice in found} == {"新建村委会", "荷湖乡", "荷湖居委会"}
    assert {choice.path[1] for choice in found} == {"丰城市", "樟树市"}


async def test_an_actor_is_told_only_of_the_own_area(province: World) -> None:
    async with province.database.reading() as tx:
        zhangshu = await tx.value(areas.select().where(areas.c.code == "360982"))
    actor = await province.operator(zhangshu)
    async with province.database.reading() as tx:
        found = await gazetteer.mentioned(tx, actor, "新建村")
    assert [choice.area.code for choice in found] == ["360982300"]
