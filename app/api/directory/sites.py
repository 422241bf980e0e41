"""Sites, organisations, posts: what there is in an area, and who has which duty there."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from app.api.paging import Page, Paged
from app.api.shown import area_named, codes_of, shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from audiences.stores import duties, organisations, sites

router = APIRouter(tags=["directory"], route_class=Unit)
AreaCode = Annotated[str, Query(description="the code of the area; what lies below it is listed too")]


class SiteShown(BaseModel):
    id: int
    kind: str
    name: str
    area: str
    latitude: float | None
    longitude: float | None


class OrganisationShown(BaseModel):
    id: int
    kind: str
    name: str
    area: str


class TermShown(BaseModel):
    """Who holds a post, from and until (milliseconds since 1970 UTC)."""

    holder: int
    deputy: int | None
    since: int
    until: int | None


class PostShown(BaseModel):
    id: int
    duty: str
    area: str
    site: int | None
    organisation: int | None
    rank: int
    term: TermShown | None


class HandOver(BaseModel):
    model_config = ConfigDict(extra="forbid")
    holder: int
    deputy: int | None = None


@router.get("/sites")
async def list_sites(tx: Tx, who: Who, paged: Paged, area: AreaCode, kind: str | None = None) -> Page[SiteShown]:
    """List reservoirs, landslide spots, shelters and the like."""
    inside = await area_named(tx, who, area)
    found = await sites.in_area(tx, who, inside, kind=kind, after=paged.after_number(), limit=paged.fetch)
    codes = await codes_of(tx, [each.area for each in found])
    return paged.page([shown(SiteShown, each, area=codes[each.area]) for each in found], lambda each: each.id)


@router.get("/organisations")
async def list_organisations(
    tx: Tx, who: Who, paged: Paged, area: AreaCode, kind: str | None = None
) -> Page[OrganisationShown]:
    """List party cells, committees, offices, enterprises and schools."""
    inside = await area_named(tx, who, area)
    found = await organisations.in_area(tx, who, inside, kind=kind, after=paged.after_number(), limit=paged.fetch)
    codes = await codes_of(tx, [each.area for each in found])
    return paged.page([shown(OrganisationShown, each, area=codes[each.area]) for each in found], lambda each: each.id)


@router.get("/organisations/{organisation}/members")
async def list_members(tx: Tx, who: Who, organisation: int) -> list[int]:
    """List the ids of an organisation's members."""
    await organisations.load(tx, who, organisation)
    return list(await organisations.members(tx, who, organisation))


@router.get("/posts")
async def list_posts(
    tx: Tx, who: Who, now: Now, paged: Paged, area: AreaCode, duty: str | None = None
) -> Page[PostShown]:
    """List posts with who holds them now."""
    inside = await area_named(tx, who, area)
    found = await duties.in_area(tx, who, inside, now=now, duty=duty, after=paged.after_number(), limit=paged.fetch)
    codes = await codes_of(tx, [each.area for each in found])
    posts = [
        shown(PostShown, each, area=codes[each.area], term=each.term and shown(TermShown, each.term)) for each in found
    ]
    return paged.page(posts, lambda each: each.id)


@router.post("/posts/{post}/hand-over", status_code=204)
async def hand_over_post(tx: Tx, who: Who, now: Now, house: TheHouse, post: int, given: HandOver) -> None:
    """Give a post to somebody else; while a warning is valid, the new holder gets it too."""
    await duties.hand_over(tx, who, house.desk, post, given.holder, at=now, deputy=given.deputy)
