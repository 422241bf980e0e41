"""Polygons and circles as CAP writes them: are they closed, on this planet, and free of crossings?"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

Point = tuple[float, float]  # latitude, longitude

MOST_POINTS_CROSSED: Final = 1_000
"""Looking for crossings takes the square of the points: beyond this it is left to whoever draws the map."""


def points_of(polygon: str) -> Sequence[Point]:
    """Return the `lat,lon` pairs; ValueError if one is none or not on this planet."""
    return [_point(pair) for pair in polygon.split()]


def circle_of(circle: str) -> tuple[Point, float]:
    """Return the centre and the radius in kilometres."""
    centre, radius = circle.split()
    kilometres = float(radius)
    if not 0 <= kilometres < 20_100:  # noqa: PLR2004 - half the way around the earth
        raise ValueError("no radius")
    return _point(centre), kilometres


def is_ring(points: Sequence[Point]) -> bool:
    """Say whether at least four pairs end where they began."""
    return len(points) >= 4 and points[0] == points[-1]  # noqa: PLR2004 - a closed triangle


def crosses_itself(points: Sequence[Point]) -> bool:
    """Say whether two sides of a ring that are not neighbours touch: a bow tie has no inside."""
    if len(points) > MOST_POINTS_CROSSED:
        return False
    sides = [side for side in pairwise(points) if side[0] != side[1]]
    return any(_touch(*sides[i], *sides[j]) for i, j in _strangers(len(sides)))


def _strangers(count: int) -> Iterator[tuple[int, int]]:
    """Yield the pairs of sides that share no corner."""
    for i in range(count):
        for j in range(i + 2, count):
            if not (i == 0 and j == count - 1):
                yield i, j


def _point(pair: str) -> Point:
    latitude, longitude = map(float, pair.split(","))
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004 - the earth
        raise ValueError("not on this planet")
    return latitude, longitude


def _touch(a: Point, b: Point, c: Point, d: Point) -> bool:
    turns = _turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b)
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    ends = (a, b, c), (a, b, d), (c, d, a), (c, d, b)
    return any(turn == 0 and _between(*end) for turn, end in zip(turns, ends, strict=True))


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _between(a: Point, b: Point, c: Point) -> bool:
    """Say whether `c`, on the line through `a` and `b`, lies between them."""
    return all(min(a[k], b[k]) <= c[k] <= max(a[k], b[k]) for k in (0, 1))
