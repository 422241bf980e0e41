"""What may be set of the speakers. Waits are real seconds; how long an ending stays worth playing is story time."""

from dataclasses import dataclass, field

from broadcast.channels.base import Abilities

ABILITIES = Abilities(receipts=True, audio=True, public=True, cancel=True, batch=1_000)


@dataclass(frozen=True, slots=True)
class SpeakerSettings:
    """Where the broker is (empty: the embedded one), who we are there, and how patient we are."""

    host: str = ""
    port: int = 0
    username: str = "hub"
    password: str = field(default="", repr=False)
    tls: bool = False
    ca_file: str = ""  # of the broker's certificate; empty: those the machine trusts
    key_file: str = ""  # of the signing key; empty: speaker.key in the data folder
    media_url: str = ""  # where gateways fetch sounds; empty: the hub's public address
    volume: int = 80  # per cent
    acknowledge: float = 5.0  # how long the broker may take to acknowledge a command
    patience: float = 5.0  # without "received": sent again
    tries: int = 4  # sendings without a word, then the gateway is shown offline
    quiet: float = 120.0  # without a further word after "received": asked again
    unseen: float = 200.0  # without a heartbeat: shown offline
    ending_hours: float = 24.0  # how long an ending without expiry is still played to a gateway that comes back
    spread: float = 0.2  # over what time gateways spread their answers to a query
