"""What the calls of a Twilio account are told: who calls, how many at once, how long, and in which voices."""

from dataclasses import dataclass, field

from broadcast.channels.base import Abilities

ABILITIES = Abilities(
    receipts=True, buttons=9, text_limit=1000, cancel=True, aloud=True, answers_in_turn=True, batch=50
)


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    account_sid: str
    auth_token: str = field(repr=False)
    sender: str = field(repr=False)  # the number that calls, and that is called back
    base_url: str = "https://api.twilio.com"
    media_url: str = ""  # where Twilio fetches recordings; empty: the hub's public address
    caller: str = ""  # the office's name, as a call begins
    office_phone: str = field(default="", repr=False)  # said to whoever rings up and nothing waits for
    voice_zh: str = "cmn-CN"  # the names of Twilio's voices
    voice_en: str = "en-US"
    calls_per_second: float = 1.0  # what the account may (CPS), all hubs together
    lines: int = 10  # calls at once, all hubs together
    ring_seconds: int = 30
    longest_seconds: int = 300  # after which a call is ended
    key_seconds: int = 6  # how long a key is waited for
    redial_seconds: float = 60.0  # before whoever did not answer is called again
    replies_share: float = 0.1
    patience: float = 20.0  # seconds one waits for a line
    timeout: float = 15.0  # seconds to connect, and again to be answered
    at_once: int = 16  # requests
