"""What people can talk with us about: one file per conversation, one line each in FLOWS.

The order is the order in which they are asked whether a turn that belongs to nothing open is meant for them.
"""

from bot.flows.base import Flow
from bot.flows.instant import Instant
from bot.flows.roll import Roll
from bot.flows.roll_sheet import RollSheet
from bot.flows.safe import Safe

FLOWS: tuple[Flow, ...] = (
    Instant(),
    RollSheet(),
    Roll(),
    Safe(),
)
