"""What a Twilio account is told: who it is, who sends, where the API is, and what the sender may."""

from dataclasses import dataclass, field

from broadcast.channels.base import Abilities

ABILITIES = Abilities(receipts=True, text_limit=1600, segments=True, batch=200)


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    account_sid: str
    auth_token: str = field(repr=False)
    sender: str = field(repr=False)  # a number, or the id of a messaging service (MG…)
    base_url: str = "https://api.twilio.com"
    per_second: float = 1.0  # what the sender may (MPS): a US long code 1, a short code 100 and more
    replies_share: float = 0.1
    patience: float = 20.0  # seconds
    timeout: float = 15.0  # seconds to connect, and again to be answered
    at_once: int = 64  # requests
