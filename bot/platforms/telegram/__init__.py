"""Telegram: messages and button presses, read by one elected reader or brought to a webhook."""

from typing import TYPE_CHECKING

from bot.platforms.base import Hear, Platform, PlatformKind
from broadcast.channels.kind import Surroundings

if TYPE_CHECKING:
    from broadcast.channels.telegram.channel import TelegramChannel


def _build(channel: "TelegramChannel", surroundings: Surroundings, hear: Hear) -> Platform:
    from bot.platforms.telegram.reading import TelegramPlatform  # noqa: PLC0415 - aiogram takes seconds to import

    return TelegramPlatform(channel.account, surroundings, hear)


TELEGRAM = PlatformKind("telegram", "telegram", _build)
