"""A kind of channel, as it is registered: its name, its abilities, its settings and how one is built."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from broadcast.channels.base import Abilities, Channel
from ground.clock import Clock
from ground.transaction import Database


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a channel may lean on besides its own settings."""

    clock: Clock
    database: Database
    public_url: str  # where vendors reach the hub's /hooks, gateways its /media: http://127.0.0.1:8000
    folder: Path = Path("var")  # the data folder: keys that a channel makes at its first start, media


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """One line of registration in CHANNELS. `settings` is a frozen dataclass; its secrets are `field(repr=False)`.

    A `standing` channel takes what its provider brings as soon as it is started: only the hub itself may start it.
    """

    name: str
    abilities: Abilities
    settings: type[Any]
    build: Callable[[Any, Surroundings], Channel]
    standing: bool = False
