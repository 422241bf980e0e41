"""Whether a message is a report, a question about one, a bare call for help, something else, or not understood."""

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
    if danger.alarming and not _has(plain, "drill", "far"):
        return Kind.REPORT
    if _STATUS.search(plain) and not _has(plain, "still"):
        return Kind.STATUS_QUESTION
    suffers = bool(needs & STRONG_NEEDS)
    struck = hazards and (needs or hazards & LASTING or counted) and not _has(plain, "question")
    if _is_something_else(plain, harmless=not (suffers or counted), over=not needs):
        return Kind.NONE
    if damage or suffers or struck or _has(plain, "feared"):
        return Kind.REPORT
    return _without_facts(plain)


def _without_facts(plain: str) -> Kind:
    if _has(plain, "call"):
        return Kind.HELP_ONLY
    return Kind.NONE if _has(plain, "small_talk") else Kind.UNCLEAR


def _is_something_else(plain: str, *, harmless: bool, over: bool) -> bool:
    """Adverts, drills and other counties always; questions about subsidies if nobody suffers; what is over."""
    if _has(plain, "advert", "drill", "far", "hearsay") or (harmless and _has(plain, "asks_rules")):
        return True
    return over and _is_past(plain)


def _is_past(plain: str) -> bool:
    """What is over, or was long ago. Of 来电了，但是屋顶还漏 only the end counts."""
    end = _SHAPES["contrast"].split(plain)[-1]
    return _has(end, "over") or (_has(plain, "long_ago") and not _has(plain, "recent"))


def _has(plain: str, *topics: str) -> bool:
    return any(_SHAPES[topic].search(plain) for topic in topics)
