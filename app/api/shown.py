"""What the API shows of a thing: the fields that a model names, areas by their codes, people masked."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import select

from audiences.addresses import masked
from audiences.errors import UnknownArea
from audiences.stores import areas as area_store
from audiences.stores.tables import areas
from ground.actor import Actor, Role
from ground.bulk import among
from ground.transaction import Transaction

M = TypeVar("M", bound=BaseModel)
MAY_SEE_PEOPLE = frozenset({Role.DUTY, Role.ADMIN})


def shown(model: type[M], thing: object, **instead: Any) -> M:
    """Return `thing` as `model`: each field from the attribute of its name, unless it is given."""
    fields = {name: getattr(thing, name) for name in model.model_fields if name not in instead}
    return model(**fields, **instead)


async def codes_of(tx: Transaction, area_ids: Iterable[int | None]) -> Mapping[int, str]:
    """Return the codes by which the world knows these areas, in one statement."""
    wanted = sorted({each for each in area_ids if each})
    rows = await tx.rows(select(areas.c.id, areas.c.code).where(among(tx, areas.c.id, wanted)))
    return {row.id: row.code for row in rows}


async def names_of(tx: Transaction, area_ids: Iterable[int]) -> Mapping[int, str]:
    """Return the names of areas, in one statement."""
    rows = await tx.rows(select(areas.c.id, areas.c.name).where(among(tx, areas.c.id, sorted(area_ids))))
    return {row.id: row.name for row in rows}


async def area_named(tx: Transaction, actor: Actor, code: str) -> int:
    """Return the id of the area with this code within the actor's; UnknownArea if there is none."""
    found = await area_store.by_codes(tx, actor, [code])
    if code not in found:
        raise UnknownArea(area=code)
    return found[code]


def may_see_people(actor: Actor) -> bool:
    """Say whether names and numbers are shown in full: to those who call people, and to those who keep the lists."""
    return not actor.roles.isdisjoint(MAY_SEE_PEOPLE)


def name_for(actor: Actor, name: str | None) -> str | None:
    """Return a name as the actor may read it: the family name alone, unless they must call the person."""
    if name is None or may_see_people(actor):
        return name
    return name[:1] + "○" * (len(name) - 1)


def number_for(actor: Actor, value: str | None) -> str | None:
    """Return an address as the actor may read it: its end alone, unless they must call the person."""
    if value is None or may_see_people(actor):
        return value
    return masked(value)
