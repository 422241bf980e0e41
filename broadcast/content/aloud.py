"""What is said aloud to one person: how long it takes, and how a written text becomes one that can be said."""

import re
import unicodedata
from typing import Final

from templates.wording import spoken

SYLLABLES: Final = 4.5
"""How many Chinese syllables, digits or pauses a voice says in a second."""

WORD: Final = 1.8
"""How many syllables a word in letters takes."""

LONGEST_WARNING: Final = 30.0
"""Seconds: whoever is called at night does not listen longer."""

_WORDS: Final = re.compile(r"[^\W\d_]+", re.ASCII)
_LONG_NUMBER: Final = re.compile(r"(?<![\d.])\+?\d(?:[ -]?\d){4,}(?![\d.])")
_STAMP: Final = re.compile(r"[●○◆▲▪]\s*")


def seconds(text: str) -> float:
    """Return how long it takes to say `text`."""
    rest = _WORDS.sub("", text)
    syllables = sum(not character.isspace() for character in rest)
    return (syllables + WORD * len(_WORDS.findall(text))) / SYLLABLES


def in_time(text: str) -> bool:
    """Say whether a warning is said in the time that people listen."""
    return seconds(text) <= LONGEST_WARNING


def speakable(text: str) -> str:
    """Return a text of any template as it can be said: without addresses and signs, long numbers digit by digit."""
    lines = (spoken(_STAMP.sub("", line)).rstrip("：: ") for line in _printable(text).splitlines())
    return "\n".join(_digit_by_digit(line) for line in lines if line)


def _digit_by_digit(line: str) -> str:
    return _LONG_NUMBER.sub(lambda found: " ".join(each for each in found[0] if each.isdigit()), line)


def _printable(text: str) -> str:
    return "".join(each for each in text if each == "\n" or unicodedata.category(each)[0] != "C")
