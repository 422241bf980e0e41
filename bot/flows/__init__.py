"""What people can talk with us about: one file per conversation, one line each in FLOWS.

The order is the order in which they are asked whether a turn that belongs to nothing open is meant for them.
"""

from bot.flows.assistance import ASSISTANCE_FLOW
from bot.flows.base import Flow
from bot.flows.relief import RELIEF_FLOW
from bot.flows.relief_case import RELIEF_CASE
from bot.flows.relief_status import RELIEF_STATUS

FLOWS: tuple[Flow, ...] = (
    RELIEF_CASE,  # an officer's tracking number is a case to be handled, not a report of their own
    ASSISTANCE_FLOW,
    RELIEF_STATUS,  # "what about my report?" is no report
    RELIEF_FLOW,
)
