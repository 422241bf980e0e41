"""Telegram: warnings as chat messages with buttons for the answer. It has no receipts; silence means no answer."""

from broadcast.channels.base import Channel
from broadcast.channels.kind import ChannelKind, Surroundings
from broadcast.channels.telegram.settings import ABILITIES, TelegramSettings


def _build(settings: TelegramSettings, _surroundings: Surroundings) -> Channel:
    from broadcast.channels.telegram.channel import TelegramChannel  # noqa: PLC0415 - aiogram takes seconds to import

    return TelegramChannel(settings)


TELEGRAM = ChannelKind("telegram", ABILITIES, TelegramSettings, _build)
