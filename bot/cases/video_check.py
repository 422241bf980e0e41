"""A video check: somebody at the water shows it, says five things of it, and an officer says whether that will do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from audiences.sites import WaterLimits
from ground.clock import HOUR, MINUTE


class State(StrEnum):
    """How far a check came; it goes forward only."""

    ASKED = "asked"
    OPENED = "opened"  # the link was opened
    SHOWING = "showing"  # a picture came
    ANSWERED = "answered"  # the five things were said
    NORMAL = "normal"
    NOT_PASSED = "not_passed"
    NO_VIEW = "no_view"  # nothing could be seen that would do


class Result(StrEnum):
    """What an officer makes of it."""

    NORMAL = "normal"
    NOT_PASSED = "not_passed"
    NO_VIEW = "no_view"


class Trend(StrEnum):
    RISING = "rising"
    STEADY = "steady"
    FALLING = "falling"


class Spillway(StrEnum):
    YES = "yes"  # water runs over it
    NO = "no"
    BLOCKED = "blocked"


class Seepage(StrEnum):
    NONE = "none"
    CLEAR = "clear"
    MUDDY = "muddy"  # 浑水: the dam is being carried away from within


class Shot(StrEnum):
    """What is to be photographed, in this order."""

    GAUGE = "gauge"  # 水尺
    CREST = "crest"  # 坝面
    SPILLWAY = "spillway"  # 溢洪道
    OUTLET = "outlet"  # 放水洞/坝脚
    SURFACE = "surface"  # 库面


class Via(StrEnum):
    """By which way an answer came."""

    PAGE = "page"
    CHAT = "chat"
    SMS = "sms"
    PHONE = "phone"  # said to an officer, who wrote it down


class AlarmKind(StrEnum):
    """What is told to those above at once; each once for a check."""

    MUDDY = "muddy"
    CRACKS = "cracks"
    OVERDUE = "overdue"


class Light(StrEnum):
    """How a site stands, by its last check that ended."""

    GREEN = "green"  # passed
    YELLOW = "yellow"  # not passed, or nothing could be seen
    RED = "red"  # nobody answered in time
    NONE = "none"  # never checked


@dataclass(frozen=True, slots=True)
class Answers:
    """The five things. None: was not said. Levels are whole centimetres above the datum of the site's gauge."""

    level_cm: int | None = None
    trend: Trend | None = None
    spillway: Spillway | None = None
    seepage: Seepage | None = None
    cracks: bool | None = None


FORWARD: Final[Mapping[State, int]] = {State.ASKED: 0, State.OPENED: 1, State.SHOWING: 2, State.ANSWERED: 3}
"""States before a judgement, in their order."""

WAITING: Final = frozenset({State.ASKED, State.OPENED})
"""Nobody has shown or said anything: at the deadline this is overdue."""

JUDGED: Final = frozenset({State.NORMAL, State.NOT_PASSED, State.NO_VIEW})
LIGHTS: Final[Mapping[Result, Light]] = {
    Result.NORMAL: Light.GREEN,
    Result.NOT_PASSED: Light.YELLOW,
    Result.NO_VIEW: Light.YELLOW,
}
ANSWER_WITHIN: Final = 15 * MINUTE
LINK_LASTS: Final = 12 * HOUR
"""After the asking, and again after the opening: a late answer is better than none."""


def earlier(state: State) -> frozenset[State]:
    """Return the states from which a check moves forward to this one."""
    return frozenset(each for each, place in FORWARD.items() if place < FORWARD[state])


def alarming(answers: Answers) -> tuple[AlarmKind, ...]:
    """Return what of the answers must be told to those above at once."""
    muddy = (AlarmKind.MUDDY,) if answers.seepage is Seepage.MUDDY else ()
    return (*muddy, AlarmKind.CRACKS) if answers.cracks else muddy


def over_limit(answers: Answers, limits: WaterLimits) -> int | None:
    """Return by how many centimetres the level is over the flood limit; below it is negative, None is unknown."""
    if answers.level_cm is None or limits.flood_cm is None:
        return None
    return answers.level_cm - limits.flood_cm
