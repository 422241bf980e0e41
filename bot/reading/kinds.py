"""Whether a message is a report, a question about an earlier one, a bare call for help, or none of these."""

import re
from typing import Final

from bot.reading.codes import Damage, Hazard, Kind, Need
from bot.reading.danger import Danger
from bot.reading.words.tables import phrases

_PHRASES: Final = phrases("kinds")
_SHAPES: Final = {name: re.compile(shape) for name, shape in _PHRASES.items()}
_STATUS: Final = re.compile(rf"{_PHRASES['earlier']}.{{0,40}}?{_PHRASES['what_became']}|{_PHRASES['status']}")
# What nobody needs without having suffered; 快来人 and 来看看 are said of a game of cards, too.
STRONG_NEEDS: Final = frozenset(Need) - {Need.RESCUE, Need.VISIT, Need.PUMP, Need.TRANSPORT}
# What is never only spoken of as weather.
LASTING: Final = frozenset(Hazard) - {Hazard.RAIN, Hazard.WIND, Hazard.HAIL, Hazard.SNOW, Hazard.LIGHTNING}


def kind_of(
    plain: str,
    hazards: frozenset[Hazard],
    damage: frozenset[Damage],
    needs: frozenset[Need],
    danger: Danger,
    *,
    counted: bool,
) -> Kind:
    """Say what a plain writing is, from its words and from what was read out of it; an alarm outweighs all doubts."""
    if danger.alarming and not _has(plain, "drill", "elsewhere"):
        return Kind.REPORT
    if _STATUS.search(plain) and not _has(plain, "still"):
        return Kind.STATUS_QUESTION
    if _has(plain, "advert", "drill", "elsewhere", "asks_rules") or (not needs and _has(plain, "long_ago", "over")):
        return Kind.NONE
    struck = hazards and (needs or hazards & LASTING or counted)
    if damage or needs & STRONG_NEEDS or struck or _has(plain, "feared"):
        return Kind.REPORT
    return Kind.HELP_ONLY if _has(plain, "call") else Kind.NONE


def _has(plain: str, *topics: str) -> bool:
    return any(_SHAPES[topic].search(plain) for topic in topics)
