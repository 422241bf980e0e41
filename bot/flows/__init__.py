"""What people can talk with us about: one file per conversation, one line each in FLOWS.

The order is the order in which they are asked whether a turn that belongs to nothing open is meant for them.
"""

from bot.flows.base import Flow
from bot.flows.joining import JoinFlow
from bot.flows.proof import ProofFlow

FLOWS: tuple[Flow, ...] = (
    ProofFlow(),
    JoinFlow(),
)
