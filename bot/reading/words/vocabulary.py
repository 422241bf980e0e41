"""The tables of everyday words for hazards, damage, needs and times, and which of them a message has."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar

from bot.reading.codes import Damage, Hazard, Need, When
from bot.reading.words.tables import table
from bot.reading.writing import CLAUSE

Code = TypeVar("Code", bound=StrEnum)

REACH: Final = 12  # letters between a thing and its fate
REACH_ENGLISH: Final = 30
NOT_HAPPENED: Final = r"(?<![没不未怕快别要会防])(?<!没有)(?<!不会)(?<!没被)(?<!not )(?<!n't )(?<!怕被)"


@dataclass(frozen=True, slots=True)
class Entry(Generic[Code]):
    """The words for one code: `found` when any of them is there and what may look like them is taken out."""

    code: Code
    keys: Sequence[str]  # one of them is in every text that is found: looking for these is quick
    shape: re.Pattern[str]
    unlike: re.Pattern[str] | None

    def found(self, plain: str) -> bool:
        """Look in a plain writing that has a mark before and behind it."""
        if not any(key in plain for key in self.keys):
            return False
        rest = self.unlike.sub(lambda like: "＿" * len(like.group()), plain) if self.unlike else plain
        return self.shape.search(rest) is not None


def _entry(code: Code, entry: Mapping[str, Any], shared: str) -> Entry[Code]:
    words, things, fates, unlike = (_listed(entry.get(key, "")) for key in ("words", "things", "fates", "not"))
    fates = [*fates, *_listed(shared)]
    shape = "|".join([*_pairs(things, fates), *([_any(words)] if words else [])])
    return Entry(code, [*words, *things], re.compile(shape), re.compile(_any(unlike)) if unlike else None)


def _pairs(things: Sequence[str], fates: Sequence[str]) -> Iterable[str]:
    """A thing and its fate in one clause, in either order; a Chinese fate stands near, an English one may be far."""
    for is_english, reach in ((False, REACH), (True, REACH_ENGLISH)):
        thing, fate = ([word for word in words if word.isascii() == is_english] for words in (things, fates))
        if thing and fate:
            yield f"{_any(thing)}{CLAUSE}{{0,{reach}}}?{NOT_HAPPENED}{_any(fate)}"
            yield f"{NOT_HAPPENED}{_any(fate)}{CLAUSE}{{0,{reach // 2}}}?{_any(thing)}"


def _any(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(map(_word, longest_first))})"


def _word(word: str) -> str:
    return rf"\b{word}\b" if word.isascii() else word


def _listed(words: str) -> Sequence[str]:
    return [word.replace("_", " ") for word in words.split()]


def _table(kind: type[Code], name: str) -> Sequence[Entry[Code]]:
    tables = dict(table(name))
    shared = tables.pop("fates", "")
    return [_entry(kind(code), words, shared if "broken" in words else "") for code, words in tables.items()]


_HAZARDS: Final = _table(Hazard, "hazards")
_DAMAGE: Final = _table(Damage, "damage")
_NEEDS: Final = _table(Need, "needs")
_TIMES: Final = _table(When, "times")


def hazards(plain: str) -> frozenset[Hazard]:
    return _all(_HAZARDS, plain)


def damage(plain: str) -> frozenset[Damage]:
    return _all(_DAMAGE, plain)


def needs(plain: str) -> frozenset[Need]:
    return _all(_NEEDS, plain)


def when(plain: str) -> When | None:
    return next((entry.code for entry in _TIMES if entry.found(plain)), None)


def _all(entries: Sequence[Entry[Code]], plain: str) -> frozenset[Code]:
    return frozenset(entry.code for entry in entries if entry.found(plain))
