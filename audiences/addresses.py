"""An address: one place on one channel where a message can be sent, perhaps shared by several people."""

from dataclasses import dataclass, field
from enum import StrEnum

import phonenumbers

from audiences.errors import NotAPhoneNumber
from audiences.people import PhoneKind

SANDBOX_PREFIX = "+999"  # no country has 999: such a number can ring nowhere
SANDBOX_DIGITS = range(4, 13)  # how many may follow it
SPEAKER = "speaker"  # the channel of village loudspeakers
SMS = "sms"
VOICE = "voice"
TELEGRAM = "telegram"


class Purpose(StrEnum):
    """What people agree to, or opt out of, one apart from the other."""

    WARNINGS = "warnings"
    LESSONS = "lessons"


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it is kept; `value` is None once erased."""

    id: int
    channel: str
    value: str | None = field(repr=False)
    verified_at: int | None
    verified_how: str | None
    closed_at: int | None
    closed_why: str | None
    stopped_at: int | None
    owners: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """An address to be opened for a person; `external_id` lets the source that said so change it later."""

    person: int
    channel: str
    value: str = field(repr=False)
    source: str
    external_id: str | None = None
    rank: int = 0


@dataclass(frozen=True, slots=True)
class StoppedAddress:
    """An address the carrier delivers nothing to until its owner writes START: the village should know whose."""

    address: int
    channel: str
    stopped_at: int
    people: tuple[int, ...]


def normal_phone(text: str, region: str = "CN") -> str:
    """Return a phone number as E.164; `region` is meant where no country code is written."""
    if (compact := _compact(text)).startswith(SANDBOX_PREFIX):
        return _sandbox_number(compact)
    try:
        number = phonenumbers.parse(compact, region)
    except phonenumbers.NumberParseException as error:
        raise NotAPhoneNumber(why=_REASONS.get(error.error_type, "it cannot be read")) from error
    if not phonenumbers.is_possible_number(number):
        raise NotAPhoneNumber(why="it has too few or too many digits")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def channel_of(phone_kind: str) -> str:
    """Return the channel on which a phone of this kind is reached: a landline reads no texts."""
    return VOICE if phone_kind == PhoneKind.LANDLINE else SMS


def masked(value: str) -> str:
    """Return enough of a personal value to find it in a file, and too little to use it."""
    return f"…{value[-2:]}" if len(value) > 4 else "…"  # noqa: PLR2004 - of four characters, two would be half


_REASONS = {
    phonenumbers.NumberParseException.INVALID_COUNTRY_CODE: "its country code is not known",
    phonenumbers.NumberParseException.NOT_A_NUMBER: "it is not made of digits",
    phonenumbers.NumberParseException.TOO_SHORT_AFTER_IDD: "it has too few digits",
    phonenumbers.NumberParseException.TOO_SHORT_NSN: "it has too few digits",
    phonenumbers.NumberParseException.TOO_LONG: "it has too many digits",
}


def _compact(text: str) -> str:
    return "".join(text.split()).replace("-", "").replace("＋", "+")


def _sandbox_number(compact: str) -> str:
    digits = compact.removeprefix(SANDBOX_PREFIX)
    if not (digits.isascii() and digits.isdigit() and len(digits) in SANDBOX_DIGITS):
        raise NotAPhoneNumber(why="after +999 come 4 to 12 digits")
    return compact
