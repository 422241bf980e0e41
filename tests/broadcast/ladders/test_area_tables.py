"""What an area's table changes when a warning is issued there: who is woken, by which steps, and who is let sleep."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest

from audiences.stores import areas
from broadcast.alerts.model import Level
from broadcast.ladders.occasions import unpacked
from broadcast.ladders.policy import Occasion
from broadcast.stores.ladders import policies
from ground.actor import Actor, Role
from ground.clock import HOUR
from ground.transaction import Database
from tests.broadcast.ladders.tables import LANDSLIDE, house, table, without_slides_by_day
from tests.ladders import HOLDER, TESTER, Calling, Line, line_of_duty

SLIDE = {"level": Level.ORANGE, "event_code": LANDSLIDE}
RAIN = {"level": Level.ORANGE}


@dataclass(slots=True)
class Office:
    """A township at noon with its telephones, and the county above it."""

    stage: Calling
    line: Line
    county: int
    above: Actor

    async def put(self, area: int, who: Actor, occasions: tuple[Occasion, ...]) -> None:
        async with self.stage.database.writing() as tx:
            await policies.put(tx, who, area, occasions, "as we have agreed", self.stage.clock.now())

    async def of_township(self, occasions: tuple[Occasion, ...]) -> None:
        await self.put(self.line.town.area, self.line.town.officer, occasions)

    async def of_county(self, occasions: tuple[Occasion, ...]) -> None:
        await self.put(self.county, self.above, occasions)

    async def back(self) -> None:
        town = self.line.town
        async with self.stage.database.writing() as tx:
            await policies.give_back(tx, town.officer, town.area, "enough", self.stage.clock.now())

    async def wakes(self, **warning: object) -> bool:
        """Issue a warning, and say whether anybody must answer it."""
        before = len(await self.stage.all())
        await self.stage.issue(self.line.town, expires=self.stage.clock.now() + HOUR, **warning)
        return len(await self.stage.all()) > before


@pytest.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        stage = Calling(database)
        await stage.start(stack)
        line = await line_of_duty(database)
        county = await county_of(line, database)
        yield Office(stage, line, county, await line.world.operator(county, Role.OFFICER))


async def county_of(line: Line, database: Database) -> int:
    async with database.reading() as tx:
        parent = (await areas.load(tx, TESTER, line.town.area)).parent
    assert parent is not None
    return parent


async def test_a_township_that_wants_no_calls_of_orange_landslides_by_day_is_called_at_night(office: Office) -> None:
    assert await office.wakes(**SLIDE)
    await office.of_township(without_slides_by_day())
    assert not await office.wakes(**SLIDE)
    office.stage.clock.pass_by(6 * HOUR)  # 18:00
    assert await office.wakes(**SLIDE)


async def test_red_is_called_whatever_a_township_wants(office: Office) -> None:
    await office.of_township(without_slides_by_day())
    assert await office.wakes(level=Level.RED, event_code=LANDSLIDE)


async def test_a_county_s_table_holds_in_its_townships_until_one_has_its_own(office: Office) -> None:
    assert not await office.wakes(level=Level.YELLOW)
    await office.of_county(table({}, {}, {"levels": [2, 3], "hours": None}))
    assert await office.wakes(level=Level.YELLOW)
    await office.of_township(without_slides_by_day())
    assert not await office.wakes(level=Level.YELLOW)
    await office.back()
    assert await office.wakes(level=Level.YELLOW)


async def test_the_steps_are_those_of_the_area(office: Office) -> None:
    quick = [{"after": 0, "does": "call", "whom": "holder"}, {"after": 120, "does": "call", "whom": "holder"}]
    await office.of_township(unpacked([house()[0] | {"rungs": quick}]))
    await office.stage.issue(office.line.town)
    assert office.stage.calls_to(HOLDER) == 1
    await office.stage.pass_by(110)
    assert office.stage.calls_to(HOLDER) == 1
    await office.stage.pass_by(20)
    assert office.stage.calls_to(HOLDER) == 2


async def test_what_is_being_called_already_goes_on_as_it_began(office: Office) -> None:
    await office.stage.issue(office.line.town)
    slow = [{"after": 0, "does": "message", "whom": "holder"}, {"after": 3_600, "does": "call", "whom": "holder"}]
    await office.of_township(unpacked([house()[0] | {"rungs": slow}]))
    await office.stage.pass_by(50)
    assert office.stage.calls_to(HOLDER) == 1
