"""Where notices go: one file or folder per way out, one line each in CHANNELS."""

from broadcast.channels.kind import ChannelKind
from broadcast.channels.memory import MEMORY
from broadcast.channels.sms_twilio import SMS_TWILIO
from broadcast.channels.speaker_mqtt import SPEAKER_MQTT
from broadcast.channels.telegram import TELEGRAM
from broadcast.channels.voice_twilio import VOICE_TWILIO
from broadcast.channels.webchat import WEBCHAT

CHANNELS: tuple[ChannelKind, ...] = (
    MEMORY,
    SMS_TWILIO,
    SPEAKER_MQTT,
    TELEGRAM,
    VOICE_TWILIO,
    WEBCHAT,
)
