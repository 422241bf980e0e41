"""The web chat: what people say on the page; its doors are in app/pages/chat, its turns are made here."""

from typing import TYPE_CHECKING

from bot.platforms.base import Hear, Platform, PlatformKind
from broadcast.channels.kind import Surroundings

if TYPE_CHECKING:
    from broadcast.channels.webchat.channel import WebchatChannel


def _build(channel: "WebchatChannel", surroundings: Surroundings, hear: Hear) -> Platform:
    from bot.platforms.webchat.hearing import WebchatPlatform  # noqa: PLC0415 - it leans on words and media

    return WebchatPlatform(channel, surroundings, hear)


WEBCHAT = PlatformKind("webchat", "webchat", _build)
