"""Households: which danger each lives under, who answers for it, and where it goes."""

from fastapi import APIRouter
from pydantic import BaseModel

from app.api.directory.sites import AreaCode
from app.api.paging import Page, Paged
from app.api.shown import area_named, codes_of, shown
from app.api.unit import Tx, Unit, Who
from audiences.stores import households

router = APIRouter(prefix="/households", tags=["directory"], route_class=Unit)


class HouseholdShown(BaseModel):
    """People and sites by id; the point is WGS 84 in degrees, if it is known."""

    id: int
    area: str
    latitude: float | None
    longitude: float | None
    hazard: str | None
    site: int | None
    responsible_a: int | None
    responsible_b: int | None
    assembly_point: str | None
    shelter: int | None
    route: str | None
    people: list[int]


@router.get("")
async def list_households(
    tx: Tx, who: Who, paged: Paged, area: AreaCode, site: int | None = None
) -> Page[HouseholdShown]:
    """List the households of an area, or of those the ones under one dangerous spot."""
    inside = await area_named(tx, who, area)
    found = await households.in_area(tx, who, inside, site=site, after=paged.after_number(), limit=paged.fetch)
    codes = await codes_of(tx, [each.area for each in found])
    rows = [shown(HouseholdShown, each, area=codes[each.area], people=list(each.people)) for each in found]
    return paged.page(rows, lambda each: each.id)


@router.get("/{household}")
async def get_household(tx: Tx, who: Who, household: int) -> HouseholdShown:
    """Read one household of your area."""
    found = await households.load(tx, who, household)
    codes = await codes_of(tx, [found.area])
    return shown(HouseholdShown, found, area=codes[found.area], people=list(found.people))
