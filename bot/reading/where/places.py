"""Where: the words of a message that name a place, and which area of the gazetteer they mean."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from audiences.areas import Ambiguous, Choice, Found, Meaning, NoSuchArea, forms, is_meant
from bot.reading.where.shapes import Span, end_of_office, shaped_place, spot_after, stands_alone, starts_a_name
from bot.reading.writing import STOP, Writing

VILLAGE_ENDINGS: Final = ("村", "组", "乡", "镇")
WRITTEN, ALSO_WRITTEN = "付肖代阎邱俞兰", "傅萧戴闫丘余蓝"  # one family's name, written two ways
HOMOPHONES: Final = str.maketrans(WRITTEN, ALSO_WRITTEN)


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """The areas whose names a text may have, each with the names from the top down; and those of the writer's home."""

    choices: Sequence[Choice] = ()
    home: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceRead:
    """A place as it was written: the area's name, the spot within it (北霞组), and what the name means."""

    words: str
    spot: str
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class _Sighting:
    """A name of the gazetteer in the text, and the areas that it may be; `bare`: without 村, 乡 or the like."""

    span: Span
    choices: tuple[Choice, ...]
    bare: bool = False


def other_spellings(plain: str) -> Sequence[str]:
    """Return the text, and how else the family names in it may be written: the gazetteer may have either."""
    return sorted({plain, plain.translate(HOMOPHONES), plain.translate(str.maketrans(ALSO_WRITTEN, WRITTEN))})


def place_in(writing: Writing, names: PlaceNames) -> PlaceRead | None:
    """Return the place that a message names, nearest to the writer's home first where several bear the name."""
    chains = _chains(writing.plain, _sightings(writing.plain, names.choices))
    if not chains:
        return _unlisted(writing)
    chain = max(chains, key=lambda each: (len(each), len(each[-1].choices[0].path), -each[0].span.start))
    start, end = chain[0].span.start, chain[-1].span.end
    meaning = _meaning(writing.plain[start:end], chain[-1].choices, names.home)
    end = end_of_office(writing.plain, end)
    spot = spot_after(writing.plain, end)
    return PlaceRead(writing.words(start, end), writing.words(spot.start, spot.end), meaning)


def _unlisted(writing: Writing) -> PlaceRead | None:
    """A place that is in no gazetteer, by its shape alone."""
    span = shaped_place(writing)
    spot = spot_after(writing.plain, span.end if span else None)
    if span is None and not spot:
        return None
    words = writing.words(span.start, span.end) if span else ""
    return PlaceRead(words, writing.words(spot.start, spot.end), NoSuchArea())


def _sightings(plain: str, choices: Sequence[Choice]) -> Sequence[_Sighting]:
    """Every name in the text, in its order; what is only a part of a longer name is left out."""
    text = plain.translate(HOMOPHONES)
    at: dict[Span, list[Choice]] = {}
    ended: set[Span] = set()
    for choice in choices:
        for span, has_ending in _spans(text, choice):
            at.setdefault(span, []).append(choice)
            ended |= {span} if has_ending else set()
    spans = sorted(at, key=lambda span: (span.start, -span.end))
    whole = [span for span in spans if not any(other.covers(span) for other in spans)]
    return [_Sighting(span, tuple(at[span]), bare=span not in ended) for span in whole]


def _spans(text: str, choice: Choice) -> Iterator[tuple[Span, bool]]:
    """Where the area is named, and whether with an ending: 车草村 has one, and 前村, which cannot be shorter."""
    written = sorted(forms(choice.area.name), key=len)
    for form in written:
        has_ending = form != written[0] or form.endswith(VILLAGE_ENDINGS)
        for found in re.finditer(re.escape(form.translate(HOMOPHONES)), text):
            yield Span(*found.span()), has_ending


def _chains(plain: str, sightings: Sequence[_Sighting]) -> Sequence[Sequence[_Sighting]]:
    """Names side by side of which each lies in the one before: 丰城市荷湖乡车草村."""
    chains: list[list[_Sighting]] = []
    for sighting in sightings:
        inner = _inside(chains[-1][-1], sighting, plain) if chains else ()
        if inner:
            chains[-1].append(_Sighting(sighting.span, inner))
        elif _may_begin(plain, sighting):
            chains.append([sighting])
    return chains


def _may_begin(plain: str, sighting: _Sighting) -> bool:
    """A bare 希望 is a village only where nothing is said besides; or everybody who hopes would be there."""
    if sighting.bare:
        return stands_alone(plain, sighting.span)
    return starts_a_name(plain, sighting.span.start)


def _inside(outer: _Sighting, inner: _Sighting, plain: str) -> tuple[Choice, ...]:
    """The areas of the inner name that lie in one of the outer, if the two stand side by side."""
    if plain[outer.span.end : inner.span.start].strip(f"{STOP} 的"):
        return ()
    above = {choice.path for choice in outer.choices}
    return tuple(
        choice for choice in inner.choices if any(choice.path[:depth] in above for depth in range(len(choice.path)))
    )


def _meaning(words: str, choices: Sequence[Choice], home: tuple[str, ...]) -> Meaning:
    text = words.translate(HOMOPHONES)
    meant = [each for each in choices if is_meant(text, [name.translate(HOMOPHONES) for name in each.path[::-1]])]
    near = sorted(meant or choices, key=lambda each: (-_shared(each, home), each.area.code))
    if len(near) == 1 or _is_nearest(near, home):
        return Found(near[0].area)
    return Ambiguous(tuple(near), len(near))


def _is_nearest(near: Sequence[Choice], home: tuple[str, ...]) -> bool:
    """A name of the writer's own township is meant, though others bear it elsewhere."""
    first, second = (_shared(each, home) for each in near[:2])
    return first > second and first >= len(home) - 1


def _shared(choice: Choice, home: tuple[str, ...]) -> int:
    """How many names from the top down a place has in common with the writer's home."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(choice.path, home, strict=False)))
