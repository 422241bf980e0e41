"""What the desk for assistance leans on."""

from dataclasses import dataclass

from bot.cases.assistance_policy import Policy, policy
from bot.telling import Teller
from ground.actor import system
from ground.events import NewsDesk

ASSISTANCE = system("assistance")
FLOW = "assistance"  # the conversation that news leads the household to
CASE = "assistance_case"  # and that of the offices


@dataclass(frozen=True, slots=True)
class AssistanceDesk:
    teller: Teller
    news: NewsDesk
    policy: Policy
    public_url: str = ""  # where the public notices are


def desk_with(teller: Teller, news: NewsDesk, public_url: str) -> AssistanceDesk:
    return AssistanceDesk(teller, news, policy(), public_url)
