"""How names of places look and where they may stand, whether or not the gazetteer has them."""

import re
from dataclasses import dataclass
from typing import Final

from audiences.areas import SHORTEST_CORE
from bot.reading.writing import STOP, Writing

HAN: Final = "一-鿿"
# What may stand right before a name: 在车草村, 我们车草村, 他家住车草村. Anything else belongs to a longer name.
LEADS: Final = frozenset("在是住到去从来自的们我咱俺帮救往于家这那给叫村请位呢和跟向回位镇乡县市区")
NOT_IN_NAMES: Final = (
    "全本我你他她们咱俺这那哪各个几两每整在是住到去从来自的了都帮救往于和跟请给把被让没有不是就及还说我问报也很到"
)
ENDINGS: Final = "村委会|村民委员会|村委|自然村|社区|街道|村|镇|乡"

_SHAPED: Final = re.compile(rf"([{HAN}]{{2,8}}?)(?:{ENDINGS})")
_OFFICE: Final = re.compile("村?(?:民)?(?:委员会|委会|委)")
_ENGLISH: Final = re.compile(
    r"(?:[A-Z][a-z]+ )+(?:[Vv]illage|[Tt]own(?:ship)?|[Cc]ounty)(?: (?:[A-Z][a-z]+ )+(?:[Vv]illage|[Tt]own(?:ship)?))?|"
    r"(?<=\bin )[A-Z][a-z]+|(?<=\bfrom )[A-Z][a-z]+|(?<=\bat )[A-Z][a-z]+"
)
_SPOT: Final = re.compile(
    rf"第?(?:[{HAN}]{{1,4}}|\d{{1,3}}) ?(?:村民小组|小组|组|队|屋场|自然村|湾|坳|咀|垄|岭|弄|巷)"
    rf"(?![{HAN}]*(?:织|合|长))|"
    r"(?:后山|村口|村头|村尾|小学|中学|祠堂|水库)"
)
_SPOT_ALONE: Final = re.compile(
    rf"(?<![{HAN}\d])(?:[{HAN}]{{1,4}}|第?\d{{1,2}})(?:村民小组|小组|组|屋场|自然村)(?!织|合|长)"
)
_ALONE_BEFORE: Final = re.compile(rf"(?:^|{STOP}|在|住|是|来自|去|到|我们|我|地址|地点)\s?$")
_ALONE_BEHIND: Final = re.compile(rf"\s?(?:$|{STOP}|这边|这里|这儿|那边|那里|人|的)")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Letters of a text, from `start` to before `end`."""

    start: int
    end: int

    def __bool__(self) -> bool:
        return self.end > self.start

    def covers(self, other: "Span") -> bool:
        return self != other and self.start <= other.start and other.end <= self.end


NOWHERE: Final = Span(0, 0)


def stands_alone(plain: str, span: Span) -> bool:
    """Say whether nothing but 在, 我们, 这边 and the like stands around a name.

    希望帮忙 asks for help; 希望，and no more is a village.
    """
    before, behind = plain[max(0, span.start - 3) : span.start], plain[span.end : span.end + 3]
    return _ALONE_BEFORE.search(before) is not None and _ALONE_BEHIND.match(behind) is not None


def starts_a_name(plain: str, start: int) -> bool:
    """Say whether a name may begin here: 前村 in 在前村 does, in 大前村 it does not."""
    before = plain[start - 1 : start]
    return not before or before in LEADS or not ("一" <= before <= "鿿")


def shaped_place(writing: Writing) -> Span | None:
    """The first words that look like a village or a town."""
    for found in _SHAPED.finditer(writing.plain):
        start = found.start() + _lead(found[1])
        if found.end(1) - start >= SHORTEST_CORE:
            return Span(start, found.end())
    english = _ENGLISH.search(writing.shown)
    return Span(*english.span()) if english else None


def end_of_office(plain: str, end: int) -> int:
    """Where the name ends if its village committee is named: 傅家村村委会 is 傅家村."""
    found = _OFFICE.match(plain, end)
    return found.end() if found else end


def _lead(words: str) -> int:
    """How many letters at the front are no part of the name."""
    return max((place + 1 for place, letter in enumerate(words) if letter in NOT_IN_NAMES), default=0)


def spot_after(plain: str, end: int | None) -> Span:
    """The group, hamlet or landmark right behind a name; without a name, the first group of the message."""
    found = _SPOT.match(plain, end) if end is not None else _SPOT_ALONE.search(plain)
    if found is None:
        return NOWHERE
    lead = _lead(found.group()) if end is None else 0
    span = Span(found.start() + lead, found.end())
    return span if span.end - span.start > 1 else NOWHERE
