"""Single people and households, entered and changed by hand: what a file may say of one, with the hub's own ids.

What a call answers names nobody, for answers are kept a while under their Idempotency-Key.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.api.unit import Now, TheHouse, Tx, Unit, Who
from audiences.entering import entry
from audiences.entering.entry import CONSOLE, Origin
from audiences.entering.forms import HOUSEHOLD, PERSON

router = APIRouter(tags=["directory"], route_class=Unit)
LARGEST_ID = 2**63 - 1
ORIGIN = frozenset({"source", "external_id"})
NO_NUL = r"^[^\x00]*$"  # PostgreSQL keeps none

Text = Annotated[str, Field(max_length=2_000, pattern=NO_NUL)]
Name = StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=NO_NUL)
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class OriginGiven(BaseModel):
    """Where a thing is known from; a file of the same source may name it again."""

    source: Annotated[str, Name, Field(max_length=40)] = CONSOLE
    external_id: Annotated[str, Name] | None = Field(
        default=None, description="what the source calls it; null: the hub makes one up"
    )


class PersonChange(BaseModel):
    """The fields that are to change; null takes away what a field holds."""

    model_config = ConfigDict(extra="forbid")
    name: Text | None = None
    area: Text | None = Field(default=None, description="the code of the area where the person lives")
    household: Id | None = None
    language: Text | None = None
    phone_kind: Text | None = Field(default=None, description="smart, feature, landline, shared or none")
    phone: Text | None = Field(default=None, description="another number closes the old one and opens the new one")
    telegram: Text | None = Field(default=None, description="the number of a chat; another one closes the old one")
    needs: list[Text] | None = Field(default=None, max_length=50, description="short codes, never a diagnosis")
    whereabouts: Text | None = Field(default=None, description="home or away")


class PersonGiven(PersonChange, OriginGiven):
    """A new person."""

    name: Text
    area: Text = Field(description="the code of the area where the person lives")


class HouseholdChange(BaseModel):
    """The fields that are to change; null takes away what a field holds. Sites and people by id."""

    model_config = ConfigDict(extra="forbid")
    area: Text | None = Field(default=None, description="the code of the group or village it belongs to")
    latitude: float | None = None
    longitude: float | None = None
    hazard: Text | None = Field(default=None, description="the danger, by short code: landslide, flash_flood …")
    site: Id | None = Field(default=None, description="the dangerous spot it lives under")
    responsible_a: Id | None = None
    responsible_b: Id | None = None
    assembly_point: Text | None = None
    shelter: Id | None = None
    route: Text | None = None


class HouseholdGiven(HouseholdChange, OriginGiven):
    """A new household."""

    area: Text = Field(description="the code of the group or village it belongs to")


class Entered(BaseModel):
    id: int


class Changed(BaseModel):
    changed: bool = Field(description="false: it was so already")


@router.post("/people", status_code=201)
async def enter_person(tx: Tx, who: Who, now: Now, house: TheHouse, given: PersonGiven) -> Entered:
    """Enter somebody who is not known yet. The first phone of somebody new is no news for warnings under way."""
    return Entered(id=await entry.enter(tx, who, house.desk, PERSON, _cells(given), _origin(given), at=now))


@router.patch("/people/{person}")
async def change_person(tx: Tx, who: Who, now: Now, house: TheHouse, person: Id, given: PersonChange) -> Changed:
    """Change somebody. While a warning is valid, a repaired number gets it; a file of the same source may undo it."""
    return Changed(changed=await entry.change(tx, who, house.desk, PERSON, _cells(given), person, at=now))


@router.post("/households", status_code=201)
async def enter_household(tx: Tx, who: Who, now: Now, house: TheHouse, given: HouseholdGiven) -> Entered:
    """Enter a household that is not known yet."""
    return Entered(id=await entry.enter(tx, who, house.desk, HOUSEHOLD, _cells(given), _origin(given), at=now))


@router.patch("/households/{household}")
async def change_household(
    tx: Tx, who: Who, now: Now, house: TheHouse, household: Id, given: HouseholdChange
) -> Changed:
    """Change a household."""
    return Changed(changed=await entry.change(tx, who, house.desk, HOUSEHOLD, _cells(given), household, at=now))


def _origin(given: OriginGiven) -> Origin:
    if given.external_id is None:
        return Origin(given.source)
    return Origin(given.source, given.external_id)


def _cells(given: BaseModel) -> Mapping[str, str]:
    """Return the fields that were sent, as a file would write them."""
    sent = given.model_dump(exclude_unset=True, exclude=set(ORIGIN))
    return {name: _cell(value) for name, value in sent.items()}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return ";".join(value) if isinstance(value, list) else str(value)
