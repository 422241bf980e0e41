"""Calls through Twilio: the message is said to its end, then a key is asked for; delivered is what was heard whole."""

from broadcast.channels.base import Channel
from broadcast.channels.kind import ChannelKind, Surroundings
from broadcast.channels.voice_twilio.settings import ABILITIES, VoiceSettings


def _build(settings: VoiceSettings, surroundings: Surroundings) -> Channel:
    from broadcast.channels.voice_twilio.channel import VoiceChannel  # noqa: PLC0415 - the SDK is slow to import

    return VoiceChannel(settings, surroundings)


VOICE_TWILIO = ChannelKind("voice", ABILITIES, VoiceSettings, _build)
