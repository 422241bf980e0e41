"""Identity numbers of residents (GB 11643): read as people type them, checked, and masked."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Final

from bot.cases.relief_errors import IdentityNumberWrong

LENGTH: Final = 18
SHOWN: Final = 4  # signs at each end of a masked one
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS: Final = "10X98765432"  # by the weighted sum's remainder
PROVINCES: Final = frozenset(
    map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71))
) | {"81", "82", "83"}
_SHAPED: Final = re.compile(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])")


def read_number(text: str, today: date) -> str:
    """Return an identity number as it is kept; IdentityNumberWrong says what is wrong, never the number itself."""
    number = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise IdentityNumberWrong(why=f"it has {len(number)} signs, or signs that cannot be in one")
    if number[:2] not in PROVINCES:
        raise IdentityNumberWrong(why="its first two digits are no province")
    if not _born_by(number[6:14], today):
        raise IdentityNumberWrong(why="the day of birth in it does not exist, or has not come yet")
    if check_sign(number) != number[-1]:
        raise IdentityNumberWrong(why="its last sign does not fit the others: a digit is wrong, or two are swapped")
    return number


def check_sign(number: str) -> str:
    """Return the last sign that the first seventeen digits ask for."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False)) % len(CHECKS)]


def masked_number(number: str) -> str:
    """Return a number as a listing shows it: 3601**********1234."""
    return number[:SHOWN] + "*" * (LENGTH - 2 * SHOWN) + number[-SHOWN:]


def numbers_in(text: str, today: date) -> list[str]:
    """Return the valid numbers that stand in a text, as they are kept."""
    found = []
    for shaped in _SHAPED.findall(unicodedata.normalize("NFKC", text)):
        try:
            found.append(read_number(shaped, today))
        except IdentityNumberWrong:
            continue
    return found


def without_numbers(text: str, today: date) -> str:
    """Return a text in which each valid number is masked; the rest is as it was written."""
    if not numbers_in(text, today):
        return text
    masking: Callable[[re.Match[str]], str] = lambda found: _masked(found.group(), today)  # noqa: E731 - one expression
    return _SHAPED.sub(masking, unicodedata.normalize("NFKC", text))


def _masked(shaped: str, today: date) -> str:
    try:
        return masked_number(read_number(shaped, today))
    except IdentityNumberWrong:
        return shaped


def _born_by(written: str, today: date) -> bool:
    try:
        born = date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        return False
    return date(1880, 1, 1) <= born <= today
