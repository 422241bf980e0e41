"""SMS through Twilio, with receipts by signed call-backs."""

from broadcast.channels.base import Channel
from broadcast.channels.kind import ChannelKind, Surroundings
from broadcast.channels.sms_twilio.settings import ABILITIES, TwilioSettings


def _build(settings: TwilioSettings, surroundings: Surroundings) -> Channel:
    from broadcast.channels.sms_twilio.channel import TwilioChannel  # noqa: PLC0415 - the SDK is slow to import

    return TwilioChannel(settings, surroundings.public_url, surroundings.clock)


SMS_TWILIO = ChannelKind("sms", ABILITIES, TwilioSettings, _build)
