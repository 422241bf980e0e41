"""Who is hurt or trapped: denied is no alarm, doubted is one."""

import pytest

from bot.reading.danger import Danger, danger
from bot.reading.writing import writing


def read(text: str) -> Danger:
    return danger(writing(text).marked)


@pytest.mark.parametrize(
    ("text", "hurt"),
    [
        ("两个人受伤", "2"),
        ("受伤3人", "3"),
        ("我妈腿被砸伤了", "1"),
        ("有人流血了", "yes"),
        ("好像有人受伤了，没看清", "yes"),
        ("不知道有没有人受伤", "yes"),
        ("没人受伤", "no"),
        ("無人員傷亡", "no"),
        ("人没事", "no"),
        ("nobody is hurt", "no"),
        ("no injuries", "no"),
        ("my father is bleeding", "1"),
    ],
)
def test_hurt(text: str, hurt: str) -> None:
    assert str(read(text).hurt) == hurt


@pytest.mark.parametrize(
    ("text", "trapped"),
    [
        ("3人被埋", "3"),
        ("困住三个人", "3"),
        ("我爸被埋了", "1"),
        ("屋后滑坡，压住一个人", "1"),
        ("人压在里面", "yes"),
        ("我们出不去", "yes"),
        ("we are trapped", "yes"),
        ("没有人被困", "no"),
        ("nobody is trapped", "no"),
    ],
)
def test_trapped(text: str, trapped: str) -> None:
    assert str(read(text).trapped) == trapped


def test_one_denial_does_not_silence_what_follows() -> None:
    assert read("我家没人受伤，隔壁老张腿砸伤了").alarming
    assert read("没人受伤，但是出不去").alarming


@pytest.mark.parametrize("text", ["死了两头猪", "牛栏倒了压死一头牛", "一百多只鸡压死了", "two pigs died", "屋顶坏了"])
def test_beasts_and_roofs_are_no_alarm(text: str) -> None:
    assert not read(text).alarming
