"""Areas: found by name or code, and walked down the tree."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from app.api.shown import area_named, shown
from app.api.unit import Now, Tx, Unit, Who
from audiences.areas import Ambiguous, Area, Found
from audiences.stores import areas, gazetteer, village_codes
from ground.actor import Actor
from ground.transaction import Transaction

router = APIRouter(prefix="/areas", tags=["directory"], route_class=Unit)


class AreaShown(BaseModel):
    """An area by its code, with the names from the top down to it."""

    code: str
    name: str
    level: str
    path: list[str]


class Meaning(BaseModel):
    """What a name means: one area, several to choose from, or none."""

    meaning: Literal["found", "ambiguous", "none"]
    count: int = Field(description="how many areas the name may mean")
    areas: list[AreaShown] = Field(description="the area, or the choices (not more than can be shown)")


@router.get("")
async def list_roots(tx: Tx, who: Who) -> list[AreaShown]:
    """List the areas at the top of what you see."""
    return await _all_shown(tx, who, list(await areas.children(tx, who, None)))


@router.get("/find")
async def find_area(
    tx: Tx, who: Who, name: Annotated[str, Query(min_length=1, max_length=120)], inside: str | None = None
) -> Meaning:
    """Say which area a name means: 车草村 finds 车草村委会, 荷湖乡车草村 tells it from others; a code names its own."""
    limit = await area_named(tx, who, inside) if inside else None
    meant = await gazetteer.find(tx, who, name, inside=limit)
    if isinstance(meant, Found):
        return Meaning(meaning="found", count=1, areas=await _all_shown(tx, who, [meant.area]))
    if isinstance(meant, Ambiguous):
        choices = [shown(AreaShown, choice.area, path=list(choice.path)) for choice in meant.choices]
        return Meaning(meaning="ambiguous", count=meant.count, areas=choices)
    return Meaning(meaning="none", count=0, areas=[])


@router.get("/{area}")
async def get_area(tx: Tx, who: Who, area: str) -> AreaShown:
    """Read one area."""
    found = await areas.load(tx, who, await area_named(tx, who, area))
    return (await _all_shown(tx, who, [found]))[0]


@router.get("/{area}/children")
async def list_children(tx: Tx, who: Who, area: str) -> list[AreaShown]:
    """List the areas right below one."""
    return await _all_shown(tx, who, list(await areas.children(tx, who, await area_named(tx, who, area))))


class VillageCode(BaseModel):
    """What stands on the village's poster; whoever types or scans it says where they are, not who."""

    code: str


@router.post("/{area}/code")
async def give_code(tx: Tx, who: Who, now: Now, area: str) -> VillageCode:
    """Return a village's code, made when it is first asked for; it stays the same."""
    return VillageCode(code=await village_codes.code_of(tx, who, await area_named(tx, who, area), at=now))


async def _all_shown(tx: Transaction, who: Actor, found: list[Area]) -> list[AreaShown]:
    paths = await gazetteer.paths_to(tx, who, [each.id for each in found])
    return [shown(AreaShown, each, path=list(paths[each.id])) for each in found]
