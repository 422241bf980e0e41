"""The gazetteer behind the reading: what a message may name is fetched with the same few statements, however long."""

import pytest

from audiences.areas import Found
from bot.dialogue import BOT
from bot.reading.report import read_report
from bot.reading.where.places import PlaceNames
from bot.stores.place_names import place_names
from ground.transaction import Database
from tests.audiences.files import counted_statements
from tests.builders import World

SIX_THOUSAND = "屋顶漏雨，" * 1_200


@pytest.fixture
async def home(database: Database) -> int:
    """The writer's village, beside another one and a namesake in the next township."""
    world = World(database)
    county = await world.area("360981", "丰城市", level="county")
    dongjia = await world.area("360981115", "董家镇", parent=county, level="township")
    other = await world.area("360981116", "荷湖乡", parent=county, level="township")
    await world.area("360981115205", "傅家村委会", parent=dongjia)
    await world.area("360981116205", "傅家村委会", parent=other)
    return await world.area("360981115200", "京山村委会", parent=dongjia)


async def names(database: Database, text: str, home: int | None) -> PlaceNames:
    async with database.reading() as tx:
        return await place_names(tx, BOT, text, home=home)


@pytest.mark.parametrize("text", ["屋顶坏了，傅家村", "屋顶坏了，付家村", "屋頂壞了，董家鎮傅家村"])
async def test_the_writers_own_township_is_meant(database: Database, home: int, text: str) -> None:
    place = read_report(text, await names(database, text, home)).place
    assert place is not None
    assert isinstance(place.meaning, Found)
    assert place.meaning.area.code == "360981115205"


async def test_of_a_stranger_no_township_is_known(database: Database, home: int) -> None:
    found = await names(database, "屋顶坏了，傅家村", None)
    assert found.home == ()
    assert len(found.choices) == 2


async def test_a_long_message_costs_as_many_statements_as_a_short_one(database: Database, home: int) -> None:
    counts = []
    for text in ("傅家村", "傅家村，" + SIX_THOUSAND):
        with counted_statements(database) as statements:
            await names(database, text, home)
        counts.append(len([each for each in statements if "SELECT" in each]))
    assert counts == [3, 3]


async def test_a_long_message_is_looked_through_at_both_ends(database: Database, home: int) -> None:
    text = "屋顶漏雨，" * 300 + "董家镇傅家村"
    assert (await names(database, text, home)).choices
