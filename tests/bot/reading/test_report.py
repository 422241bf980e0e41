"""A whole message: everything that was said, what is still to be asked, and no text that does harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.codes import Damage, Hazard, Kind, When
from bot.reading.numerals import exactly
from bot.reading.report import Fact, read_report
from bot.reading.where.places import PlaceNames
from bot.reading.writing import LONGEST_READ
from tests.bot.reading.corpus import messages
from tests.bot.reading.gazetteer import names_for

STORY = "昨晚冰雹把屋顶打坏了，家里三口人，还在漏雨，傅家村"
LONG = 4_000


def test_the_story_is_read_in_one_go() -> None:
    reading = read_report(STORY, names_for(STORY))
    assert reading.kind is Kind.REPORT
    assert reading.hazards == {Hazard.HAIL}
    assert reading.damage == {Damage.ROOF, Damage.LEAK}
    assert reading.heads.people == exactly(3)
    assert reading.when is When.LAST_NIGHT
    assert reading.place is not None
    assert reading.place.words == "傅家村"
    assert reading.missing == (Fact.DANGER,)


def test_nothing_understood_leaves_everything_to_ask() -> None:
    assert read_report("呃", PlaceNames()).missing == tuple(Fact)


def test_who_is_reported_for_is_heard() -> None:
    assert read_report("帮隔壁王奶奶报一下，屋顶漏雨", PlaceNames()).for_another
    assert not read_report("我家屋顶漏雨，帮帮我", PlaceNames()).for_another


WORDS = st.sampled_from(
    ["屋顶", "坏", "三", "十", "几", "户", "人", "没", "村", "傅家", "，", " ", "roof", "no", "的", "组", "9"]
)


@given(st.text(max_size=300) | st.lists(WORDS, max_size=200).map("".join))
def test_no_text_makes_it_fail(text: str) -> None:
    read_report(text, names_for(text))


@pytest.mark.parametrize(
    "text",
    [
        "屋" * LONG,
        "一" * LONG,
        "十几" * (LONG // 2),
        "村" * LONG,
        "没" * LONG,
        "没有人" * (LONG // 3),
        "a " * (LONG // 2),
        "屋顶村组三人" * (LONG // 6),
        "我爸" * (LONG // 2),
        "A" * LONG,
        "Roof Village " * (LONG // 13),
        "，" * LONG,
        "".join(each.text for each in messages())[:LONG],
    ],
    ids=lambda text: text[:6],
)
def test_of_a_long_message_no_more_than_its_beginning_is_read(text: str) -> None:
    """What is read is bounded, whatever somebody sends; a rule that ran away would meet the suite's own time-out."""
    names = names_for(text)
    beginning = text[:LONGEST_READ]
    assert read_report(text, names) == read_report(beginning + "村" * (len(text) - len(beginning)), names)
