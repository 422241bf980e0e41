"""What the web chat is told: how long it remembers, and how much one browser or one network may say."""

from dataclasses import dataclass

from broadcast.channels.base import Abilities

ABILITIES = Abilities(receipts=True, buttons=8, media=True)


@dataclass(frozen=True, slots=True)
class WebchatSettings:
    """A whole village may share one network address, so that its allowance is a village's, not a person's."""

    call: str = ""  # the number that the page shows when there is no network
    remember_days: float = 14.0  # after which a browser is told it no more, and it is erased
    per_browser: float = 30.0  # turns in a minute
    per_network: float = 1_200.0  # turns in a minute
    streams: int = 5_000  # pages open at once, in one process
    streams_per_browser: int = 8
    largest_photo: int = 8 * 1024 * 1024  # bytes, as it is sent
