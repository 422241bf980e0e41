"""An evacuation: which orders there are, and in which state each person on the roll is."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from ground.clock import HOUR, MINUTE


class OrderKind(StrEnum):
    """What is ordered; one never turns into another, a new order follows an old one."""

    PREPARE = "prepare"  # 准备转移
    NOW = "now"  # 立即转移
    INSTANT = "instant"  # 立即撤离：先撤后报


class PersonState(StrEnum):
    """Where one person of the roll is, as the report that counts says."""

    MOVED = "moved"  # in a shelter
    RELATIVES = "relatives"  # with relatives or friends, out of danger
    AWAY = "away"  # was not in the village at all
    SAFE = "safe"  # says so, or somebody said so for them
    ON_THE_WAY = "on_the_way"
    REFUSED = "refused"
    NOBODY_HOME = "nobody_home"
    NEEDS_VEHICLE = "needs_vehicle"
    NEEDS_MEDICAL = "needs_medical"
    NEED_HELP = "need_help"
    WENT_BACK = "went_back"  # 擅自返回
    UNKNOWN = "unknown"  # nobody said anything


class AddedKind(StrEnum):
    """Who is found on the spot and stands on no list."""

    VISITOR = "visitor"
    WORKER = "worker"


class Way(StrEnum):
    """By what a report reached us that no officer entered; what they enter came by one of broadcast.answers.Means."""

    CHAT = "chat"
    SMS = "sms"
    SHEET = "sheet"  # the code of a printed sheet
    PAGE = "page"  # the roll on a phone
    ANSWER = "answer"  # the answer to a warning
    DESK = "desk"  # a shelter keeper at the door
    CARRIED = "carried"  # from the order before


SETTLED: Final = frozenset({PersonState.MOVED, PersonState.RELATIVES, PersonState.AWAY, PersonState.SAFE})
"""Who is out of danger, if whoever says so was there."""

WORST_FIRST: Final = (
    PersonState.NEED_HELP,
    PersonState.NEEDS_MEDICAL,
    PersonState.NEEDS_VEHICLE,
    PersonState.WENT_BACK,
    PersonState.REFUSED,
    PersonState.NOBODY_HOME,
    PersonState.UNKNOWN,
    PersonState.ON_THE_WAY,
    PersonState.SAFE,
    PersonState.AWAY,
    PersonState.RELATIVES,
    PersonState.MOVED,
)
GRAVITY: Final[Mapping[PersonState, int]] = {state: place for place, state in enumerate(WORST_FIRST)}
URGENT: Final = frozenset(WORST_FIRST[:3])


class AlarmKind(StrEnum):
    """What somebody above must deal with; each is a row with the instant at which it is due."""

    NEED_HELP = "need_help"
    REFUSED_TWICE = "refused_twice"
    WENT_BACK = "went_back"
    OUT_OF_CONTACT = "out_of_contact"  # 失联
    OVERDUE = "overdue"  # a group whose roll is still open
    HEAD_COUNT = "head_count"  # a shelter whose people are to be counted
    WARNING_ENDED = "warning_ended"  # the warning is over or ran out; the evacuation is not
    INSTANT = "instant"  # a village sounded by itself


SILENT_AT_MOST: Final = 10 * MINUTE
ROLL_WITHIN: Final[Mapping[OrderKind, int]] = {
    OrderKind.PREPARE: 60 * MINUTE,
    OrderKind.NOW: 30 * MINUTE,
    OrderKind.INSTANT: 15 * MINUTE,
}
COUNTED_EVERY: Final = 4 * HOUR
COUNT_WITHIN: Final = 30 * MINUTE
"""How long a shelter may take for a head count before the township is told."""
