"""The words that name a place, and which area they mean for somebody who lives where the writer does."""

import pytest

from audiences.areas import Ambiguous, Found, NoSuchArea
from bot.reading.where.places import PlaceRead, place_in
from bot.reading.writing import writing
from tests.bot.reading.gazetteer import HOME, names_for


def read(text: str, home: tuple[str, ...] = HOME) -> PlaceRead | None:
    return place_in(writing(text), names_for(text, home))


def code(place: PlaceRead | None) -> str:
    assert place is not None
    assert isinstance(place.meaning, Found)
    return place.meaning.area.code


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("屋顶坏了，傅家村", "傅家村"),
        ("傅家村屋顶坏了", "傅家村"),
        ("我们付家村屋顶坏了", "付家村"),
        ("我在董家镇傅家村委会这里", "董家镇傅家村委会"),
        ("丰城市，董家镇，傅家", "丰城市，董家镇，傅家"),
        ("豐城市董家鎮傅家村", "豐城市董家鎮傅家村"),
    ],
)
def test_a_village_is_found_as_it_is_written(text: str, words: str) -> None:
    place = read(text)
    assert place is not None
    assert place.words == words
    assert code(place) == "360981115205"


@pytest.mark.parametrize("text", ["希望帮忙", "全村停电", "我们村里没人", "今年胜利在望", "农村老房子", "大前村", ""])
def test_words_that_are_also_names_are_no_places(text: str) -> None:
    place = read(text)
    assert place is None or isinstance(place.meaning, NoSuchArea)


def test_a_bare_name_counts_where_nothing_else_is_said() -> None:
    assert code(read("屋顶坏了，希望")) == "360981205211"


def test_the_group_behind_the_name_is_the_spot() -> None:
    place = read("车草村北霞组后山滑坡")
    assert place is not None
    assert (place.words, place.spot) == ("车草村", "北霞组")


def test_a_place_in_no_gazetteer_is_kept_as_it_is_written() -> None:
    assert read("我在凤凰岭村，屋顶坏了") == PlaceRead("凤凰岭村", "", NoSuchArea())
    assert read("Roof gone, Phoenix Ridge village") == PlaceRead("Phoenix Ridge village", "", NoSuchArea())


def test_of_two_that_bear_a_name_the_one_in_the_writers_township_is_meant() -> None:
    xiaogang = ("江西省", "宜春市", "丰城市", "小港镇", "万沙村委会")
    assert code(read("刘家村", xiaogang)).startswith("360981109") or code(read("刘家村", xiaogang)).startswith(
        "360981119"
    )


def test_a_name_that_several_bear_is_a_choice_nearest_first() -> None:
    place = read("刘家村")
    assert place is not None
    assert isinstance(place.meaning, Ambiguous)
    assert [choice.path[2] for choice in place.meaning.choices] == ["丰城市", "丰城市", "樟树市"]


def test_what_stands_above_tells_them_apart() -> None:
    assert code(read("樟树市刘家村")) == "360982109200"
