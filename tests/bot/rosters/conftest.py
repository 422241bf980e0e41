"""A county with two townships, their duty rooms, and the desk that watches over both."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from sqlalchemy import insert

from audiences.stores.tables import shifts
from bot.rosters.desk import RosterDesk
from bot.rosters.nights import watch_nights
from bot.rosters.testing import advance_tests
from bot.telling import Teller
from ground.actor import Actor
from ground.clock import HOUR
from ground.events import Event, NewsDesk, Subscription
from ground.transaction import Database, Transaction
from tests.bot.conftest import Listening
from tests.builders import NOON, World

AFTERNOON = NOON + 3 * HOUR
EVENING = NOON + 6 * HOUR
MORNING = NOON + 20 * HOUR
LEADER, OFFICER, COUNTY, OTHER = "+99900000001", "+99900000002", "+99900000003", "+99900000004"


class Rosters(Listening):
    """The stage, with a roster desk."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.news: list[Event] = []
        kinds = frozenset({"duty.uncovered", "contact_test.ended"})
        desk = NewsDesk([Subscription("ear", kinds, self._hear)])
        self.rosters = RosterDesk(database, self.clock, desk, Teller(self.tools.kinds))

    async def watch(self) -> int:
        told = await watch_nights(self.rosters)
        await self.play()
        await self.rosters.desk.hand_on(self.database)
        return told

    async def advance(self) -> None:
        await advance_tests(self.rosters)
        await self.play()

    async def _hear(self, _tx: Transaction, news: Event) -> None:
        self.news.append(news)


@dataclass(frozen=True)
class County:
    world: World
    county: int
    township: int
    village: int
    other: int
    office: int
    other_office: int
    leader: int
    officer: int
    elsewhere: int
    operator: Actor

    async def shift(self, office: int, person: int, since: int, until: int, role: str = "duty_officer") -> None:
        row = {"source": "test", "external_id": f"{office}/{role}/{since}", "organisation_id": office, "role": role}
        when = {"person_id": person, "from_at": since, "until_at": until}
        async with self.world.database.writing() as tx:
            await tx.execute(insert(shifts).values(row | when))


@pytest.fixture
async def stage(database: Database) -> AsyncIterator[Rosters]:
    async with AsyncExitStack() as stack:
        stage = Rosters(database)
        await stage.start(stack)
        yield stage


@pytest.fixture
async def home(world: World) -> County:
    county = await world.area("1", "丰城市", level="county")
    township = await world.area("11", "荷湖乡", parent=county, level="township")
    village = await world.area("111", "车草村", parent=township)
    other = await world.area("12", "董家镇", parent=county, level="township")
    leader = await world.person(township, "徐海平", sms=LEADER)
    officer = await world.person(township, "罗文斌", sms=OFFICER, telegram="7002")
    above = await world.person(county, "县里的", sms=COUNTY)
    elsewhere = await world.person(other, "邹丽", sms=OTHER)
    office = await world.organisation(township, "township_office", [officer])
    other_office = await world.organisation(other, "township_office", [elsewhere])
    await world.organisation(county, "command_centre", [above])
    await world.post(township, "leader_on_duty", leader)
    operator = await world.operator(county)
    places = (county, township, village, other)
    return County(world, *places, office, other_office, leader, officer, elsewhere, operator)
