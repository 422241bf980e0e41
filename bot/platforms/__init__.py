"""Where people speak to us: one file or folder per platform, one line each in PLATFORMS."""

from bot.platforms.base import PlatformKind
from bot.platforms.sms import SMS
from bot.platforms.telegram import TELEGRAM
from bot.platforms.voice import VOICE
from bot.platforms.webchat import WEBCHAT

PLATFORMS: tuple[PlatformKind, ...] = (
    SMS,
    TELEGRAM,
    VOICE,
    WEBCHAT,
)
