"""The web chat: a page in a browser, written to by rows and read by it as a stream; delivered when the page says so."""

from broadcast.channels.base import Channel
from broadcast.channels.kind import ChannelKind, Surroundings
from broadcast.channels.webchat.settings import ABILITIES, WebchatSettings


def _build(settings: WebchatSettings, surroundings: Surroundings) -> Channel:
    from broadcast.channels.webchat.channel import WebchatChannel  # noqa: PLC0415 - it leans on stores

    return WebchatChannel(settings, surroundings)


WEBCHAT = ChannelKind("webchat", ABILITIES, WebchatSettings, _build)
