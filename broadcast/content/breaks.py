"""Where a text may be broken off: at a sentence, else a clause, else a word, never inside a character (UAX #29)."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final

_SENTENCE_END: Final = re.compile(r"(?:[。！？!?；;\n]|\.(?=\s|$))[”’」』）)\"]*")
_CLAUSE_END: Final = re.compile(r"[，、：—]|[,:](?=\s|$)")
_JOINERS: Final = "\u200d\ufe0e\ufe0f\u20e3"
_ZERO_WIDTH_JOINER: Final = "\u200d"


class End(StrEnum):
    """Kinds of ends; the order of definition is the order of preference."""

    SENTENCE = "sentence"
    CLAUSE = "clause"
    WORD = "word"  # so that no number is cut in two: 100毫米 must not become 10
    CHARACTER = "character"


def beginning(text: str, fits: Callable[[str], bool], *, at: End = End.CHARACTER) -> str:
    """Return the longest beginning of `text` that `fits`, ended as a reader would end it.

    At a sentence's end; if not one sentence fits, at the next worse kind of end, down to `at`. Empty if nothing fits.
    `fits` must hold for every beginning of what it holds for.
    """
    if fits(text):
        return text
    text = _too_long(text, fits)
    for end in tuple(End)[: tuple(End).index(at) + 1]:
        if head := _longest(text, _FINDERS[end](text), fits):
            return head
    return ""


def broken_off(head: str) -> str:
    """Return a beginning as a reader should see it: with an ellipsis unless it ends with a sentence."""
    return head if not head or len(head) in _sentence_ends(head) else f"{head}…"


def _too_long(text: str, fits: Callable[[str], bool]) -> str:
    """Return a beginning that no longer fits, at most twice as long as need be: a book is not searched to its end."""
    length = 64
    while length < len(text) and fits(text[:length]):
        length *= 2
    return text[:length]


def _longest(text: str, ends: Sequence[int], fits: Callable[[str], bool]) -> str:
    kept = bisect_left(ends, x=True, key=lambda end: not fits(text[:end].rstrip()))
    return text[: ends[kept - 1]].rstrip() if kept else ""


def _sentence_ends(text: str) -> list[int]:
    ends = (match.end() for match in _SENTENCE_END.finditer(text))
    return [end for end in ends if end == len(text) or not _belongs_together(text, end)]


def _clause_ends(text: str) -> list[int]:
    ends = (match.start() for match in _CLAUSE_END.finditer(text))
    return [end for end in ends if end and not _belongs_together(text, end)]


def _word_ends(text: str) -> list[int]:
    return [end for end in _character_ends(text) if not (_in_word(text[end - 1]) and _in_word(text[end : end + 1]))]


def _in_word(character: str) -> bool:
    """Say whether it may be part of a number or of a word in letters; Chinese characters stand alone."""
    return character in set(".,:+-/%") or (character.isalnum() and unicodedata.east_asian_width(character) not in "WF")


def _character_ends(text: str) -> list[int]:
    return [end for end in range(1, len(text)) if not _belongs_together(text, end)]


_FINDERS: Final[dict[End, Callable[[str], list[int]]]] = {
    End.SENTENCE: _sentence_ends,
    End.CLAUSE: _clause_ends,
    End.WORD: _word_ends,
    End.CHARACTER: _character_ends,
}


def _belongs_together(text: str, at: int) -> bool:
    """Say whether the characters left and right of `at` make one for the reader (UAX #29, as far as warnings need)."""
    left, right = text[at - 1], text[at]
    if right in _JOINERS or left == _ZERO_WIDTH_JOINER or unicodedata.category(right).startswith("M"):
        return True
    if "\U0001f3fb" <= right <= "\U0001f3ff" or "\U000e0020" <= right <= "\U000e007f":  # skin tones, flag tags
        return True
    if (left, right) == ("\r", "\n"):
        return True
    return _regional(right) and _flags_open(text, at)


def _regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _flags_open(text: str, at: int) -> bool:
    start = at
    while start and _regional(text[start - 1]):
        start -= 1
    return (at - start) % 2 == 1
