"""A person of the directory: what targeting and reaching need to know, by plain short codes, never a diagnosis."""

from dataclasses import dataclass, field
from enum import StrEnum

ERASED = "erased:"  # how the name that a source had for somebody begins, once they are forgotten
ERASURE_ASKED, ERASURE_DONE = "asked", "done"  # the first and the last stage of being forgotten


class PhoneKind(StrEnum):
    SMART = "smart"
    FEATURE = "feature"
    LANDLINE = "landline"
    SHARED = "shared"  # a neighbour's or the family's
    NONE = "none"


class Whereabouts(StrEnum):
    HOME = "home"
    AWAY = "away"


class Need(StrEnum):
    """What has to be thought of when somebody is moved; a deployment's own codes begin with `x_`."""

    NEEDS_VEHICLE = "needs_vehicle"
    CANNOT_WALK = "cannot_walk"
    LIVES_ALONE = "lives_alone"
    POWER_DEPENDENT = "power_dependent"


@dataclass(frozen=True, slots=True)
class Relative:
    person: int
    relation: str


@dataclass(frozen=True, slots=True)
class Person:
    """A person as they are kept; `name` is None once the particulars are erased."""

    id: int
    name: str | None
    area: int
    household: int | None
    language: str
    phone_kind: PhoneKind
    whereabouts: Whereabouts
    needs: tuple[str, ...] = ()
    relatives: tuple[Relative, ...] = ()


@dataclass(frozen=True, slots=True)
class Reached:
    """An open address of a person, as a listing needs it."""

    channel: str
    value: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Resident:
    """A person as a listing of their area shows them, with the addresses that are open now."""

    id: int
    name: str | None
    area: int
    household: int | None
    language: str
    phone_kind: PhoneKind
    whereabouts: Whereabouts
    needs: tuple[str, ...]
    addresses: tuple[Reached, ...]


@dataclass(frozen=True, slots=True)
class Namesake:
    """Somebody who was looked for by name: where they live tells them from others of it."""

    id: int
    area: int
    household: int | None


@dataclass(frozen=True, slots=True)
class Erasure:
    """Somebody who is being forgotten: what to look for, and how far it was looked."""

    person: int
    household: int | None
    area: int
    name: str = field(repr=False)
    numbers: tuple[str, ...] = field(repr=False)
    addresses: tuple[int, ...]  # that were theirs alone
    stage: str
    through: int
