"""Households and people, as they are counted in one breath."""

import pytest

from bot.reading.counts import Heads, heads
from bot.reading.writing import writing


def read(text: str) -> Heads:
    return heads(writing(text).marked)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("家里三口人", "3"),
        ("一家五口", "5"),
        ("一大家子11口", "11"),
        ("四个人在楼上", "4"),
        ("共5人", "5"),
        ("加起来十来个", "~10"),
        ("200多人", "~200"),
        ("百十来号人", "~100"),
        ("两口子", "2"),
        ("我和老伴", "2"),
        ("她一个人住", "1"),
        ("独居老人", "1"),
        ("俩老人", "2"),
        ("family of five", "5"),
        ("there are 4 of us", "4"),
        ("家里人口102人", "102"),
    ],
)
def test_people_are_counted(text: str, people: str) -> None:
    assert str(read(text).people) == people


@pytest.mark.parametrize(
    "text", ["没一个人来", "就我一个人带孙女", "八十三岁的老人", "人没事", "3人受伤", "电话13800000000"]
)
def test_people_are_not_made_up(text: str) -> None:
    assert read(text).people is None


@pytest.mark.parametrize("text", ["3大2小", "三大两小", "三个大人两个小孩", "3 adults and 2 kids"])
def test_adults_and_children_add_up(text: str) -> None:
    counted = read(text)
    assert [str(each) for each in (counted.people, counted.adults, counted.children)] == ["5", "3", "2"]


def test_children_among_a_total_add_nothing() -> None:
    counted = read("家里五口人两个小孩一个老人")
    assert [str(counted.people), counted.adults, str(counted.children)] == ["5", None, "2"]


@pytest.mark.parametrize(
    ("text", "households"),
    [
        ("两户6个人", "2"),
        ("二十几户", "~20"),
        ("八户人家", "8"),
        ("一共三家十二个人", "3"),
        ("七八家的房顶", "7-8"),
        ("about twenty households", "~20"),
        ("全组17户，其中3户漏雨", "17"),
    ],
)
def test_households_are_counted(text: str, households: str) -> None:
    assert str(read(text).households) == households


@pytest.mark.parametrize("text", ["一家五口", "一家人都在", "我家", "大家好", "窗户坏了三个"])
def test_one_family_is_no_count_of_households(text: str) -> None:
    assert read(text).households is None
