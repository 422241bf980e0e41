"""Target expressions: terms that name people and speakers of the directory, and the three ways to put them together.

An `area` is an area's code and means the area with all that lies below; None means as far as the actor reaches. A
kind that is None means any kind. Only `area` and `gateways` name speakers; union, intersection and difference act on
the people and on the speakers alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from audiences.targeting.errors import TargetTooLarge

MOST_TERMS = 200  # of one target, saved audiences written out: SQLite nests expressions 1,000 deep at most
DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Area:
    """All who live in an area, and its speakers."""

    area: str


@dataclass(frozen=True, slots=True)
class Residents:
    """All who live in an area."""

    area: str | None = None


@dataclass(frozen=True, slots=True)
class Gateways:
    """The speakers of an area."""

    area: str | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """Members of the organisations of a kind that belong to an area."""

    kind: str | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """Holders and deputies of the posts with a duty in an area; with `site`, only of posts at a site of that kind."""

    kind: str | None = None
    site: str | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Holders:
    """As Duty, without the deputies."""

    kind: str | None = None
    site: str | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """Those who live in an area and have the need themselves."""

    code: str
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Households:
    """Everybody of an area's households in which somebody has the need."""

    need: str
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Hazard:
    """Everybody of an area's households that a hazard of the kind threatens."""

    kind: str | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """Everybody of the households under an area's sites of a kind, on whichever side of the border they stand."""

    kind: str | None = None
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """An audience saved by name; `area` is where it was saved, needed only when the name alone is not enough."""

    name: str
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Union:
    """Who is in any of the parts."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Intersection:
    """Who is in all of the parts."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Who is in `base` and not in `without`."""

    base: "Expression"
    without: "Expression"


Term: TypeAlias = (
    Area | Residents | Gateways | Organisation | Duty | Holders | Need | Households | Hazard | Site | Saved
)
Expression: TypeAlias = Term | Union | Intersection | Difference

TERMS: dict[str, type[Term]] = {
    "area": Area,
    "residents": Residents,
    "gateways": Gateways,
    "organisation": Organisation,
    "duty": Duty,
    "holders": Holders,
    "need": Need,
    "households": Households,
    "hazard": Hazard,
    "site": Site,
    "saved": Saved,
}
TERM_NAMES: dict[type[Term], str] = {term: name for name, term in TERMS.items()}


def parts_of(expression: Expression) -> tuple[Expression, ...]:
    """Return what the expression is put together from: nothing for a term."""
    match expression:
        case Union(parts) | Intersection(parts):
            return parts
        case Difference(base, without):
            return (base, without)
        case _:
            return ()


def terms_of(expression: Expression) -> Iterator[Term]:
    """Yield every term, from left to right."""
    if isinstance(expression, Union | Intersection | Difference):
        for part in parts_of(expression):
            yield from terms_of(part)
    else:
        yield expression


def naming_terms(expression: Expression) -> Iterator[Term]:
    """Yield the terms that can bring somebody in: all but those that are taken away."""
    match expression:
        case Difference(base, _):
            yield from naming_terms(base)
        case Union(parts) | Intersection(parts):
            for part in parts:
                yield from naming_terms(part)
        case _:
            yield expression


def refuse_beyond(what: str, count: int, most: int) -> None:
    if count > most:
        raise TargetTooLarge(what=what, count=count, most=most)
