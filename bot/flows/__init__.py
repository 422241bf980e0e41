"""What people can talk with us about: one file per conversation, one line each in FLOWS.

The order is the order in which they are asked whether a turn that belongs to nothing open is meant for them.
"""

from bot.flows.assistance import ASSISTANCE_FLOW
from bot.flows.assistance_case import ASSISTANCE_CASE
from bot.flows.base import Flow
from bot.flows.call import CALL
from bot.flows.check_in import CheckIn
from bot.flows.contact_test import ContactTestFlow
from bot.flows.door import DoorFlow
from bot.flows.feedback import FEEDBACK
from bot.flows.instant import Instant
from bot.flows.joining import JoinFlow
from bot.flows.objection import ObjectionFlow
from bot.flows.proof import ProofFlow
from bot.flows.relief import RELIEF_FLOW
from bot.flows.relief_case import RELIEF_CASE
from bot.flows.relief_entry import RELIEF_ENTRY
from bot.flows.relief_status import RELIEF_STATUS
from bot.flows.roll import Roll
from bot.flows.roll_sheet import RollSheet
from bot.flows.safe import Safe
from bot.flows.unclear import Unclear
from bot.flows.video_check import VideoCheckFlow
from bot.flows.went_back import WentBack

FLOWS: tuple[Flow, ...] = (
    ProofFlow(),
    CALL,
    FEEDBACK,
    Instant(),
    VideoCheckFlow(),
    RollSheet(),
    Roll(),
    CheckIn(),
    WentBack(),
    Safe(),
    DoorFlow(),
    ObjectionFlow(),  # a notice's code is no village's
    JoinFlow(),
    ContactTestFlow(),
    ASSISTANCE_CASE,
    RELIEF_ENTRY,  # what an officer reports for another is not their own
    RELIEF_CASE,  # an officer's tracking number is a case to be handled, not a report of their own
    ASSISTANCE_FLOW,
    RELIEF_STATUS,  # "what about my report?" is no report
    RELIEF_FLOW,
    Unclear(),  # the last: what none of the others understands
)
