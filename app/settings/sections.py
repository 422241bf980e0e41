"""The settings by section; a channel's section is the frozen dataclass that its kind declares."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, create_model, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.settings.section import Section
from app.settings.video import VideoSection
from broadcast.channels.kind import ChannelKind
from ground.clock import Clock, StoryClock, WallClock, instant, machine_now
from ground.sealing import Seals, key_of

MEBIBYTE = 1024 * 1024


class ClockSection(Section):
    """Story time. In earnest none is set; a rehearsal starts at `start` and runs `rate` times as fast.

    `origin` is the real moment at which it was `start`: several processes that share a story are given the same one,
    and one that is started again goes on where time has come to. Without it, the story starts with the process.
    """

    start: datetime | None = None
    origin: datetime | None = None
    rate: Annotated[float, Field(gt=0, le=1_000)] = 1.0

    @field_validator("start", "origin")
    @classmethod
    def _with_offset(cls, moment: datetime | None) -> datetime | None:
        if moment is not None and moment.tzinfo is None:
            raise ValueError("give the offset from UTC, as in 2021-06-28T08:00:00+08:00")
        return moment


class LogSection(Section):
    format: Literal["auto", "json", "console"] = "auto"  # auto: console on a terminal, else JSON
    level: Literal["debug", "info", "warning", "error"] = "info"


class SendingSection(Section):
    """How sending is paced; real time."""

    lease: Annotated[float, Field(ge=1, le=3_600)] = 60.0  # seconds until what a dead worker held is sent by another


class HeartbeatSection(Section):
    """Whom to tell that the ladders move: an outside watchdog that calls somebody when it hears nothing."""

    url: Annotated[str, Field(repr=False)] = ""  # empty: nobody; it may hold the watchdog's secret
    every: Annotated[float, Field(ge=5, le=3_600)] = 30.0  # seconds

    @field_validator("url")
    @classmethod
    def _web_address(cls, address: str) -> str:
        if address and not address.startswith(("http://", "https://")):
            raise ValueError("it must begin with http:// or https://")
        return address


class LimitSection(Section):
    """The largest bodies that are taken, in bytes."""

    call: Annotated[int, Field(gt=0)] = MEBIBYTE
    webhook: Annotated[int, Field(gt=0)] = MEBIBYTE // 4
    media: Annotated[int, Field(gt=0)] = 32 * MEBIBYTE
    import_file: Annotated[int, Field(gt=0)] = 512 * MEBIBYTE


class SecretsSection(Section):
    """What seals identity numbers in the database: 32 random bytes as base64; `mingluo key` makes one.

    A new key is put before the others; what older ones sealed is sealed anew, after which they may go.
    """

    keys: Annotated[tuple[str, ...], Field(repr=False)] = ()

    @field_validator("keys")
    @classmethod
    def _usable(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        for each in keys:
            key_of(each)
        return keys


class Channels(Section):
    """One field per registered kind of channel: `channels_of` adds them. A channel is on when its section is given."""


class Settings(BaseSettings):
    """Everything that may be set. `MINGLUO_CLOCK__RATE` in the environment is `rate` in the section `[clock]`."""

    model_config = SettingsConfigDict(
        env_prefix="MINGLUO_", env_nested_delimiter="__", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    data: Path = Path("var")
    database: Annotated[str, Field(repr=False)] = ""  # empty: SQLite in the data folder
    database_pool: Annotated[int, Field(ge=2, le=200)] = 10
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8000  # taken, or 0: the next free one
    public_url: str | None = None  # where vendors and gateways reach the hub; None: its own address
    nats: Annotated[str, Field(repr=False)] = "embedded"
    broker_host: str = "127.0.0.1"  # where the embedded broker listens for speakers
    office: Annotated[str, Field(pattern=r"^[0-9]{14}$")] = (
        "00000000000000"  # who issues: the number of CAP identifiers
    )
    clock: ClockSection = ClockSection()
    log: LogSection = LogSection()
    sending: SendingSection = SendingSection()
    heartbeat: HeartbeatSection = HeartbeatSection()
    limits: LimitSection = LimitSection()
    secrets: Annotated[SecretsSection, Field(repr=False)] = SecretsSection()
    video: VideoSection = VideoSection()
    channels: Channels = Channels()

    @field_validator("database")
    @classmethod
    def _known_database(cls, address: str) -> str:
        if address and not address.startswith(("sqlite:///", "postgresql://")):
            raise ValueError("it must begin with sqlite:/// or postgresql://")
        try:
            make_url(address or "sqlite:///")
        except ArgumentError:
            raise ValueError("it is no database address") from None
        return address

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, address: str | None) -> str | None:
        if address is not None and not (address.startswith(("http://", "https://")) and urlsplit(address).hostname):
            raise ValueError("it must begin with http:// or https:// and name a host")
        return address and address.rstrip("/")

    @field_validator("nats")
    @classmethod
    def _known_queue(cls, address: str) -> str:
        if address != "embedded" and not address.startswith(("nats://", "tls://")):
            raise ValueError("it must be `embedded` or begin with nats:// or tls://")
        return address

    @model_validator(mode="after")
    def _absolute_folder(self) -> Self:
        object.__setattr__(self, "data", self.data.expanduser().resolve())
        return self

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data / 'mingluo.db'}"

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    def channel(self, name: str) -> Any:
        """Return the settings of one channel; None when it is off."""
        return getattr(self.channels, name, None)

    def seals(self) -> Seals:
        return Seals.of(self.secrets.keys)

    def story_clock(self) -> Clock:
        if self.clock.start is None and self.clock.rate == 1.0:
            return WallClock()
        origin = machine_now() if self.clock.origin is None else instant(self.clock.origin)
        start = origin if self.clock.start is None else instant(self.clock.start)
        return StoryClock(start, origin, self.clock.rate)


def settings_with(kinds: Sequence[ChannelKind]) -> type[Settings]:
    """Return the settings as they are with these kinds of channels."""
    sections: Any = {kind.name: (kind.settings | None, None) for kind in kinds}
    channels = create_model("Channels", __base__=Channels, **sections)
    return create_model("Settings", __base__=Settings, channels=(channels, channels()))
