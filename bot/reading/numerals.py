"""Numbers as people write them: 3, 三, 俩, 二十几, 十来, 两三, 5-6, a dozen."""

import re
from dataclasses import dataclass
from typing import Final

MOST: Final = 100_000  # nobody reports more at once: a longer number is a telephone's

DIGITS: Final = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
UNITS: Final = {"十": 10, "百": 100, "千": 1_000}
PAIRS: Final = {"俩": 2, "仨": 3}
ENGLISH: Final = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        start=1,
    )
} | {"a": 1, "an": 1, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100}
VAGUE: Final = {"a couple of": (2, 3), "a few": (3, 5), "several": (3, 9), "a dozen": (12, 12), "dozens of": (24, 99)}

ABOUT: Final = r"(?:大约|大概|差不多|将近|约|估计|近|上|about |around |some |nearly |over |more than )?"
NUMBER: Final = (
    rf"(?:{ABOUT}(?:(?<!\d)\d{{1,5}}(?!\d)(?:[-至到]\d{{1,5}}(?!\d))?|[零〇一二两三四五六七八九十百千]{{1,9}}|(?:几|数)[十百千]|"
    rf"[俩仨])(?:[多几来余]|好几)?|\b{ABOUT}(?:{'|'.join(sorted([*ENGLISH, *VAGUE], key=len, reverse=True))})\b)"
)
_ABOUT = re.compile(r"^(?:大约|大概|差不多|将近|约|估计|近|上|about |around |some |nearly |over |more than )")


@dataclass(frozen=True, slots=True)
class Count:
    """How many: between two numbers, which are one where it is said; `about` where more or fewer may be meant."""

    low: int
    high: int
    about: bool = False

    def __str__(self) -> str:
        if self.low != self.high:
            return f"{self.low}-{self.high}"
        return f"~{self.low}" if self.about else str(self.low)

    def __add__(self, other: "Count") -> "Count":
        return Count(self.low + other.low, self.high + other.high, self.about or other.about)


def exactly(number: int) -> Count:
    return Count(number, number)


def count(words: str) -> Count | None:
    """Return what a NUMBER says; None if it says nothing that can be counted with."""
    number = _ABOUT.sub("", words).strip()
    read = _english(number) or _digits(number) or _chinese(number)
    if read is None or not 0 < read.high <= MOST:
        return None
    return Count(read.low, read.high, read.about or number != words.strip())


def _english(words: str) -> Count | None:
    if words in VAGUE:
        return Count(*VAGUE[words], about=True)
    return exactly(ENGLISH[words]) if words in ENGLISH else None


def _digits(words: str) -> Count | None:
    found = re.fullmatch(r"(\d+)(?:[-至到](\d+))?([多几来余]?)", words, re.ASCII)
    if found is None:
        return None
    low = int(found[1])
    return Count(low, max(low, int(found[2] or low)), about=bool(found[2] or found[3]))


def _chinese(words: str) -> Count | None:
    if words in PAIRS:
        return exactly(PAIRS[words])
    if words[:1] in {"几", "数"}:
        unit = UNITS.get(words[1:2], 0)
        return Count(2 * unit, 9 * unit, about=True) if unit else None
    number = words.rstrip("多几来余")
    if not set(number) <= DIGITS.keys() | UNITS.keys():
        return None
    about = number != words
    low, high = _both_ends(number)
    return Count(low, high, about or low != high) if low else None


def _both_ends(number: str) -> tuple[int, int]:
    """Two digits side by side are a range: 两三, 十七八, 二三十."""
    for place in range(len(number) - 1):
        left, right = DIGITS.get(number[place]), DIGITS.get(number[place + 1])
        if left and right == left + 1:
            return _value(number[: place + 1] + number[place + 2 :]), _value(number[:place] + number[place + 1 :])
    return _value(number), _value(number)


def _value(number: str) -> int:
    if number == "百十":  # 百十来号人: a hundred, and some
        return 100
    total, digit, unit = 0, 0, 1
    for letter in number:
        if letter in UNITS:
            unit = UNITS[letter]
            total, digit = total + (digit or 1) * unit, 0
        else:
            digit = digit * 10 + DIGITS[letter] if digit else DIGITS[letter]
            unit = 1 if letter in {"零", "〇"} else unit
    return total + digit * (unit // 10 if digit and unit > 10 else 1)  # noqa: PLR2004 - 一百二 is 120
