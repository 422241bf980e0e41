"""Operators: who may act, in which area, in which roles."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api.paging import Page, Paged
from app.api.shown import area_named, codes_of, shown
from app.api.unit import Now, Tx, Unit, Who
from audiences.operators import Operator
from audiences.stores import operators
from ground.actor import Role
from ground.transaction import Transaction

router = APIRouter(prefix="/operators", tags=["operators"], route_class=Unit)


class OperatorGiven(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=1, max_length=80, description="a post, not a name")
    area: str | None = Field(default=None, description="the code of the area that bounds them; null: all")
    roles: list[Role] = Field(min_length=1)
    person: int | None = None


class OperatorShown(BaseModel):
    id: str
    title: str
    person: int | None
    area: str | None
    roles: list[Role]
    disabled_at: int | None


class Myself(BaseModel):
    """Who you are to the hub."""

    id: str
    area: str | None
    roles: list[Role]


@router.get("/me")
async def who_am_i(tx: Tx, who: Who) -> Myself:
    """Say who the token belongs to."""
    codes = await codes_of(tx, [who.area])
    return Myself(id=who.id, area=codes.get(who.area or 0), roles=sorted(who.roles))


@router.post("", status_code=201)
async def make_operator(tx: Tx, who: Who, now: Now, given: OperatorGiven) -> OperatorShown:
    """Make an operator for an area within your own."""
    area = await area_named(tx, who, given.area) if given.area else None
    made = await operators.make(tx, who, title=given.title, area=area, roles=given.roles, at=now, person=given.person)
    return (await _all_shown(tx, [made]))[0]


@router.get("")
async def list_operators(tx: Tx, who: Who, paged: Paged) -> Page[OperatorShown]:
    """List the operators of your area and below."""
    found = await operators.everyone(tx, who, after=paged.after_word(), limit=paged.fetch)
    return paged.page(await _all_shown(tx, list(found)), lambda each: each.id)


@router.get("/{operator}")
async def get_operator(tx: Tx, who: Who, operator: str) -> OperatorShown:
    """Read one operator."""
    return (await _all_shown(tx, [await operators.details(tx, who, operator)]))[0]


@router.post("/{operator}/disable", status_code=204)
async def disable_operator(tx: Tx, who: Who, now: Now, operator: str) -> None:
    """Let an operator do nothing from now on; what they did stays theirs."""
    await operators.disable(tx, who, operator, at=now)


async def _all_shown(tx: Transaction, found: list[Operator]) -> list[OperatorShown]:
    codes = await codes_of(tx, [each.area for each in found])
    return [shown(OperatorShown, each, area=codes.get(each.area or 0), roles=sorted(each.roles)) for each in found]
