"""What cells point at: areas by code, other things by what the same source calls them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Table

from audiences.importing.kind import Reference, Resolve
from audiences.stores import areas as area_store
from audiences.stores import people as people_store
from audiences.stores.intake.registers.base import Intake
from audiences.stores.intake.registers.origins import ids_in
from audiences.stores.tables import households, organisations, people, sites
from ground.actor import Actor
from ground.transaction import Transaction


def _in(table: Table) -> Resolve:
    async def resolve(tx: Transaction, actor: Actor, intake: Intake, keys: Sequence[str]) -> Mapping[str, int]:
        return await ids_in(tx, actor, table, intake.source, keys)

    return resolve


async def _area(tx: Transaction, actor: Actor, _intake: Intake, keys: Sequence[str]) -> Mapping[str, int]:
    return await area_store.by_codes(tx, actor, keys)


async def _person_in_reach(tx: Transaction, actor: Actor, intake: Intake, keys: Sequence[str]) -> Mapping[str, int]:
    return await people_store.called(tx, actor, intake.source, keys, now=intake.at)


def area(becomes: str = "area_id") -> Reference:
    return Reference("area", becomes, _area)


def organisation(becomes: str = "organisation_id") -> Reference:
    return Reference("organisation", becomes, _in(organisations))


def site(becomes: str = "site_id") -> Reference:
    return Reference("site", becomes, _in(sites))


def household(becomes: str = "household_id") -> Reference:
    return Reference("household", becomes, _in(households))


def person(becomes: str = "person_id") -> Reference:
    """Return a reference to somebody who lives in the actor's area."""
    return Reference("person", becomes, _in(people))


def person_in_reach(becomes: str) -> Reference:
    """Return a reference to somebody who lives in the actor's area or has a duty there."""
    return Reference("person", becomes, _person_in_reach)
