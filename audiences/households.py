"""A household: where it lives, which danger it lives under, who answers for it, and where it goes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Household:
    """A household as it is kept; people, sites and the area by id, the point WGS 84 in degrees if it is known."""

    id: int
    area: int
    latitude: float | None
    longitude: float | None
    hazard: str | None  # the danger, by short code: landslide, flash_flood …
    site: int | None  # the dangerous spot it lives under
    responsible_a: int | None
    responsible_b: int | None
    assembly_point: str | None
    shelter: int | None
    route: str | None
    people: tuple[int, ...] = ()
