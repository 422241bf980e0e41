"""A site: a place of danger or of refuge, such as a reservoir, a landslide spot or a shelter."""

from dataclasses import dataclass
from enum import StrEnum


class SiteKind(StrEnum):
    """The kinds the house knows; a deployment's own begin with `x_`."""

    RESERVOIR = "reservoir"
    HILL_POND = "hill_pond"
    TAILINGS_POND = "tailings_pond"
    LANDSLIDE_SPOT = "landslide_spot"
    FLASH_FLOOD_ZONE = "flash_flood_zone"
    SHELTER = "shelter"
    SCHOOL = "school"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True)
class Site:
    """A site as it is kept; the point is WGS 84, in degrees."""

    id: int
    kind: str
    name: str
    area: int
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class WaterLimits:
    """What a water level is held against, in whole centimetres of the site's own gauge."""

    flood_cm: int | None = None  # 汛限水位
    crest_cm: int | None = None  # 坝顶
