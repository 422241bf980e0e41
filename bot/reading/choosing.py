"""Which of the offered choices a text names: by number, by several numbers, or in the very words of a label."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from bot.reading.bare import fold
from broadcast.content.message import Choice

NUMERALS: Final = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_NUMBERS = re.compile(r"[\d\s,，、.。;；和与及+/-]{1,40}")
ONE_DIGIT: Final = 9


def chosen(text: str, offered: Sequence[Choice], *, many: bool) -> tuple[str, ...]:
    """Return the keys that the text names, in the order of the offer; none if it is anything else."""
    said = unicodedata.normalize("NFKC", text).strip()  # １ is 1
    folded = fold(said)
    for choice in offered:
        if folded and folded == fold(choice.label):
            return (choice.key,)
    numbers = _numbers(said, len(offered), many=many)
    if not numbers or not all(1 <= number <= len(offered) for number in numbers) or (len(numbers) > 1 and not many):
        return ()
    return tuple(offered[number - 1].key for number in sorted(set(numbers)))


def _numbers(said: str, most: int, *, many: bool) -> Sequence[int]:
    if (numeral := NUMERALS.get(said)) is not None:
        return [numeral]
    if _NUMBERS.fullmatch(said) is None:
        return []
    groups = re.findall(r"[0-9]+", said)
    if many and most <= ONE_DIGIT:  # 13 is one and three where there is no thirteenth
        return [int(digit) for group in groups for digit in group]
    choices = all(len(group) <= 3 for group in groups)  # noqa: PLR2004 - nobody is offered a thousand: it is a code
    return [int(group) for group in groups] if choices else []
