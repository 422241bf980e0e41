"""What a Telegram account is told: its token, where the Bot API is, and the quotas there."""

from dataclasses import dataclass, field
from enum import StrEnum

from broadcast.channels.base import Abilities


class Reading(StrEnum):
    """How the bot hears what people say."""

    POLLING = "polling"  # asks; needs no address that Telegram can reach
    WEBHOOK = "webhook"  # is called at the hub's public address


ABILITIES = Abilities(receipts=False, buttons=8, text_limit=4096, batch=200)


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """Quotas are Telegram's as last told (30/s, 1/s per chat, 20/min per group): it may change them at any time."""

    token: str = field(repr=False)
    webhook_secret: str = field(default="", repr=False)  # 1–256 of A-Z a-z 0-9 _ -; empty: made from the token
    reading: Reading = Reading.POLLING
    bot_name: str = ""  # as t.me knows it, for posters: mingluo_bot
    base_url: str = "https://api.telegram.org"
    per_second: float = 30.0
    per_chat: float = 1.0  # per second
    per_group: float = 20.0  # per minute
    replies_share: float = 0.1
    patience: float = 20.0  # seconds
    timeout: float = 10.0  # seconds to connect, and again to be answered
    at_once: int = 50  # requests
