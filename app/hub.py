"""The hub, put together: what the API, the pages and the rounds lean on."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.settings import Settings
from broadcast.channels.base import Channel, Webhook
from broadcast.channels.kind import ChannelKind
from ground.clock import Clock
from ground.events import NewsDesk
from ground.media import MediaFolder
from ground.transaction import Database

Check = Callable[[], Awaitable[bool]]


@dataclass(slots=True)
class Hub:
    """One process of Mingluo. `checks` say, by name, whether something it needs is there."""

    settings: Settings
    public_url: str
    clock: Clock
    database: Database
    desk: NewsDesk
    media: MediaFolder
    kinds: Sequence[ChannelKind] = ()
    channels: Mapping[str, Channel] = field(default_factory=dict)
    webhooks: Sequence[Webhook] = ()
    checks: dict[str, Check] = field(default_factory=dict)
