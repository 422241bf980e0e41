"""Calling tables as tests write them down."""

from typing import Any

from broadcast.ladders.occasions import packed, unpacked
from broadcast.ladders.policy import Occasion, read_occasions

LANDSLIDE = "11B37"


def house() -> list[dict[str, Any]]:
    """Return the table of the house as it is written down: red, orange landslides, orange at night."""
    return packed(read_occasions())


def table(*changes: dict[str, Any]) -> tuple[Occasion, ...]:
    """Return the table of the house with its policies changed one by one."""
    told = [*changes, *({} for _ in house()[len(changes) :])]
    return unpacked([policy | change for policy, change in zip(house(), told, strict=True)])


def without_slides_by_day() -> tuple[Occasion, ...]:
    """Return a table by which orange warnings of landslides wake nobody between 8 and 18 o'clock."""
    return table({}, {"hours": [18, 8]})
