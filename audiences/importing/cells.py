"""What a cell may hold: each reader turns its text into a value that fits JSON, or refuses it with a reason."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from audiences.addresses import normal_phone
from audiences.errors import NotAPhoneNumber
from audiences.importing.errors import (
    NotAChat,
    NotAChoice,
    NotACode,
    NotAMoment,
    NotAnId,
    NotANumber,
    NotAPhone,
    NotOneOf,
    TooLong,
)
from audiences.people import ERASED
from ground.clock import BEIJING, instant

Reader = Callable[[str], Any]

OWN_PREFIX = "x_"  # a deployment's own codes
_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")
_CHAT = re.compile(r"-?[1-9][0-9]{0,19}")


def text(most: int) -> Reader:
    """Read a text of at most so many characters."""

    def read(cell: str) -> str:
        if len(cell) > most:
            raise TooLong(length=len(cell), most=most)
        return cell

    return read


def code(cell: str) -> str:
    """Read a short code: small letters, digits, underscores."""
    if not _CODE.fullmatch(cell):
        raise NotACode
    return cell


def choice(known: type[StrEnum]) -> Reader:
    """Read one of the words the house knows, or a deployment's own."""

    def read(cell: str) -> str:
        if cell in known.__members__.values() or (cell.startswith(OWN_PREFIX) and _CODE.fullmatch(cell)):
            return cell
        raise NotAChoice(known=", ".join(known))

    return read


def one_of(known: type[StrEnum]) -> Reader:
    """Read one of the words the house knows, and no other."""

    def read(cell: str) -> str:
        if cell not in known.__members__.values():
            raise NotOneOf(known=", ".join(known))
        return cell

    return read


def several(read_one: Reader) -> Callable[[str], Sequence[Any]]:
    """Read values parted by semicolons or spaces, each once, in order."""

    def read(cell: str) -> Sequence[Any]:
        return sorted({read_one(each) for each in re.split(r"[;；、\s]+", cell) if each})

    return read


def number(least: float, most: float) -> Callable[[str], float]:
    """Read a decimal number within bounds."""

    def read(cell: str) -> float:
        try:
            value = float(cell)
        except ValueError:
            raise NotANumber(least=least, most=most) from None
        if not least <= value <= most:  # not a number is not within either
            raise NotANumber(least=least, most=most)
        return value

    return read


HIGHEST_METRES = 9_000


def metres(cell: str) -> int:
    """Read a height or a water level in metres as whole centimetres."""
    return round(number(0, HIGHEST_METRES)(cell) * 100)


def whole(least: int, most: int) -> Callable[[str], int]:
    """Read a whole number within bounds."""

    def read(cell: str) -> int:
        if not (cell.isascii() and cell.isdigit() and least <= int(cell[:10]) <= most and len(cell) <= len(str(most))):
            raise NotANumber(least=least, most=most)
        return int(cell)

    return read


def moment(cell: str) -> int:
    """Read a date (its beginning in Beijing) or an ISO 8601 moment with its offset, as an instant."""
    try:
        when = datetime.fromisoformat(cell)
    except ValueError:
        raise NotAMoment from None
    if when.tzinfo is None and len(cell) > len("2021-06-28"):
        raise NotAMoment
    return instant(when if when.tzinfo else when.replace(tzinfo=BEIJING))


def phone(cell: str) -> str:
    """Read a phone number as E.164."""
    try:
        return normal_phone(cell)
    except NotAPhoneNumber as error:
        raise NotAPhone(why=error.fields["why"]) from None


def chat(cell: str) -> str:
    """Read the number of a Telegram chat."""
    if not _CHAT.fullmatch(cell):
        raise NotAChat
    return cell


def own_name(most: int) -> Reader:
    """Read what a source calls somebody; what the hub calls who was forgotten is nobody's name."""
    whole_text = text(most)

    def read(cell: str) -> str:
        if cell.startswith(ERASED):
            raise NotAnId
        return str(whole_text(cell))

    return read
