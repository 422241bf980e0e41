"""How many households and people a message speaks of: 3大2小, 二十几户, 一家五口, a family of five."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.reading.numerals import NUMBER, Count, count, exactly

N: Final = rf"(?P<n>{NUMBER})\s?"


def _shapes(*shapes: str) -> Sequence[re.Pattern[str]]:
    return [re.compile(shape) for shape in shapes]


HOUSEHOLDS: Final = _shapes(
    rf"(?<!其中){N}个?户(?!口)",
    rf"(?<!其中){N}家(?!{NUMBER}口|里|庭|子|具|电)(?:人家|人(?!\w)|的|都|后|房|屋|邻)?",
    rf"(?<!\w){N}(?:more )?(?:households|families|houses|homes)\b",
)
TOTALS: Final = rf"(?:一共|总共|合计|加起来|共|人口|总人数)有?{N}(?:(?:个|口|位|名|号)?人|口|个?(?=，|$))"
PEOPLE: Final = _shapes(
    TOTALS,
    rf"(?:大小|老小|老少|三代人?|上下){N}(?:个|口)",
    rf"一家(?:人|老小|大小|子)?{N}口",
    rf"{N}(?:口人|口子|口(?![子井])|(?:个|位|名|号)?(?:人(?!工|家)|学生|群众|村民|乡亲|居民|老小))",
    rf"(?<!\w){N}(?:people|persons|person|of us|students|villagers|residents|pax)\b",
    rf"\bfamily of {N}",
)
ADULTS: Final = _shapes(
    rf"{N}大(?:人|口)?(?=(?:带)?{NUMBER}小|{NUMBER}个?小|$|，)",
    rf"{N}个?(?:大人|成年人|成人)",
    rf"大的{N}个?",
    rf"(?<!\w){N}(?:adults|grown ?ups)\b",
)
ELDERS: Final = _shapes(rf"{N}(?:个|位)?(?:老人|老的|老年人|老头|老太)", rf"(?<!\w){N}(?:elders|old people)\b")
CHILDREN: Final = _shapes(
    rf"(?:大|人|口|，|带){N}小(?!时|块|片)",
    rf"{N}(?:个|名)?(?:小孩|孩子|娃|小朋友|儿童|婴儿|幼儿|孙子|孙女|宝宝|细伢|伢|崽)",
    rf"小的{N}个?",
    rf"(?<!\w){N}(?:kids?|children|child|babies|baby|infants?)\b",
)
NOT_OF_THE_HOUSE: Final = re.compile(  # who is hurt or trapped is counted there: two hurt are not two at home
    rf"{NUMBER}(?:个|名|位)?人?(?:被|受伤|重伤|轻伤|受了伤|伤亡|死|失踪|遇难)|"
    rf"(?<![十百])一个?人|(?:困住|压住|压着|埋了|埋住|砸伤|伤|死)了?{NUMBER}(?:个|名)?人"
)
ALONE: Final = re.compile(
    r"独居|(?<![没有哪每第十百])一个人(?=住|在家|过|，|$)|(?:她|他|我|就|老人)是?一个人(?![带抱背看养])|"
    r"就[她他我]一个(?!人)|\balone\b|\bby (?:her|him)self\b"
)
TWO: Final = re.compile(
    r"我[和跟与同]我?(?:老伴|老婆|老公|爱人|媳妇|丈夫)两?(?:个人|人|个)?(?!带|，?[、和跟]|[孩娃儿女])|"
    r"(?<![0-9一二三四五六七八九十])老两口|\bme and my (?:wife|husband)\b"
)
_NO_AGE: Final = re.compile(rf"{NUMBER}(?:岁|多岁|个月大|years? old)")


@dataclass(frozen=True, slots=True)
class Heads:
    """How many, as far as it is said; people are added up where only adults and children are."""

    households: Count | None = None
    people: Count | None = None
    adults: Count | None = None
    children: Count | None = None


def heads(plain: str) -> Heads:
    """Read the counts out of a plain writing."""
    told = _NO_AGE.sub(_blank, plain)
    living = NOT_OF_THE_HOUSE.sub(_blank, told)
    people, adults = _first(PEOPLE, living) or _alone(told), _first(ADULTS, living)
    elders, children = _first(ELDERS, living), _first(CHILDREN, told)
    if people is None:
        adults = adults + elders if adults and elders else adults or elders
        people = adults + children if adults and children else adults
    return Heads(_first(HOUSEHOLDS, told), people, adults, children)


def _first(shapes: Sequence[re.Pattern[str]], text: str) -> Count | None:
    """The first number of the first shape that has one."""
    for shape in shapes:
        for found in shape.finditer(text):
            number = count(found["n"])
            if number is not None and found.group() not in {"一家", "一家人"}:
                return number
    return None


def _alone(text: str) -> Count | None:
    if ALONE.search(text):
        return exactly(1)
    return exactly(2) if TWO.search(text) else None


def _blank(found: re.Match[str]) -> str:
    return "＿" * len(found.group())
