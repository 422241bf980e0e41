"""Village loudspeakers over MQTT: signed commands down, states and heartbeats up, the database as the memory."""

from broadcast.channels.base import Channel
from broadcast.channels.kind import ChannelKind, Surroundings
from broadcast.channels.speaker_mqtt.settings import ABILITIES, SpeakerSettings


def _build(settings: SpeakerSettings, surroundings: Surroundings) -> Channel:
    from broadcast.channels.speaker_mqtt.channel import SpeakerChannel  # noqa: PLC0415 - it leans on words and stores

    return SpeakerChannel(settings, surroundings)


SPEAKER_MQTT = ChannelKind("speaker", ABILITIES, SpeakerSettings, _build, standing=True)

__all__ = ["SPEAKER_MQTT", "SpeakerSettings"]
