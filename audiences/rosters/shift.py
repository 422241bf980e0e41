"""A shift: who sits in a duty room, in which role, from and until; who answers for a room or a township at an hour."""

from dataclasses import dataclass, field
from enum import StrEnum

from audiences.duties import Duty


class ShiftRole(StrEnum):
    """What somebody on shift is there for; the order is that in which they are called."""

    DUTY_OFFICER = Duty.DUTY_OFFICER.value  # 值班员
    LEADER_ON_DUTY = Duty.LEADER_ON_DUTY.value  # 带班领导


@dataclass(frozen=True, slots=True)
class OnShift:
    """Somebody on shift at an instant; `room_phone_address` is the room's landline, an address on the channel voice."""

    person: int
    role: ShiftRole
    since: int
    until: int
    backup: int | None
    room_phone_address: int | None


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift as it is kept."""

    id: int
    organisation: int
    role: ShiftRole
    person: int
    backup: int | None
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Room:
    """A duty room: an organisation, its landline, and who is on shift there."""

    organisation: int
    kind: str
    name: str
    area: int
    phone_address: int | None
    phone: str | None = field(repr=False)
    on_shift: tuple[OnShift, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A span in which nobody is on shift in a room; `kept`: whether the room keeps a roster at all."""

    organisation: int
    name: str
    kind: str
    area: int
    since: int
    until: int
    kept: bool


class By(StrEnum):
    """Why somebody answers for a township; the order is that in which they are turned to."""

    SHIFT = "shift"
    LEADER = "leader"
    DUTY = "duty"


@dataclass(frozen=True, slots=True)
class Answerer:
    """Somebody who answers for a township; `phone_address` is the duty room's landline, where it is theirs."""

    person: int
    by: By
    phone_address: int | None = None
