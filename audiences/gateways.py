"""A gateway: the box behind village loudspeakers, a public place with an address of its own."""

from dataclasses import dataclass
from enum import StrEnum


class GatewayState(StrEnum):
    UNKNOWN = "unknown"  # never heard of since it was registered
    ONLINE = "online"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway as it is kept; `heard_at` is machine time."""

    id: int
    code: str
    name: str
    area: int
    address: int
    state: GatewayState
    heard_at: int | None
    gone_at: int | None


@dataclass(frozen=True, slots=True)
class Cover:
    """What one publish reaches: every gateway below `area` (a code), or the single one if it is None."""

    area: str | None
    gateways: tuple[str, ...]
