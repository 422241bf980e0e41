"""How a Chinese name is typed in Latin letters: 车草 as checao or cc, with or without the word for village."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from audiences.areas import plain

LONGEST: Final = 60  # characters that somebody types for a name
ENDINGS: Final = ("cunweihui", "shequ", "village", "cun", "zu")
INITIAL_ENDINGS: Final = ("cwh", "sq", "c", "z")
SHORTEST: Final = 2  # one letter names nothing


@dataclass(frozen=True, slots=True)
class Reading:
    full: str
    initials: str


def reading(name: str) -> Reading:
    """Return how a name is read; letters that are no Chinese ones stand for themselves."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its dictionary takes long to read

    syllables = [each for each in lazy_pinyin(name) if each]
    return Reading("".join(syllables)[:400], "".join(each[0] for each in syllables)[:120])


def readings_of(names: Iterable[str]) -> Sequence[Reading]:
    """Return how each name is read; it takes long enough to be done in a thread of its own."""
    return [reading(name) for name in names]


def readings_in(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return what a text may be as a full reading, and as initials; nothing if it is not written in Latin letters."""
    typed = plain(text[:LONGEST]).replace("ü", "v")
    if not typed.isascii() or not typed.isalnum():
        return frozenset(), frozenset()
    return _without(typed, ENDINGS), _without(typed, INITIAL_ENDINGS)


def _without(typed: str, endings: tuple[str, ...]) -> frozenset[str]:
    forms = {typed, *(typed.removesuffix(ending) for ending in endings)}
    return frozenset(form for form in forms if len(form) >= SHORTEST)
