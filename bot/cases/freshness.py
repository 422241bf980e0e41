"""Whether a picture is of here and now: what speaks against it is noted, and nothing is refused for it."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ground.clock import MINUTE


class EvidenceKind(StrEnum):
    STILL = "still"
    CLIP_CHUNK = "clip_chunk"  # one piece of a film, as it came


class Source(StrEnum):
    PAGE = "page"  # taken with the camera of the page
    UPLOAD = "upload"  # chosen from the phone's pictures
    CHAT = "chat"
    SMS = "sms"


class Finding(StrEnum):
    """What an officer should know before believing a picture."""

    NOT_IN_PAGE = "not_in_page"  # chosen or sent, not taken in the page
    WRONG_CODE = "wrong_code"  # taken in a page that did not show this check's code
    OLD = "old"  # taken more than ten minutes before it came
    NO_TIME = "no_time"
    FAR = "far"  # more than 500 m from the site
    NO_PLACE = "no_place"  # where the phone was, or where the site is, is not known
    SEEN_BEFORE = "seen_before"  # looks like an older photo of this site


FRESH: Final = 10 * MINUTE
NEAR_METRES: Final = 500
ALIKE_BITS: Final = 6  # of 64: shot anew from the same spot differs in more
EARTH_METRES: Final = 6_371_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What is known of how a picture came about. `code_shown`: the page said that it showed this check's code."""

    source: Source
    taken_at: int | None
    received_at: int
    metres: int | None
    code_shown: bool


def findings(taken: Taken) -> tuple[Finding, ...]:
    """Return what speaks against a picture, in the order of the words above."""
    found = []
    if taken.source is not Source.PAGE:
        found.append(Finding.NOT_IN_PAGE)
    elif not taken.code_shown:
        found.append(Finding.WRONG_CODE)
    if taken.taken_at is None:
        found.append(Finding.NO_TIME)
    elif abs(taken.received_at - taken.taken_at) > FRESH:
        found.append(Finding.OLD)
    if taken.metres is None:
        found.append(Finding.NO_PLACE)
    elif taken.metres > NEAR_METRES:
        found.append(Finding.FAR)
    return tuple(found)


def metres_between(here: tuple[float, float], there: tuple[float, float]) -> int:
    """Return the way between two points (latitude, longitude; WGS 84) over the ground, in whole metres."""
    (north, east), (other_north, other_east) = ([math.radians(each) for each in point] for point in (here, there))
    chord = (
        math.sin((north - other_north) / 2) ** 2
        + math.cos(north) * math.cos(other_north) * math.sin((east - other_east) / 2) ** 2
    )
    return round(2 * EARTH_METRES * math.asin(min(1.0, math.sqrt(chord))))


def bits_apart(look: str, other: str) -> int:
    """Return in how many bits two looks differ."""
    return (int(look, 16) ^ int(other, 16)).bit_count()
