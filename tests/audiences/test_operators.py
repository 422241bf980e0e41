"""Operators: bounded by their area from the moment they are made, and powerless once disabled."""

import pytest

from audiences.errors import OperatorDisabled, ScopeTooWide, UnknownArea, UnknownOperator
from audiences.stores import operators
from ground.actor import Role, RoleMissing
from ground.transaction import Database
from tests.audiences.files import HUB
from tests.builders import NOON, World


async def test_an_operator_acts_with_roles_and_area_until_disabled(database: Database) -> None:
    world = World(database)
    area = await world.area("v")
    person = await world.person(area)
    roles = [Role.OFFICER, Role.DUTY]
    async with database.writing() as tx:
        made = await operators.make(tx, HUB, title="值班员", area=area, roles=roles, person=person, at=NOON)
        actor = await operators.load(tx, HUB, made.id)
        assert (actor.id, actor.area, actor.roles) == (made.id, area, frozenset(roles))
        assert await operators.details(tx, HUB, made.id) == made
        await operators.disable(tx, HUB, made.id, at=NOON)
        with pytest.raises(OperatorDisabled):
            await operators.load(tx, HUB, made.id)


async def test_an_administrator_makes_operators_within_the_own_area_only(database: Database) -> None:
    world = World(database)
    county = await world.area("1", level="county")
    village, other = await world.area("1-1", parent=county), await world.area("2", level="county")
    admin, officer = await world.operator(county, Role.ADMIN), await world.operator(county, Role.OFFICER)
    foreign = await world.operator(other, Role.ADMIN)
    async with database.writing() as tx:
        made = await operators.make(tx, admin, title="a post", area=village, roles=[Role.DUTY], at=NOON)
        with pytest.raises(UnknownArea):
            await operators.make(tx, admin, title="a post", area=other, roles=[Role.DUTY], at=NOON)
        with pytest.raises(ScopeTooWide):
            await operators.make(tx, admin, title="a post", area=None, roles=[Role.DUTY], at=NOON)
        with pytest.raises(RoleMissing):
            await operators.make(tx, officer, title="a post", area=village, roles=[Role.DUTY], at=NOON)
        with pytest.raises(UnknownOperator):
            await operators.disable(tx, foreign, made.id, at=NOON)
        assert [each.id for each in await operators.everyone(tx, foreign)] == [foreign.id]
