"""What people can talk with us about: one file per conversation, one line each in FLOWS.

The order is the order in which they are asked whether a turn that belongs to nothing open is meant for them.
"""

from bot.flows.assistance import ASSISTANCE_FLOW
from bot.flows.base import Flow
from bot.flows.instant import Instant
from bot.flows.joining import JoinFlow
from bot.flows.proof import ProofFlow
from bot.flows.relief import RELIEF_FLOW
from bot.flows.relief_case import RELIEF_CASE
from bot.flows.relief_status import RELIEF_STATUS
from bot.flows.roll import Roll
from bot.flows.roll_sheet import RollSheet
from bot.flows.safe import Safe
from bot.flows.video_check import VideoCheckFlow

FLOWS: tuple[Flow, ...] = (
    ProofFlow(),
    Instant(),
    VideoCheckFlow(),
    RollSheet(),
    Roll(),
    Safe(),
    JoinFlow(),
    RELIEF_CASE,  # an officer's tracking number is a case to be handled, not a report of their own
    ASSISTANCE_FLOW,
    RELIEF_STATUS,  # "what about my report?" is no report
    RELIEF_FLOW,
)
