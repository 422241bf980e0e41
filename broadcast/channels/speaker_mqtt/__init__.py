"""Village loudspeakers over MQTT: signed commands down, states and heartbeats up, the database as the memory."""

from broadcast.channels.kind import ChannelKind
from broadcast.channels.speaker_mqtt.channel import ABILITIES, SpeakerChannel
from broadcast.channels.speaker_mqtt.settings import SpeakerSettings

SPEAKER_MQTT = ChannelKind("speaker", ABILITIES, SpeakerSettings, SpeakerChannel)

__all__ = ["SPEAKER_MQTT", "SpeakerChannel", "SpeakerSettings"]
