"""Where notices go: one file or folder per way out, one line each in CHANNELS."""

from broadcast.channels.kind import ChannelKind

CHANNELS: tuple[ChannelKind, ...] = ()
