"""One process of Mingluo, put together: what the API, the pages and the rounds lean on."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.broker.accounts import Passwords
from app.broker.embedded import Broker
from app.settings import Settings
from app.switchboard.board import Switchboard
from bot.platforms.base import Platform
from broadcast.alerts.office import Office
from broadcast.channels.base import Channel, Webhook
from broadcast.channels.kind import ChannelKind
from ground.clock import Clock
from ground.events import NewsDesk
from ground.media import MediaFolder
from ground.sealing import Seals
from ground.transaction import Database

Check = Callable[[], Awaitable[bool]]


@dataclass(slots=True)
class House:
    """Furnished first (nothing moves), then opened: `channels` and `broker` are there once it is."""

    settings: Settings
    public_url: str
    clock: Clock
    database: Database
    desk: NewsDesk
    media: MediaFolder
    office: Office
    kinds: Sequence[ChannelKind] = ()  # the channels that are switched on
    channels: dict[str, Channel] = field(default_factory=dict)
    platforms: dict[str, Platform] = field(default_factory=dict)
    webhooks: Sequence[Webhook] = ()
    broker: Broker | None = None  # the embedded one
    switchboard: Switchboard = field(default_factory=Switchboard)  # between the pages of video checks
    checks: dict[str, Check] = field(default_factory=dict)
    seals: Seals = field(default_factory=Seals, repr=False)  # of what is kept sealed in the database

    @property
    def passwords(self) -> Passwords:
        """Of the broker's accounts."""
        return Passwords.kept_in(self.settings.data / "broker")

    @property
    def running(self) -> Mapping[str, bool]:
        """Which of the channels that are switched on could be built."""
        return {kind.name: kind.name in self.channels for kind in self.kinds}
