"""What happened, what is broken and what is needed, in everyday words."""

import pytest

from bot.reading.codes import Damage, Hazard, Need, When
from bot.reading.words import vocabulary
from bot.reading.words.vocabulary import damage, hazards, needs, when
from bot.reading.writing import writing


def plain(text: str) -> str:
    return writing(text).marked


@pytest.mark.parametrize(
    ("text", "hazard"),
    [
        ("昨晚下冰雹了", Hazard.HAIL),
        ("冰包把瓦打烂了", Hazard.HAIL),
        ("屋后滑下来好多土", Hazard.LANDSLIDE),
        ("屋後山體滑坡", Hazard.LANDSLIDE),
        ("水漫进来了", Hazard.FLOOD),
        ("Hailstones everywhere", Hazard.HAIL),
    ],
)
def test_a_hazard_is_known_by_its_everyday_words(text: str, hazard: Hazard) -> None:
    assert hazard in hazards(plain(text))


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("屋顶打坏了", Damage.ROOF),
        ("打坏了屋顶", Damage.ROOF),
        ("房子塌了", Damage.HOUSE_COLLAPSED),
        ("墙裂了", Damage.HOUSE_CRACKED),
        ("灶屋倒了", Damage.SHED),
        ("the roof is completely gone", Damage.ROOF),
    ],
)
def test_a_thing_and_its_fate_are_damage_in_either_order(text: str, broken: Damage) -> None:
    assert damage(plain(text)) == {broken}


@pytest.mark.parametrize(
    "text", ["屋顶没坏", "屋顶没事", "房子好好的", "怕房子会塌", "屋顶，窗户", "our roof is fine", "hole"]
)
def test_what_is_denied_feared_or_only_named_is_no_damage(text: str) -> None:
    assert not damage(plain(text))


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("没地方睡", Need.SHELTER),
        ("家里没米了", Need.FOOD),
        ("要几块雨布", Need.TARPAULIN),
        ("缺被子", Need.CLOTHES),
        ("we need blankets", Need.CLOTHES),
    ],
)
def test_a_need_is_known_by_what_is_lacking(text: str, need: Need) -> None:
    assert need in needs(plain(text))


def test_the_nearest_word_says_when() -> None:
    assert when(plain("昨天夜里")) is When.LAST_NIGHT
    assert when(plain("昨天")) is When.YESTERDAY
    assert when(plain("房子塌了")) is None


def test_every_code_has_words() -> None:
    assert {entry.code for entry in vocabulary._HAZARDS} == set(Hazard)
    assert {entry.code for entry in vocabulary._DAMAGE} == set(Damage)
    assert {entry.code for entry in vocabulary._NEEDS} == set(Need)
    assert {entry.code for entry in vocabulary._TIMES} == set(When)
