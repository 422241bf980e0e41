"""Tracking numbers: short enough to be read aloud, and one among five hundred thousand million."""

import re
import secrets
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O 1 I L: they are read aloud over a telephone
HALF: Final = 4
_CODE = re.compile(rf"(?<![A-Z0-9])([{ALPHABET}]{{{HALF}}})[-－—\s]?([{ALPHABET}]{{{HALF}}})(?![A-Z0-9])")


def new_code() -> str:
    """Return a tracking number that nobody can guess; each half has a digit, so that no word looks like one."""
    return f"{_half()}-{_half()}"


def code_in(text: str) -> str | None:
    """Return the tracking number that a text has somewhere, as it is written on our side."""
    for found in _CODE.finditer(text.upper()):
        if all(any(sign.isdigit() for sign in half) for half in found.groups()):
            return "-".join(found.groups())
    return None


def _half() -> str:
    while True:
        half = "".join(secrets.choice(ALPHABET) for _ in range(HALF))
        if any(sign.isdigit() for sign in half):
            return half
