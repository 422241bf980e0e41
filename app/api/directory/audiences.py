"""Audiences: whom a target would reach, counted before anybody is told; expressions kept under a name."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.shown import shown
from app.api.unit import Now, TheHouse, Tx, Unit, Who
from app.api.warnings.shapes import RuleGiven
from audiences.stores.targets import saved
from audiences.stores.targets.preview import preview
from audiences.targeting import json_form, line_form
from audiences.targeting.shelf import SavedAudience
from audiences.targeting.target import Target

router = APIRouter(prefix="/audiences", tags=["targeting"], route_class=Unit)


class TargetGiven(BaseModel):
    model_config = ConfigDict(extra="forbid")
    rules: list[RuleGiven] = Field(description="in the officer's order: who matches several belongs to the first")
    channels: list[str] | None = Field(default=None, description="null: all that are switched on")


class RuleCount(BaseModel):
    name: str
    people: int


class VillageShown(BaseModel):
    code: str
    name: str
    people: int
    unreachable: int
    speakers: int


class PreviewShown(BaseModel):
    """Whom a target would reach now."""

    people: int
    rules: list[RuleCount]
    addresses: dict[str, int] = Field(description="by channel: usable addresses")
    shared: int = Field(description="addresses that several of these people share")
    sharing: int = Field(description="people who share one")
    unreachable: int = Field(description="people whom nothing reaches")
    speakers: int
    villages: list[VillageShown]


class ExpressionGiven(BaseModel):
    model_config = ConfigDict(extra="forbid")
    expression: str | dict[str, Any] = Field(description="the one-line form or the JSON form")


class SavedShown(BaseModel):
    """A saved expression, in both forms."""

    name: str
    area: str | None
    line: str
    expression: dict[str, Any]
    saved_at: int
    saved_by: str


@router.post("/preview")
async def preview_target(tx: Tx, who: Who, now: Now, house: TheHouse, given: TargetGiven) -> PreviewShown:
    """Count people, addresses, speakers, and the people whom nothing reaches, village by village."""
    target = Target.from_json([rule.model_dump() for rule in given.rules])
    channels = given.channels if given.channels is not None else [kind.name for kind in house.kinds]
    counted = await preview(tx, who, target, channels, now)
    return shown(
        PreviewShown,
        counted,
        rules=[RuleCount(name=name, people=people) for name, people in counted.rules],
        addresses=dict(counted.addresses),
        villages=[shown(VillageShown, each) for each in counted.villages],
    )


@router.get("/saved")
async def list_saved(tx: Tx, who: Who) -> list[SavedShown]:
    """List what your area and those below it have saved."""
    return [_shown(each) for each in await saved.listed(tx, who)]


@router.get("/saved/{name}")
async def get_saved(tx: Tx, who: Who, name: str, area: str | None = None) -> SavedShown:
    """Read a saved audience; `area` (a code) tells it from others of the same name."""
    return _shown(await saved.load(tx, who, name, area))


@router.put("/saved/{name}")
async def save_audience(tx: Tx, who: Who, now: Now, name: str, given: ExpressionGiven) -> SavedShown:
    """Keep an expression under a name; a warning may then be aimed at `saved("name")`."""
    wanted = given.expression
    expression = line_form.read(wanted) if isinstance(wanted, str) else json_form.read(wanted)
    return _shown(await saved.save(tx, who, name, expression, now))


@router.delete("/saved/{name}", status_code=204)
async def remove_saved(tx: Tx, who: Who, name: str) -> None:
    """Forget a saved audience; what was frozen from it stays as it is."""
    await saved.remove(tx, who, name)


def _shown(entry: SavedAudience) -> SavedShown:
    line, expression = line_form.write(entry.expression), json_form.write(entry.expression)
    return shown(SavedShown, entry, line=line, expression=expression)
