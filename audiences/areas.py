"""An area: a node of the tree from province to village and below, and how people write its name.

Codes are names, not structure: what lies below what is said by the parent link alone.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

LONGEST_NAME_TYPED = 60  # characters of a name that somebody looks up
SHORTEST_CORE = 2  # 新村 stays 新村: one character names nothing
CORE_SIZES = range(SHORTEST_CORE, 9)  # of the cores that are looked for in a longer text


class Level(StrEnum):
    """The usual levels; a deployment may write others, and an area may hang below any level."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    NATURAL_VILLAGE = "natural_village"
    GROUP = "group"
    GRID = "grid"


@dataclass(frozen=True, slots=True)
class Area:
    """An area as it is kept; `parent` is an id."""

    id: int
    code: str
    name: str
    level: str
    parent: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """The one area that a name means."""

    area: Area


@dataclass(frozen=True, slots=True)
class Choice:
    """An area that a name may mean; `path` are the names from the top down to its own."""

    area: Area
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A name that may mean several areas, or one that is only like it; `count` may be more than the choices shown."""

    choices: tuple[Choice, ...]
    count: int


@dataclass(frozen=True, slots=True)
class NoSuchArea:
    """A name that means no area here."""


Meaning = Found | Ambiguous | NoSuchArea

# How an official name ends, and what people say instead.
SPOKEN_ENDINGS: dict[str, tuple[str, ...]] = {
    "社区居民委员会": ("社区", "社区居委会", "居委会"),
    "社区居委会": ("社区", "社区居民委员会", "居委会"),
    "村民委员会": ("村", "村委会", "村委"),
    "居民委员会": ("居委会", "社区"),
    "村委会": ("村", "村民委员会", "村委"),
    "居委会": ("居民委员会", "社区"),
    "街道办事处": ("街道", "办事处"),
    "村民小组": ("组", "小组"),
    "少数民族乡": ("乡",),
    "虚拟社区": ("社区",),
    "民族乡": ("乡",),
    "畲族乡": ("乡",),
    "瑶族乡": ("乡",),
    "回族乡": ("乡",),
    "自治县": ("县",),
    "自治州": ("州",),
    "自治区": (),
    "自然村": ("村",),
    "township": (),
    "village": (),
    "county": (),
    "city": (),
    "街道": ("街道办事处",),
    "社区": ("居委会",),
    "小组": ("组", "村民小组"),
    "网格": (),
    "村委": ("村",),
    "村": (),
    "组": ("小组", "村民小组"),
    "乡": (),
    "镇": (),
    "县": (),
    "区": (),
    "市": (),
    "省": (),
}


def plain(name: str) -> str:
    """Return a name without the differences nobody means: width, case, spaces, punctuation."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def fold(name: str) -> str:
    """Return the core of a name: 车草村委会, 车草村 and 车草 all fold to 车草."""
    return _cores(plain(name))[-1]


def keys_in(text: str) -> Sequence[str]:
    """Return every core with which a written place may end: 荷湖乡车草村 may be 荷湖乡车草, …, 车草, 草."""
    whole = plain(text)[:LONGEST_NAME_TYPED]
    return sorted({_cores(whole[start:])[-1] for start in range(len(whole))})


def cores_in(text: str) -> Sequence[str]:
    """Return every core of a name that a longer text may have somewhere: runs of its letters, and its Latin words."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    runs = re.findall(r"[^\W_]+", folded)
    latin = [run for run in runs if run.isascii()]
    letters = (run[start : start + size] for run in runs for size in CORE_SIZES for start in range(len(run) - size + 1))
    return sorted({*latin, *map("".join, pairwise(latin)), *(core for core in letters if not core.isascii())})


def is_meant(text: str, names: Sequence[str]) -> bool:
    """Say whether a text names the area whose names from its own up to the top are given.

    The own name must end the text; what stands before may name any of those above it, in order.
    """
    return any(_is_led(rest, tuple(names[1:])) for rest in _without_ending(plain(text), names[0]))


def _is_led(rest: str, above: tuple[str, ...]) -> bool:
    if not rest:
        return True
    return any(
        _is_led(before, above[nearest + 1 :])
        for nearest, name in enumerate(above)
        for before in _without_ending(rest, name)
    )


def _without_ending(text: str, name: str) -> Iterator[str]:
    return (text.removesuffix(form) for form in forms(name) if text.endswith(form))


@lru_cache(maxsize=4096)
def forms(name: str) -> frozenset[str]:
    """Return every way to write a name: in full, by its core, and by its core with what people say."""
    stages = _cores(plain(name))
    ways = set(stages)
    for longer, core in pairwise(stages):
        ways |= {core + spoken for spoken in SPOKEN_ENDINGS[longer.removeprefix(core)]}
    return frozenset(ways)


def _cores(name: str) -> Sequence[str]:
    """Return a plain name and what is left of it as one ending after the other is taken off."""
    stages = [name]
    while ending := next(filter(name.endswith, SPOKEN_ENDINGS), None):
        name = name.removesuffix(ending)
        if len(name) < SHORTEST_CORE:
            break
        stages.append(name)
    return stages
